import type { DeviceLifeState } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** Everything that the table `device` says of one device, for people who look after it. */
export interface DeviceRecord {
  id: number
  serial: string
  name: string
  model: string
  state: DeviceLifeState
  /** Epoch ms. */
  stateChangedAt: number
  organisation: { id: number; name: string }
  site: { id: number; name: string } | null
  location: string
  latitude: number | null
  longitude: number | null
  tags: string[]
  notes: string
  createdAt: number
  activatedAt: number | null
}

const select = `
  select device.id, serial, device.name, model, state, state_changed_at as "stateChangedAt",
    json_build_object('id', organisation.id, 'name', organisation.name) as organisation,
    case when site.id is not null then json_build_object('id', site.id, 'name', site.name) end as site,
    location, device.latitude, device.longitude, tags, notes, device.created_at as "createdAt",
    activated_at as "activatedAt"
  from device
  join organisation on organisation.id = device.organisation_id
  left join site on site.id = device.site_id`

export async function findDeviceRecord(
  queries: Queries,
  scope: Scope,
  serial: string,
): Promise<DeviceRecord | undefined> {
  const rows = await queries.query<DeviceRecord>(
    `${select} where serial = $2 and ($1::int[] is null or device.organisation_id = any($1))`,
    [scopeParameter(scope), serial],
  )
  return rows[0]
}

/** The same, and nobody else changes the device before the transaction has ended. */
export async function lockDeviceRecord(
  queries: Queries,
  scope: Scope,
  serial: string,
): Promise<DeviceRecord | undefined> {
  // The lock first: after waiting for it, a statement of its own sees what the other transaction made of the device.
  await queries.query(
    `select id from device where serial = $2 and ($1::int[] is null or organisation_id = any($1)) for update`,
    [scopeParameter(scope), serial],
  )
  return findDeviceRecord(queries, scope, serial)
}

/** Devices of the scope by id, `limit` at a time; `after` is the id at which the page before ended. */
export function listDeviceRecords(
  queries: Queries,
  scope: Scope,
  { after, limit, organisationId }: { after: number; limit: number; organisationId?: number | undefined },
): Promise<DeviceRecord[]> {
  return queries.query<DeviceRecord>(
    `${select}
     where device.id > $2 and ($1::int[] is null or device.organisation_id = any($1))
       and ($4::int is null or device.organisation_id = $4)
     order by device.id limit $3`,
    [scopeParameter(scope), after, limit, organisationId ?? null],
  )
}

/** Those devices of the scope, and nobody else changes them before the transaction has ended. */
export async function listDeviceRecordsOf(
  queries: Queries,
  scope: Scope,
  serials: readonly string[],
): Promise<DeviceRecord[]> {
  const parameters = [scopeParameter(scope), serials]
  const own = 'serial = any($2) and ($1::int[] is null or device.organisation_id = any($1))'
  await queries.query(`select id from device where ${own} order by id for update`, parameters)
  return queries.query<DeviceRecord>(`${select} where ${own}`, parameters)
}
