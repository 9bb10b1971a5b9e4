import { Argument, Command } from 'commander'
import { serviceFile, serviceNames } from '../checkout.ts'
import { runInForeground } from '../child.ts'
import type { CommandContext } from '../command-line.ts'
import { installedEnvironment } from '../installation.ts'
import { isServiceName } from '../up/services.ts'

const help = `
Examples:
  $ ./stella run message-processor                     one more beside "stella up"
  $ REDIS_QUEUE_URL=… REDIS_STATE_URL=… DATABASE_URL=… ./stella run message-receiver
`

/** `stella run <service>`: one service by itself, for production, or one more instance of it. */
export function runCommand({ environment, signal }: CommandContext): Command {
  return new Command('run')
    .description('run one service by itself; its log goes to standard output')
    .addArgument(new Argument('<service>').choices([...serviceNames]))
    .addHelpText('before', help.trimStart())
    .action(async (name: string) => {
      if (!isServiceName(name)) return
      const required = ['REDIS_QUEUE_URL', 'REDIS_STATE_URL', 'DATABASE_URL']
      await runInForeground(serviceFile(name), [], installedEnvironment(environment, required), signal)
    })
}
