import type { organisationKinds } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'
import { type NamedPage, type NamedPageQuery, readNamedPage } from './named-pages.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** The table `organisation`: who makes, sells and owns devices. */
export type OrganisationKind = (typeof organisationKinds)[number]

export interface Organisation {
  id: number
  parentId: number | null
  kind: OrganisationKind
  name: string
}

const columns = 'id, parent_id as "parentId", kind, name'

/** Makes an organisation. Names are unique among siblings: an existing one rejects with SQLSTATE 23505. */
export async function createOrganisation(
  queries: Queries,
  organisation: Omit<Organisation, 'id'>,
): Promise<Organisation> {
  const [row] = await queries.query<{ id: number }>(
    'insert into organisation (parent_id, kind, name) values ($1, $2, $3) returning id',
    [organisation.parentId, organisation.kind, organisation.name],
  )
  if (row === undefined) throw new Error('insert returned no row')
  return { id: row.id, ...organisation }
}

export async function findOrganisation(queries: Queries, scope: Scope, id: number): Promise<Organisation | undefined> {
  const rows = await queries.query<Organisation>(
    `select ${columns} from organisation where id = $2 and ($1::int[] is null or id = any($1))`,
    [scopeParameter(scope), id],
  )
  return rows[0]
}

/** All organisations of the scope, by name. */
export function listOrganisations(queries: Queries, scope: Scope): Promise<Organisation[]> {
  return queries.query<Organisation>(
    `select ${columns} from organisation where $1::int[] is null or id = any($1) order by name, id`,
    [scopeParameter(scope)],
  )
}

/** The organisation of this name below this parent, made if there is none. Safe to repeat. */
export async function ensureOrganisation(
  queries: Queries,
  organisation: Omit<Organisation, 'id'>,
): Promise<Organisation> {
  const [row] = await queries.query<Organisation>(
    `insert into organisation (parent_id, kind, name) values ($1, $2, $3)
     on conflict (parent_id, name) do update set kind = organisation.kind
     returning ${columns}`,
    [organisation.parentId, organisation.kind, organisation.name],
  )
  if (row === undefined) throw new Error('upsert returned no row')
  return row
}

/** An organisation with what lies in it, not below it. */
export interface OrganisationFigures extends Organisation {
  devices: number
  people: number
  sites: number
  /** Epoch ms. */
  createdAt: number
}

const figures = `
  select ${columns}, created_at as "createdAt",
    (select count(*) from device where organisation_id = organisation.id) as devices,
    (select count(*) from membership where organisation_id = organisation.id) as people,
    (select count(*) from site where organisation_id = organisation.id) as sites
  from organisation where ($1::int[] is null or id = any($1))`

/** The organisations of the scope with their figures, by name; on request only those that can have others below them. */
export function listOrganisationFigures(
  queries: Queries,
  scope: Scope,
  { isParent = false, ...page }: NamedPageQuery & { isParent?: boolean },
): Promise<NamedPage<OrganisationFigures>> {
  return readNamedPage<OrganisationFigures>(
    queries,
    {
      ...{ select: isParent ? `${figures} and kind <> 'customer'` : figures, values: [scopeParameter(scope)] },
      ...{ name: 'name', id: 'id', text: 'name' },
      positionOf: ({ name, id }) => ({ name, id }),
    },
    page,
  )
}

export async function findOrganisationFigures(
  queries: Queries,
  scope: Scope,
  id: number,
): Promise<OrganisationFigures | undefined> {
  const rows = await queries.query<OrganisationFigures>(`${figures} and id = $2`, [scopeParameter(scope), id])
  return rows[0]
}

/** Gives an organisation another name. A sibling's name rejects with SQLSTATE 23505. */
export async function renameOrganisation(queries: Queries, id: number, name: string): Promise<void> {
  await queries.execute('update organisation set name = $2 where id = $1', [id, name])
}
