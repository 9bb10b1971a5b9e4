import type { Queries } from './database.ts'

/** The table `password_reset`: links that set a new password. Of a link's token only the SHA-256 is kept. */

/** Whose password a link sets. */
export interface ResetAccount {
  userId: number
  email: string
  organisationId: number
}

/** Notes a link; `expiresAt` is in epoch ms. */
export async function createPasswordReset(
  queries: Queries,
  { userId, tokenHash, expiresAt }: { userId: number; tokenHash: Buffer; expiresAt: number },
): Promise<void> {
  await queries.execute(
    'insert into password_reset (user_id, token_sha256, expires_at) values ($1, $2, to_timestamp($3::float8 / 1000))',
    [userId, tokenHash, expiresAt],
  )
}

/** The account that a token opens now; disabled accounts have none. */
export async function findPasswordReset(queries: Queries, tokenHash: Buffer): Promise<ResetAccount | undefined> {
  const rows = await queries.query<ResetAccount>(
    `select user_id as "userId", email, organisation_id as "organisationId"
     from password_reset join app_user on app_user.id = user_id
     where token_sha256 = $1 and used_at is null and expires_at > now() and disabled_at is null`,
    [tokenHash],
  )
  return rows[0]
}

/** Uses a link up, with every other one of the account, and sets the password. False if the link was used meanwhile. */
export async function completePasswordReset(
  queries: Queries,
  { tokenHash, userId, passwordHash }: { tokenHash: Buffer; userId: number; passwordHash: string },
): Promise<boolean> {
  const used = await queries.execute(
    'update password_reset set used_at = now() where token_sha256 = $1 and used_at is null and expires_at > now()',
    [tokenHash],
  )
  if (used === 0) return false
  await queries.execute('update password_reset set used_at = now() where user_id = $1 and used_at is null', [userId])
  await queries.execute('update app_user set password_hash = $2, password_changed_at = now() where id = $1', [
    userId,
    passwordHash,
  ])
  return true
}
