import type { Queries } from './database.ts'
import { type NamedPage, type NamedPageQuery, readNamedPage } from './named-pages.ts'
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

/** A site with its organisation and how many devices stand there. */
export interface SiteFigures extends Omit<Site, 'organisationId'> {
  organisation: { id: number; name: string }
  devices: number
}

const figures = `
  select site.id, site.name, site.kind, time_zone as "timeZone", latitude, longitude, address,
    json_build_object('id', organisation.id, 'name', organisation.name) as organisation,
    (select count(*) from device where site_id = site.id) as devices
  from site join organisation on organisation.id = organisation_id
  where ($1::int[] is null or organisation_id = any($1))`

/** The sites of the scope with their figures, by name; on request those of one organisation. */
export function listSiteFigures(
  queries: Queries,
  scope: Scope,
  { organisationId, ...page }: NamedPageQuery & { organisationId?: number | undefined },
): Promise<NamedPage<SiteFigures>> {
  return readNamedPage<SiteFigures>(
    queries,
    {
      select: `${figures} and ($2::int is null or organisation_id = $2)`,
      values: [scopeParameter(scope), organisationId ?? null],
      ...{ name: 'site.name', id: 'site.id' },
      text: "concat_ws(' ', site.name, address, organisation.name)",
      positionOf: ({ name, id }) => ({ name, id }),
    },
    page,
  )
}

export async function findSiteFigures(queries: Queries, scope: Scope, id: number): Promise<SiteFigures | undefined> {
  const rows = await queries.query<SiteFigures>(`${figures} and site.id = $2`, [scopeParameter(scope), id])
  return rows[0]
}

/** Sets everything of a site but whose it is. A name that is taken rejects with SQLSTATE 23505. */
export async function changeSite(queries: Queries, site: Omit<Site, 'organisationId'>): Promise<void> {
  await queries.execute(
    `update site set name = $2, kind = $3, time_zone = $4, latitude = $5, longitude = $6, address = $7 where id = $1`,
    [site.id, site.name, site.kind, site.timeZone, site.latitude, site.longitude, site.address],
  )
}

/** Removes a site. One where devices stand rejects with SQLSTATE 23503. */
export async function removeSite(queries: Queries, id: number): Promise<void> {
  await queries.execute('delete from site where id = $1', [id])
}
