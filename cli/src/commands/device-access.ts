import {
  type Database,
  defaultManufacturer,
  ensureOrganisation,
  listOrganisations,
  listSites,
  openDatabase,
  type Queries,
  systemScope,
} from '@stellacontrol/database'
import { isSerial, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { installedEnvironment, withRedis } from '../installation.ts'

export async function organisationNamed(database: Queries, name: string | undefined): Promise<{ id: number }> {
  if (name === undefined) {
    return ensureOrganisation(database, { parentId: null, kind: 'manufacturer', name: defaultManufacturer })
  }
  const found = (await listOrganisations(database, systemScope)).find((organisation) => organisation.name === name)
  if (found === undefined) throw new CommandError('notFound', `There is no organisation "${name}".`)
  return found
}

export async function siteNamed(database: Queries, organisationId: number, name: string): Promise<number> {
  const scope = { kind: 'organisations', ids: [organisationId] } as const
  const found = (await listSites(database, scope)).find((site) => site.name === name)
  if (found === undefined) throw new CommandError('notFound', `That organisation has no site "${name}".`)
  return found.id
}

export function serialOf(typed: string): string {
  const serial = typed.toUpperCase()
  if (!isSerial(serial)) throw new CommandError('usage', `"${typed}" is not a serial number.`)
  return serial
}

export async function withDatabase<Result>(
  environment: CommandContext['environment'],
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { DATABASE_URL: url } = installedEnvironment(environment, ['DATABASE_URL'])
  await using database = openDatabase({ url: url ?? '', applicationName: 'cli', maximumConnections: 2 })
  return await work(database)
}

/** Tells every instance of the application service that these devices changed. */
export async function announceDevices(
  environment: CommandContext['environment'],
  serials: readonly string[],
): Promise<void> {
  if (serials.length === 0) return
  await withRedis(environment, async (redis) => {
    await redis.state.ready()
    for (const serialNumber of serials) {
      await publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber }) })
    }
  })
}
