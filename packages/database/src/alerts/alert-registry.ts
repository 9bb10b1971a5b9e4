import type { DeviceLifeState } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'

/** A device as the alert monitor needs it. */
export interface AlertDevice {
  id: number
  serial: string
  name: string
  model: string
  state: DeviceLifeState
  organisationId: number
  siteId: number | null
  siteName: string | null
  timeZone: string
  latitude: number | null
  longitude: number | null
}

const select = `
  select device.id, serial, device.name, model, state, device.organisation_id as "organisationId", site_id as "siteId",
    site.name as "siteName", coalesce(time_zone, 'UTC') as "timeZone",
    coalesce(device.latitude, site.latitude) as latitude, coalesce(device.longitude, site.longitude) as longitude
  from device left join site on site.id = site_id`

const devicesPerPage = 10_000

/** Every device, in pages, by id. For services that act for nobody. */
export async function* listAlertDevices(queries: Queries): AsyncGenerator<AlertDevice[]> {
  for (let after = 0; ; ) {
    const page = await queries.query<AlertDevice>(`${select} where device.id > $1 order by device.id limit $2`, [
      after,
      devicesPerPage,
    ])
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = last.id
  }
}

/** Those of the named devices that exist. */
export function findAlertDevices(queries: Queries, serials: readonly string[]): Promise<AlertDevice[]> {
  return queries.query<AlertDevice>(`${select} where serial = any($1)`, [serials])
}

/** The path from the top of the tree to every organisation, itself last. */
export async function allOrganisationPaths(queries: Queries): Promise<Map<number, number[]>> {
  const rows = await queries.query<{ id: number; path: number[] }>(
    'select id, stella_organisation_path(id) as path from organisation',
  )
  return new Map(rows.map(({ id, path }) => [id, path]))
}
