import type { Role } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'
import { type NamedPage, type NamedPageQuery, readNamedPage } from './named-pages.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** People as their administrators see them; signing in is in users.ts. */
export interface PersonRow {
  id: number
  email: string
  name: string
  /** Where the account belongs; null = outside the scope. */
  organisation: { id: number; name: string } | null
  /** Those within the scope, by name. */
  memberships: { organisation: { id: number; name: string }; role: Role }[]
  /** Epoch ms. */
  disabledAt: number | null
  createdAt: number
  lastSignInAt: number | null
  hasSecondFactor: boolean
}

const signInFacts = `last_sign_in_at as "lastSignInAt", totp_confirmed_at is not null as "hasSecondFactor"`

const select = `
  select app_user.id, email, app_user.name, disabled_at as "disabledAt", app_user.created_at as "createdAt", ${signInFacts},
    (select json_build_object('id', home.id, 'name', home.name) from organisation home
     where home.id = app_user.organisation_id and ($1::int[] is null or home.id = any($1))) as organisation,
    (select json_agg(json_build_object(
       'organisation', json_build_object('id', place.id, 'name', place.name), 'role', role) order by place.name, place.id)
     from membership join organisation place on place.id = membership.organisation_id
     where user_id = app_user.id and ($1::int[] is null or place.id = any($1))) as memberships
  from app_user
  where exists (select from membership where user_id = app_user.id and ($1::int[] is null or organisation_id = any($1)))`

/** Everybody with a membership in the scope, by name; on request those of one organisation, by a role there or as their home. */
export function listPeople(
  queries: Queries,
  scope: Scope,
  { organisationId, ...page }: NamedPageQuery & { organisationId?: number | undefined },
): Promise<NamedPage<PersonRow>> {
  const ofOrganisation = `
    and ($2::int is null or app_user.organisation_id = $2
      or exists (select from membership where user_id = app_user.id and organisation_id = $2))`
  return readNamedPage<PersonRow>(
    queries,
    {
      ...{ select: select + ofOrganisation, values: [scopeParameter(scope), organisationId ?? null] },
      ...{ name: 'app_user.name', id: 'app_user.id', text: "app_user.name || ' ' || email" },
      positionOf: ({ name, id }) => ({ name, id }),
    },
    page,
  )
}

/** True if somebody of this address has a role in the organisation itself. */
export async function isMember(queries: Queries, organisationId: number, email: string): Promise<boolean> {
  const rows = await queries.query(
    `select from membership join app_user on app_user.id = user_id
     where membership.organisation_id = $1 and email = lower($2)`,
    [organisationId, email],
  )
  return rows.length > 0
}

export async function findPerson(queries: Queries, scope: Scope, id: number): Promise<PersonRow | undefined> {
  const rows = await queries.query<PersonRow>(`${select} and app_user.id = $2`, [scopeParameter(scope), id])
  return rows[0]
}

/** Changes an account; what is undefined stays. Disabling the manufacturer's last administrator rejects with `isLastAdministrator`. */
export async function changePerson(
  queries: Queries,
  id: number,
  { name, disabled }: { name?: string | undefined; disabled?: boolean | undefined },
): Promise<void> {
  await queries.execute(
    `update app_user set name = coalesce($2, name),
       disabled_at = case when $3::boolean is null then disabled_at when $3 then coalesce(disabled_at, now()) end
     where id = $1`,
    [id, name ?? null, disabled ?? null],
  )
}

/** True if a change was refused because it would leave the manufacturer without an administrator. */
export function isLastAdministrator(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SA001'
}
