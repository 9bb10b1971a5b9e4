import type { Queries } from './database.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** The table `site`: where devices stand. */
export interface Site {
  id: number
  organisationId: number
  name: string
  kind: string
  /** IANA name, e.g. "Europe/Brussels". */
  timeZone: string
  /** Degrees, WGS 84. */
  latitude: number | null
  longitude: number | null
  address: string | null
}

const columns =
  'id, organisation_id as "organisationId", name, kind, time_zone as "timeZone", latitude, longitude, address'

/** Makes a site. Names are unique within an organisation: an existing one rejects with SQLSTATE 23505. */
export async function createSite(queries: Queries, site: Omit<Site, 'id'>): Promise<Site> {
  const [row] = await queries.query<{ id: number }>(
    `insert into site (organisation_id, name, kind, time_zone, latitude, longitude, address)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [site.organisationId, site.name, site.kind, site.timeZone, site.latitude, site.longitude, site.address],
  )
  if (row === undefined) throw new Error('insert returned no row')
  return { id: row.id, ...site }
}

export async function findSite(queries: Queries, scope: Scope, id: number): Promise<Site | undefined> {
  const rows = await queries.query<Site>(
    `select ${columns} from site where id = $2 and ($1::int[] is null or organisation_id = any($1))`,
    [scopeParameter(scope), id],
  )
  return rows[0]
}

/** All sites of the scope, by name. */
export function listSites(queries: Queries, scope: Scope): Promise<Site[]> {
  return queries.query<Site>(
    `select ${columns} from site where $1::int[] is null or organisation_id = any($1) order by name, id`,
    [scopeParameter(scope)],
  )
}
