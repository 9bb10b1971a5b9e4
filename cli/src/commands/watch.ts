import { once } from 'node:events'
import { type DeviceStatus, isSerial, MessageType } from '@stellacontrol/protocol'
import { cacheOf, subscribeMessage } from '@stellacontrol/redis'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withRedis } from '../installation.ts'

const help = `
Examples:
  $ ./stella watch HN8AB12CD
  $ ./stella watch HN8AB12CD --json | jq .environment.boardCelsius
  $ ./stella watch HN8AB12CD --count 1
`

/** `stella watch <serial>`: the latest status of a device, then every new one as it is accepted. */
export function watchCommand({ environment, output, signal }: CommandContext): Command {
  return new Command('watch')
    .description('show the reports of one device as they come; Ctrl-C ends it')
    .argument('<serial>', 'serial number of the device')
    .option('--count <number>', 'end after so many reports', Number)
    .option('--json', 'one JSON object per report')
    .addHelpText('before', help.trimStart())
    .action(async (typed: string, options: { count?: number; json?: boolean }) => {
      const serialNumber = typed.toUpperCase()
      if (!isSerial(serialNumber)) throw new CommandError('usage', `"${typed}" is not a serial number.`)
      const format = options.json ? (status: DeviceStatus) => JSON.stringify(status) : statusLine
      await withRedis(environment, async (redis) => {
        await redis.state.ready()
        const enough = new AbortController()
        let seen = 0
        const show = (status: DeviceStatus) => {
          if (enough.signal.aborted) return
          output.data(format(status))
          seen += 1
          if (seen === options.count) enough.abort()
        }
        const end = AbortSignal.any([signal, enough.signal])
        // Subscribed before the latest is read: nothing falls between the two.
        await using _ = await subscribeMessage({ type: MessageType.DeviceStatus, serialNumber, handler: show })
        const latest = await cacheOf(redis).get(`sc:status:${serialNumber}`)
        if (latest === undefined) output.say(`Nothing was ever heard of ${serialNumber}; waiting …`)
        else show(JSON.parse(latest))
        if (!end.aborted) await once(end, 'abort')
      })
    })
}

/** One report in one line. Pure. */
export function statusLine(status: DeviceStatus): string {
  const bands = status.bands
    .filter(({ enabled }) => enabled)
    .map(({ band, state, gainActualDb }) => `${band} ${gainActualDb === undefined ? state : `${gainActualDb} dB`}`)
  const findings = status.findings.map(({ code, band }) => (band === undefined ? code : `${code} (${band})`))
  const temperature = status.environment.boardCelsius
  return [
    status.at,
    `${status.bootId}/${status.sequence}`,
    status.severity,
    ...(temperature === undefined ? [] : [`${temperature} °C`]),
    bands.join(', '),
    ...(findings.length === 0 ? [] : [findings.join(', ')]),
  ].join('  ')
}
