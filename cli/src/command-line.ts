import { type Environment, messageOf } from '@stellacontrol/runtime'
import { Command, CommanderError } from 'commander'
import { alertCommands } from './commands/alerts.ts'
import { auditCommand } from './commands/audit.ts'
import { certificateCommands } from './commands/certificates.ts'
import { deviceCommands } from './commands/devices.ts'
import { doctorCommand } from './commands/doctor.ts'
import { organisationCommands } from './commands/organisations.ts'
import { runCommand } from './commands/run.ts'
import { simulateCommand } from './commands/simulate.ts'
import { siteCommands } from './commands/sites.ts'
import { userCommands } from './commands/users.ts'
import { watchCommand } from './commands/watch.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Output } from './output.ts'
import { up } from './up/up.ts'

/** What every command gets besides its own words. */
export interface CommandContext {
  environment: Environment
  output: Output
  /** Aborts on Ctrl-C and when the starter ends. */
  signal: AbortSignal
}

/** Runs one command line and returns the exit code. Nothing is thrown: errors become one line, or one JSON object. */
export async function runCommandLine(
  words: readonly string[],
  environment: Environment,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  try {
    await createProgram({ environment, output, signal }).parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    report(error, words, output)
    return exitCodeOf(error)
  }
}

function report(error: unknown, words: readonly string[], output: Output): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failure'
  // Commander has printed its own message already.
  if (!(error instanceof CommanderError)) output.say(output.red(messageOf(error)))
  if (words.includes('--json') && exitCodeOf(error) !== 0) {
    output.data(JSON.stringify({ error: { code, message: messageOf(error) } }))
  }
}

const topHelp = `
Examples:
  $ ./stella up                       start everything, with a simulated fleet
  $ ./stella devices list             every device and its state
  $ ./stella watch HN8AB12CD          the reports of one device, as they come
  $ ./stella alerts list               what is wrong now
  $ ./stella users invite ada@example.com --organisation Harbour --role operator
  $ ./stella audit                    who did what
  $ ./stella doctor                   what is wrong, and what to do about it
`
const exitCodes = `
Exit codes:
  0 done   1 failed   2 wrong usage   3 not found   5 a server is unreachable

Data goes to standard output, talk to standard error; NO_COLOR switches colours off.
`

function createProgram(context: CommandContext): Command {
  const program = new Command('stella')
    .description('StellaControl: monitoring for fleets of cellular signal boosters')
    .addHelpText('before', topHelp.trimStart())
    .addHelpText('after', exitCodes.trimEnd())
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.output.data(text.trimEnd()),
      writeErr: (text) => context.output.say(text.trimEnd()),
    })
  program.addCommand(upCommand(context))
  const creators = [
    ...[runCommand, simulateCommand, deviceCommands, watchCommand, organisationCommands, siteCommands, userCommands],
    alertCommands,
    ...[auditCommand, doctorCommand, certificateCommands],
  ]
  for (const create of creators) {
    program.addCommand(create(context))
  }
  for (const command of program.commands) inherit(command, program)
  return program
}

/** Commander copies settings only to commands it makes itself. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inherit(child, command)
}

function upCommand({ environment, output, signal }: CommandContext): Command {
  return new Command('up')
    .description('start the servers, every service and a simulated fleet; Ctrl-C stops everything')
    .addHelpText('before', upHelp.trimStart())
    .action(() => up(environment, output, signal))
}

const upHelp = `
Examples:
  $ ./stella up
  $ STELLA_SIMULATE=0 STELLA_HTTP_PORT=9000 ./stella up
  $ DATABASE_URL=postgres://user:secret@db/stella ./stella up

Variables (all optional):
  STELLA_HTTP_PORT 8080      STELLA_MQTT_PORT 1883      STELLA_DATA_DIR ./data
  STELLA_SIMULATE 200        STELLA_ADMIN_EMAIL         STELLA_ADMIN_PASSWORD
  STELLA_QUEUE_MEMORY_MB 1024   STELLA_STATE_MEMORY_MB 2048   STELLA_POSTGRES auto|system|embedded
  REDIS_QUEUE_URL  REDIS_STATE_URL  DATABASE_URL  MQTT_URL   servers that run elsewhere
`
