import type { User } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'
import { setMembership } from './memberships.ts'
import { type Scope, scopeParameter } from './scope.ts'
import { toUser, type UserRow, userSelect } from './user-rows.ts'

/**
 * The table `app_user`: people who sign in. E-mail addresses are kept in lower case. An account belongs to one organisation, whose
 * administrators look after it; the membership there gives its `role`, further ones are in memberships.ts.
 */
export type UserRole = User['role']

export interface NewUser {
  organisationId: number
  email: string
  name: string
  role: UserRole
  /** In the format of the one who verifies it (argon2id, PHC string). */
  passwordHash: string
}

/** A user with what is needed to sign in. Never leaves the server. */
export interface UserCredential {
  user: User
  /** Null = signs in by an OpenID Connect provider alone. */
  passwordHash: string | null
  /** Epoch ms; a disabled user must not sign in. */
  disabledAt: number | null
}

const select = userSelect()

/** Makes a user. An address that is taken rejects with SQLSTATE 23505. */
export async function createUser(queries: Queries, user: NewUser): Promise<User> {
  const { organisationId, email, name, role, passwordHash } = user
  const [row] = await queries.query<{ id: number }>(
    `insert into app_user (organisation_id, email, name, password_hash) values ($1, lower($2), $3, $4) returning id`,
    [organisationId, email, name, passwordHash],
  )
  if (row === undefined) throw new Error('insert returned no row')
  await setMembership(queries, { userId: row.id, organisationId, role })
  const created = await findUser(queries, { kind: 'system' }, row.id)
  if (created === undefined) throw new Error(`user ${row.id} vanished`)
  return created
}

/** Sets name, role and password of the user with this address, making the user if there is none. For the first sign-in. */
export async function ensureUser(queries: Queries, user: NewUser): Promise<User> {
  const { organisationId, email, name, role, passwordHash } = user
  const [row] = await queries.query<{ id: number; organisation_id: number }>(
    `insert into app_user (organisation_id, email, name, password_hash) values ($1, lower($2), $3, $4)
     on conflict (email) do update
       set name = excluded.name, password_hash = excluded.password_hash, disabled_at = null
     returning id, organisation_id`,
    [organisationId, email, name, passwordHash],
  )
  if (row !== undefined) await setMembership(queries, { userId: row.id, organisationId: row.organisation_id, role })
  const ensured = row && (await findUser(queries, { kind: 'system' }, row.id))
  if (ensured === undefined) throw new Error('upsert returned no row')
  return ensured
}

/** For signing in only: the caller is nobody yet, so there is no scope. */
export async function findUserByEmail(queries: Queries, email: string): Promise<UserCredential | undefined> {
  const rows = await queries.query<UserRow>(`${select} where email = lower($1)`, [email])
  return rows.map((row) => ({ user: toUser(row), passwordHash: row.password_hash, disabledAt: row.disabled_at }))[0]
}

export async function findUser(queries: Queries, scope: Scope, id: number): Promise<User | undefined> {
  const rows = await queries.query<UserRow>(
    `${select} where app_user.id = $2 and ($1::int[] is null or app_user.organisation_id = any($1))`,
    [scopeParameter(scope), id],
  )
  return rows.map(toUser)[0]
}

/** All users of the scope, by e-mail address. */
export async function listUsers(queries: Queries, scope: Scope): Promise<User[]> {
  const rows = await queries.query<UserRow>(
    `${select} where $1::int[] is null or app_user.organisation_id = any($1) order by email`,
    [scopeParameter(scope)],
  )
  return rows.map(toUser)
}
