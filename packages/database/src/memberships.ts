import type { User } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'
import type { OrganisationKind } from './organisations.ts'
import { type Scope, scopeParameter } from './scope.ts'

/** The table `membership`: what people may do in an organisation and everything below it. */
export interface Membership {
  userId: number
  organisationId: number
  role: User['role']
}

/** An organisation that a person reaches through their memberships, with every role they have there. */
export interface Reach {
  organisationId: number
  kind: OrganisationKind
  roles: User['role'][]
}

/** Gives a person a role in an organisation, or another one than before. */
export async function setMembership(queries: Queries, { userId, organisationId, role }: Membership): Promise<void> {
  await queries.execute(
    `insert into membership (user_id, organisation_id, role) values ($1, $2, $3)
     on conflict (user_id, organisation_id) do update set role = excluded.role`,
    [userId, organisationId, role],
  )
}

/** Takes a person's role in an organisation away. False if there was none in the scope. */
export async function removeMembership(
  queries: Queries,
  scope: Scope,
  { userId, organisationId }: Omit<Membership, 'role'>,
): Promise<boolean> {
  const removed = await queries.execute(
    `delete from membership
     where user_id = $2 and organisation_id = $3 and ($1::int[] is null or organisation_id = any($1))`,
    [scopeParameter(scope), userId, organisationId],
  )
  return removed > 0
}

/** The memberships of a person that lie in the scope, with the names of their organisations. */
export function listMemberships(
  queries: Queries,
  scope: Scope,
  userId: number,
): Promise<{ organisation: { id: number; name: string; kind: OrganisationKind }; role: User['role'] }[]> {
  return queries.query(
    `select json_build_object('id', organisation.id, 'name', name, 'kind', kind) as organisation, role
     from membership join organisation on organisation.id = organisation_id
     where user_id = $2 and ($1::int[] is null or organisation_id = any($1))
     order by name, organisation.id`,
    [scopeParameter(scope), userId],
  )
}

/** Every organisation that a person's memberships cover. For signing in, which decides the scope. */
export function readReach(queries: Queries, userId: number): Promise<Reach[]> {
  return queries.query<Reach>(
    `with recursive reach as (
       select organisation_id as id, role from membership where user_id = $1
       union
       select child.id, reach.role from organisation child join reach on child.parent_id = reach.id
     )
     select reach.id as "organisationId", kind, array_agg(role) as roles
     from reach join organisation on organisation.id = reach.id
     group by reach.id, kind order by reach.id`,
    [userId],
  )
}
