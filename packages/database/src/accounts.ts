import type { User } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'
import { type Scope, scopeParameter } from './scope.ts'
import { toUser, type UserRow, userSelect } from './user-rows.ts'

/** How a person proves who they are: the part of the table `app_user` that never leaves the server. */
export interface Account {
  user: User
  /** argon2id, PHC string; null = there is no password. */
  passwordHash: string | null
  /** Epoch ms; a disabled account must not sign in. */
  disabledAt: number | null
  /** Encrypted; there, but not asked for until it is confirmed. */
  totpSecret: Buffer | null
  hasSecondFactor: boolean
  recoveryCodesLeft: number
  /** `<issuer> <subject>` of the OpenID Connect provider. */
  externalSubject: string | null
}

interface AccountRow extends UserRow {
  totp_secret: Buffer | null
  has_second_factor: boolean
  recovery_codes_left: number
  external_subject: string | null
}

const select = userSelect(
  `totp_secret, totp_confirmed_at is not null as has_second_factor, external_subject,
   cardinality(recovery_code_hashes) as recovery_codes_left`,
)

/** The account of somebody who signs in: there is no scope yet. */
export async function findAccountForSignIn(
  queries: Queries,
  by: { email: string } | { externalSubject: string },
): Promise<Account | undefined> {
  const rows =
    'email' in by
      ? await queries.query<AccountRow>(`${select} where email = lower($1)`, [by.email])
      : await queries.query<AccountRow>(`${select} where external_subject = $1`, [by.externalSubject])
  return rows.map(toAccount)[0]
}

export async function findAccount(queries: Queries, scope: Scope, id: number): Promise<Account | undefined> {
  const rows = await queries.query<AccountRow>(
    `${select} where app_user.id = $2 and ($1::int[] is null or app_user.organisation_id = any($1))`,
    [scopeParameter(scope), id],
  )
  return rows.map(toAccount)[0]
}

/**
 * Notes a sign-in, with a renewed hash of the same password and the provider's subject where there are any. False if the account
 * was disabled or its password changed since `passwordHash` was read: then the sign-in must not count.
 */
export async function noteSignIn(
  queries: Queries,
  account: Account,
  { renewedHash, externalSubject }: { renewedHash?: string | undefined; externalSubject?: string | undefined } = {},
): Promise<boolean> {
  const noted = await queries.execute(
    `update app_user set last_sign_in_at = now(), password_hash = coalesce($3, password_hash),
       external_subject = coalesce($4, external_subject)
     where id = $1 and password_hash is not distinct from $2 and disabled_at is null`,
    [account.user.id, account.passwordHash, renewedHash ?? null, externalSubject ?? null],
  )
  return noted > 0
}

/** Changes what the owner of an account may change. All of these are false if the account is not in the scope. */
export async function changeOwnName(queries: Queries, scope: Scope, id: number, name: string): Promise<boolean> {
  return change(queries, scope, id, 'name = $3', [name])
}

export async function setPassword(queries: Queries, scope: Scope, id: number, passwordHash: string): Promise<boolean> {
  return change(queries, scope, id, 'password_hash = $3, password_changed_at = now()', [passwordHash])
}

/** Keeps a new secret that is not asked for yet. False too if there is a confirmed one. */
export async function beginSecondFactor(queries: Queries, scope: Scope, id: number, secret: Buffer): Promise<boolean> {
  return change(queries, scope, id, 'totp_secret = $3, totp_last_step = 0', [secret], 'totp_confirmed_at is null')
}

/** From now on codes are asked for. False too if that was so already. */
export async function confirmSecondFactor(
  queries: Queries,
  scope: Scope,
  id: number,
  { step, recoveryCodeHashes }: { step: number; recoveryCodeHashes: readonly string[] },
): Promise<boolean> {
  const set = 'totp_confirmed_at = now(), totp_last_step = $3, recovery_code_hashes = $4'
  const condition = 'totp_secret is not null and totp_confirmed_at is null'
  return change(queries, scope, id, set, [step, recoveryCodeHashes], condition)
}

export async function removeSecondFactor(queries: Queries, scope: Scope, id: number): Promise<boolean> {
  const set = `totp_secret = null, totp_confirmed_at = null, totp_last_step = 0, recovery_code_hashes = '{}'`
  return change(queries, scope, id, set, [], 'totp_confirmed_at is not null')
}

/** Takes a code of this time step. False if one of it, or of a later one, was used before. */
export async function takeTotpStep(queries: Queries, scope: Scope, id: number, step: number): Promise<boolean> {
  return change(queries, scope, id, 'totp_last_step = $3', [step], 'totp_last_step < $3')
}

/** Takes a recovery code. False if it is none of those that are left. */
export async function takeRecoveryCode(queries: Queries, scope: Scope, id: number, hash: string): Promise<boolean> {
  const set = 'recovery_code_hashes = array_remove(recovery_code_hashes, $3)'
  return change(queries, scope, id, set, [hash], '$3 = any(recovery_code_hashes)')
}

async function change(
  queries: Queries,
  scope: Scope,
  id: number,
  set: string,
  values: readonly unknown[],
  condition = 'true',
): Promise<boolean> {
  const changed = await queries.execute(
    `update app_user set ${set} where id = $2 and ($1::int[] is null or organisation_id = any($1)) and ${condition}`,
    [scopeParameter(scope), id, ...values],
  )
  return changed > 0
}

function toAccount(row: AccountRow): Account {
  return {
    user: toUser(row),
    passwordHash: row.password_hash,
    disabledAt: row.disabled_at,
    totpSecret: row.totp_secret,
    hasSecondFactor: row.has_second_factor,
    recoveryCodesLeft: row.recovery_codes_left,
    externalSubject: row.external_subject,
  }
}
