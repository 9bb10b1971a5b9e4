import { defaultManufacturer, ensureOrganisation, listSites, type Queries } from '@stellacontrol/database'
import { isSerial, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withRedis } from '../installation.ts'
import { organisationNamed } from './named-organisation.ts'

/** Whose devices are meant: by name, or the manufacturer's. */
export async function ownerNamed(database: Queries, name: string | undefined): Promise<{ id: number }> {
  if (name !== undefined) return organisationNamed(database, name)
  return ensureOrganisation(database, { parentId: null, kind: 'manufacturer', name: defaultManufacturer })
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
