import {
  addNewDevice,
  commandLineActor,
  type Database,
  findRegistryDevice,
  listRegistry,
  type RegistryDevice,
  systemScope,
  withTransaction,
} from '@stellacontrol/database'
import type { DeviceStatus } from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import { cacheOf, type Redis } from '@stellacontrol/redis'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase, withRedis } from '../installation.ts'
import { tableLines } from '../output.ts'
import { credentialCommands } from './credentials.ts'
import { announceDevices, ownerNamed, serialOf, siteNamed } from './device-access.ts'
import { changeCommands } from './device-changes.ts'
import { listCommands } from './device-lists.ts'
import { statusLine } from './watch.ts'

const help = `
Examples:
  $ ./stella devices list --search tower
  $ ./stella devices list --json | jq -r .serial
  $ ./stella devices show HN8AB12CD
  $ ./stella devices add HN8AB12CD --model iR5 --name "Lobby"
  $ ./stella devices edit HN8AB12CD --site "Tower East" --tag roof --tag lift
  $ ./stella devices claim-code HN8AB12CD
  $ ./stella devices claim HN8AB12CD --code 7K3M-9QZX-2B4H-W8DE --organisation "Harbour Estates"
  $ ./stella devices transfer HN8AB12CD --organisation "Meadow Farms"
  $ ./stella devices suspend HN8AB12CD
  $ ./stella devices export --organisation "Harbour Estates" > devices.csv
  $ ./stella devices import devices.csv --organisation "Harbour Estates" --dry-run
`

/** `stella devices …`: the registry, with the latest status of each device. */
export function deviceCommands(context: CommandContext): Command {
  const devices = new Command('devices')
    .description('list, show, add and change devices; claim them and hand them over')
    .addHelpText('before', help.trimStart())
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(addCommand(context))
    .addCommand(credentialCommands(context))
  for (const command of [...changeCommands(context), ...listCommands(context)]) devices.addCommand(command)
  return devices
}

function listCommand({ environment, output }: CommandContext): Command {
  return new Command('list')
    .description('every device, with its latest status')
    .option('--search <text>', 'part of a serial, name, site, organisation or tag')
    .option('--json', 'one JSON object per device and line')
    .action(async (options: { search?: string; json?: boolean }) => {
      const devices = await withDatabase(environment, (database) => allDevices(database, options.search))
      const listed = await withRedis(environment, (redis) => withStatuses(redis, devices))
      if (options.json) for (const entry of listed) output.data(JSON.stringify(deviceJson(entry)))
      else for (const line of tableLines(listTable(listed))) output.data(line)
      output.say(output.dim(`${listed.length} devices`))
    })
}

function showCommand({ environment, output }: CommandContext): Command {
  return new Command('show')
    .description('one device, with its latest status')
    .argument('<serial>')
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: { json?: boolean }) => {
      const serial = serialOf(typed)
      const device = await withDatabase(environment, (database) => findRegistryDevice(database, systemScope, serial))
      if (device === undefined) throw new CommandError('notFound', `There is no device ${serial}.`)
      const [entry] = await withRedis(environment, (redis) => withStatuses(redis, [device]))
      if (entry === undefined) return
      if (options.json) output.data(JSON.stringify(deviceJson(entry)))
      else for (const line of tableLines(showTable(entry))) output.data(line)
    })
}

interface AddOptions {
  model: string
  name?: string
  organisation?: string
  site?: string
  json?: boolean
}

function addCommand({ environment, output }: CommandContext): Command {
  return new Command('add')
    .description('add a device; prints its secret, once')
    .argument('<serial>')
    .requiredOption('--model <model>', `one of ${[...deviceModels.keys()].join(', ')}`)
    .option('--name <name>', 'what people call it; the serial unless given')
    .option('--organisation <name>', 'who owns it; the manufacturer unless given')
    .option('--site <name>', 'where it stands')
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: AddOptions) => {
      const serial = serialOf(typed)
      if (!deviceModels.has(options.model)) throw new CommandError('usage', `There is no model "${options.model}".`)
      const secret = await withDatabase(environment, (database) => register(database, serial, options))
      await announceDevices(environment, [serial])
      if (options.json) return output.data(JSON.stringify({ serial, secret }))
      output.say(`Added. MQTT user name and client id: ${serial}. The secret below is shown only now:`)
      output.data(secret)
    })
}

async function register(database: Database, serial: string, options: AddOptions): Promise<string> {
  if ((await findRegistryDevice(database, systemScope, serial)) !== undefined) {
    throw new CommandError('failure', `There is a device ${serial} already.`)
  }
  const organisation = await ownerNamed(database, options.organisation)
  const siteId = options.site === undefined ? null : await siteNamed(database, organisation.id, options.site)
  const { model, name = serial } = options
  const device = { serial, organisationId: organisation.id, siteId, model, name }
  const { secret } = await withTransaction(database, (transaction) =>
    addNewDevice(transaction, systemScope, commandLineActor, device),
  )
  return secret
}

/** A device of the registry and what it last reported, if anything. */
interface ListedDevice {
  device: RegistryDevice
  status: DeviceStatus | undefined
}

async function allDevices(database: Database, search: string | undefined): Promise<RegistryDevice[]> {
  const devices: RegistryDevice[] = []
  for await (const page of listRegistry(database, systemScope)) devices.push(...page)
  return devices.filter((device) => matches(device, search)).sort((one, other) => (one.serial < other.serial ? -1 : 1))
}

/** Whether a device is meant by a search text. Pure. */
export function matches(device: RegistryDevice, search: string | undefined): boolean {
  const texts = [device.serial, device.name, device.organisation.name, device.site?.name ?? '', ...device.tags]
  return search === undefined || texts.some((text) => text.toLowerCase().includes(search.toLowerCase()))
}

async function withStatuses(redis: Redis, devices: readonly RegistryDevice[]): Promise<ListedDevice[]> {
  await redis.state.ready()
  const cache = cacheOf(redis)
  return Promise.all(
    devices.map(async (device) => {
      const text = await cache.get(`sc:status:${device.serial}`)
      return { device, status: text === undefined ? undefined : (JSON.parse(text) as DeviceStatus) }
    }),
  )
}

function deviceJson({ device, status }: ListedDevice): Record<string, unknown> {
  const { id: _, createdAt, ...facts } = device
  return { ...facts, createdAt: new Date(createdAt).toISOString(), status: status ?? null }
}

function listTable(listed: readonly ListedDevice[]): string[][] {
  const head = ['SERIAL', 'MODEL', 'SEVERITY', 'LAST REPORT', 'NAME', 'SITE']
  const rows = listed.map(({ device: { serial, model, name, site }, status }) => {
    return [serial, model, status?.severity ?? '-', status?.at ?? 'never', name, site?.name ?? '-']
  })
  return [head, ...rows]
}

function showTable({ device, status }: ListedDevice): string[][] {
  return [
    ['serial', device.serial],
    ['name', device.name],
    ['model', device.model],
    ['state', device.state],
    ['organisation', device.organisation.name],
    ['site', device.site?.name ?? '-'],
    ['added', new Date(device.createdAt).toISOString()],
    ['status', status === undefined ? 'never reported' : statusLine(status)],
  ]
}
