import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase, registerFleet } from '@stellacontrol/database'
import { planFleet } from '@stellacontrol/simulator'
import { Command } from 'commander'
import { simulatorFile } from '../checkout.ts'
import { runInForeground } from '../child.ts'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { dataFolderFor, installedEnvironment } from '../installation.ts'
import { deviceAddressOf } from '../up/device-address.ts'

const help = `
Examples:
  $ ./stella simulate --devices 50                       a second fleet for the running installation
  $ ./stella simulate --devices 50 -- --interval-seconds 1
  $ ./stella simulate -- --fleet fleet.json --mqtt mqtt://broker:1883 --state ./simulator
  $ ./stella simulate -- --help                          everything the simulator can do
`

const mostDevices = 10_000

/** `stella simulate`: runs the simulator, with a new fleet of its own or with the flags after `--`. */
export function simulateCommand({ environment, signal, output }: CommandContext): Command {
  return new Command('simulate')
    .description('run virtual devices; flags after "--" go to the simulator')
    .argument('[flags...]', 'flags of the simulator')
    .option('--devices <number>', 'register a new fleet of this size first', Number)
    .option('--seed <number>', 'which fleet: the same seed gives the same devices', Number, 2)
    .addHelpText('before', help.trimStart())
    .action(async (flags: string[], options: { devices?: number; seed: number }) => {
      const { devices, seed } = options
      if (devices === undefined) return runInForeground(simulatorFile, flags, environment, signal)
      if (!Number.isInteger(devices) || devices < 1 || devices > mostDevices) {
        throw new CommandError('usage', `--devices: expected a whole number from 1 to ${mostDevices}`)
      }
      const own = await registerNewFleet(environment, devices, seed)
      output.say(`Registered ${devices} devices; the fleet is in ${own.fleetFile}`)
      await runInForeground(simulatorFile, [...own.flags, ...flags], environment, signal)
    })
}

async function registerNewFleet(
  environment: CommandContext['environment'],
  count: number,
  seed: number,
): Promise<{ fleetFile: string; flags: string[] }> {
  const installed = installedEnvironment(environment, ['DATABASE_URL'])
  const folder = join(dataFolderFor(environment), `simulator-${seed}`)
  const fleetFile = join(folder, 'fleet.json')
  const fleet = planFleet({ seed, count, randomBytes })
  await using database = openDatabase({ url: installed.DATABASE_URL ?? '', applicationName: 'cli' })
  await registerFleet(database, fleet)
  mkdirSync(folder, { recursive: true })
  writeFileSync(fleetFile, JSON.stringify(fleet), { mode: 0o600 })
  const address = deviceAddressOf({
    ...{ brokerUrl: installed.MQTT_URL, port: installed.STELLA_MQTT_PORT ?? 1883 },
    ...{ tlsPort: installed.STELLA_MQTT_TLS_PORT, dataFolder: dataFolderFor(environment) },
  })
  const trust = address.authority === undefined ? [] : ['--ca', address.authority]
  return { fleetFile, flags: ['--fleet', fleetFile, '--mqtt', address.url, ...trust, '--state', folder] }
}
