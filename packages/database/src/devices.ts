import type { Database, Queries } from './database.ts'
import { withTransaction } from './database.ts'
import { addSecret, type DeviceState } from './device-credentials.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** The table `device`: the registry of the fleet. */
export interface Device {
  id: number
  serial: string
  organisationId: number
  siteId: number | null
  model: string
  name: string
  state: DeviceState
  /** Epoch ms. */
  createdAt: number
  activatedAt: number | null
}

export interface NewDevice {
  serial: string
  organisationId: number
  siteId: number | null
  model: string
  name: string
}

/** A device as fleet lists show it: with the names of what it belongs to. Fits `DeviceDetail` of the API. */
export interface RegistryDevice {
  id: number
  serial: string
  name: string
  model: string
  state: DeviceState
  tags: string[]
  /** Epoch ms. */
  createdAt: number
  organisation: { id: number; name: string }
  /** Epoch ms: since when it has been theirs; null = from its beginning. */
  ownedSince: number | null
  site: {
    id: number
    name: string
    timeZone: string
    address: string | null
    latitude: number | null
    longitude: number | null
  } | null
}

const columns = `id, serial, organisation_id as "organisationId", site_id as "siteId", model, name, state,
  created_at as "createdAt", activated_at as "activatedAt"`

/**
 * Adds a device to the registry and gives it a secret. A serial that is taken rejects with SQLSTATE 23505.
 *
 * @returns the device and its secret, which is not kept and cannot be read again
 */
export function addDevice(database: Database, device: NewDevice): Promise<{ device: Device; secret: string }> {
  return withTransaction(database, async (transaction) => {
    const [added] = await transaction.query<Device>(
      `insert into device (serial, organisation_id, site_id, model, name, activated_at)
       values ($1, $2, $3, $4, $5, now()) returning ${columns}`,
      [device.serial, device.organisationId, device.siteId, device.model, device.name],
    )
    if (added === undefined) throw new Error('insert returned no row')
    return { device: added, secret: await addSecret(transaction, added.id) }
  })
}

/** Suspends, retires or activates a device. False if there is none of this serial in the scope. */
export async function setDeviceState(
  queries: Queries,
  scope: Scope,
  serial: string,
  state: DeviceState,
): Promise<boolean> {
  const changed = await queries.execute(
    `update device set state = $3 where serial = $2 and ($1::int[] is null or organisation_id = any($1))`,
    [scopeParameter(scope), serial, state],
  )
  return changed > 0
}

export async function findDevice(queries: Queries, scope: Scope, serial: string): Promise<Device | undefined> {
  const rows = await queries.query<Device>(
    `select ${columns} from device where serial = $2 and ($1::int[] is null or organisation_id = any($1))`,
    [scopeParameter(scope), serial],
  )
  return rows[0]
}

/** Devices of the scope by serial, `limit` at a time; `after` is the last serial of the page before. */
export function listDevices(
  queries: Queries,
  scope: Scope,
  { limit = 1000, after = '' }: { limit?: number; after?: string } = {},
): Promise<Device[]> {
  return queries.query<Device>(
    `select ${columns} from device
     where serial > $2 and ($1::int[] is null or organisation_id = any($1))
     order by serial limit $3`,
    [scopeParameter(scope), after, limit],
  )
}

interface RegistryRow {
  id: number
  serial: string
  name: string
  model: string
  state: DeviceState
  tags: string[]
  created_at: number
  organisation_id: number
  organisation_name: string
  owned_since: number | null
  site_id: number | null
  site_name: string
  time_zone: string
  address: string | null
  latitude: number | null
  longitude: number | null
}

const selectRegistry = `
  select device.id, serial, device.name, model, state, tags, device.created_at, device.organisation_id,
    organisation.name as organisation_name, site_id, site.name as site_name, time_zone, address, site.latitude, site.longitude,
    (select nullif(since, '-infinity') from device_ownership where device_id = device.id and until = 'infinity') as owned_since
  from device
  join organisation on organisation.id = device.organisation_id
  left join site on site.id = device.site_id`

const registryPage = 10_000

/** The whole registry of the scope in pages of up to 10,000 devices, ordered by id. Each page is a statement of its own. */
export async function* listRegistry(queries: Queries, scope: Scope): AsyncGenerator<RegistryDevice[]> {
  for (let after = 0; ; ) {
    const rows = await queries.query<RegistryRow>(
      `${selectRegistry}
       where device.id > $2 and ($1::int[] is null or device.organisation_id = any($1))
       order by device.id limit $3`,
      [scopeParameter(scope), after, registryPage],
    )
    if (rows.length > 0) yield rows.map(toRegistryDevice)
    if (rows.length < registryPage) return
    after = rows.at(-1)?.id ?? 0
  }
}

/** One device of the registry, e.g. after it was announced as added. */
export async function findRegistryDevice(
  queries: Queries,
  scope: Scope,
  serial: string,
): Promise<RegistryDevice | undefined> {
  const rows = await queries.query<RegistryRow>(
    `${selectRegistry} where serial = $2 and ($1::int[] is null or device.organisation_id = any($1))`,
    [scopeParameter(scope), serial],
  )
  return rows.map(toRegistryDevice)[0]
}

/** Those devices of the registry, e.g. after they were announced as changed; unknown serials are missing in the answer. */
export async function findRegistryDevices(
  queries: Queries,
  scope: Scope,
  serials: readonly string[],
): Promise<RegistryDevice[]> {
  const rows = await queries.query<RegistryRow>(
    `${selectRegistry} where serial = any($2) and ($1::int[] is null or device.organisation_id = any($1))`,
    [scopeParameter(scope), serials],
  )
  return rows.map(toRegistryDevice)
}

/** The ids of devices by serial; unknown serials are missing in the answer. For services, which act for no person. */
export async function findDeviceIds(queries: Queries, serials: readonly string[]): Promise<Map<string, number>> {
  const rows = await queries.query<{ serial: string; id: number }>(
    'select serial, id from device where serial = any($1)',
    [serials],
  )
  return new Map(rows.map(({ serial, id }) => [serial, id]))
}

/** The id of every device by serial: 100,000 take about 5 MB. For services, which act for no person. */
export async function listSerialIds(queries: Queries): Promise<Map<string, number>> {
  const rows = await queries.query<{ serial: string; id: number }>('select serial, id from device')
  return new Map(rows.map(({ serial, id }) => [serial, id]))
}

function toRegistryDevice(row: RegistryRow): RegistryDevice {
  return {
    id: row.id,
    serial: row.serial,
    name: row.name,
    model: row.model,
    state: row.state,
    tags: row.tags,
    createdAt: row.created_at,
    organisation: { id: row.organisation_id, name: row.organisation_name },
    ownedSince: row.owned_since,
    site:
      row.site_id === null
        ? null
        : {
            id: row.site_id,
            name: row.site_name,
            timeZone: row.time_zone,
            address: row.address,
            latitude: row.latitude,
            longitude: row.longitude,
          },
  }
}
