import { once } from 'node:events'
import { type AlertMessage, MessageType } from '@stellacontrol/protocol'
import { subscribeMessage } from '@stellacontrol/redis'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { withRedis } from '../installation.ts'
import { serialOf } from './device-access.ts'

interface WatchOptions {
  device?: string
  count?: number
  json?: boolean
}

export function watchAlertsCommand({ environment, output, signal }: CommandContext): Command {
  return new Command('watch')
    .description('show what happens to incidents as it happens; Ctrl-C ends it')
    .option('--device <serial>', 'of one device')
    .option('--count <number>', 'end after so many', Number)
    .option('--json', 'one JSON object per event')
    .action(async (options: WatchOptions) => {
      const serial = options.device === undefined ? {} : { serialNumber: serialOf(options.device) }
      const format = options.json ? (message: AlertMessage) => JSON.stringify(message) : alertLine
      await withRedis(environment, async (redis) => {
        await redis.state.ready()
        const enough = new AbortController()
        let seen = 0
        const handler = (message: AlertMessage) => {
          if (enough.signal.aborted) return
          output.data(format(message))
          seen += 1
          if (seen === options.count) enough.abort()
        }
        await using _ = await subscribeMessage({ type: MessageType.Alert, handler, ...serial })
        output.say('Waiting for news of incidents …')
        const end = AbortSignal.any([signal, enough.signal])
        if (!end.aborted) await once(end, 'abort')
      })
    })
}

/** One event in one line. Pure. */
function alertLine({ event, device, alert }: AlertMessage): string {
  const by = alert.by === undefined ? [] : [`by ${alert.by}`]
  const facts = [alert.at, alert.id.slice(0, 8), event, alert.severity, device.serialNumber, alert.rule, alert.text]
  return [...facts, ...by].join('  ')
}
