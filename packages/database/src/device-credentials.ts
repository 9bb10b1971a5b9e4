import { createHash, randomBytes } from 'node:crypto'
import type { DeviceLifeState } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'

/**
 * The table `device_credential`: what devices sign in with. Of a secret only its SHA-256 is kept, of a client certificate the
 * SHA-256 of its public key.
 */

const secretBytes = 32
/** The older one of two ends with the first use of the newer one, and after this time at the latest. */
export const overlapHours = 24

export type CredentialKind = 'secret' | 'certificate'

/**
 * Who knows a secret: `factory` = its makers, since before it was anybody's; `device` = nobody else, as of a certificate's key; `person` =
 * it was shown to somebody while the device belonged to a customer or reseller.
 */
export type CredentialOrigin = 'factory' | 'device' | 'person'

/** A credential that was not revoked. Moments in epoch ms. */
export interface ValidCredential {
  id: number
  kind: CredentialKind
  origin: CredentialOrigin
  /** SHA-256 of the secret or of the public key; compare in constant time. */
  hash: Buffer
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
  /** A newer one exists, which has not been used yet, or it ends because an earlier owner knows it. */
  isSuperseded: boolean
  /** It was shown to people who have given the device away since. */
  isKnownToEarlierOwner: boolean
  /** Good for nothing but fetching a new secret in the claim identity. */
  isClaimOnly: boolean
}

/** What the receiver needs to admit a device. */
export interface DeviceCredentials {
  deviceId: number
  serial: string
  state: DeviceState
  /** Oldest first. */
  credentials: ValidCredential[]
}

/**
 * The life of a device. `manufactured`: nobody's yet; `claimed`: somebody's, not heard of yet; `suspended`, `revoked` and `retired`
 * devices are not admitted. Revoked is for devices that cannot be trusted, retired for those that are gone.
 */
export type DeviceState = DeviceLifeState

/** 256 random bits as base64url, 43 characters: what a device uses as its MQTT password. */
export function createSecret(): string {
  return randomBytes(secretBytes).toString('base64url')
}

/** SHA-256 is enough: a secret of 256 random bits cannot be guessed, so slowness would protect nothing. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

const columns = `id, kind, origin, coalesce(secret_sha256, public_key_sha256) as hash, created_at as "createdAt",
  expires_at as "expiresAt", last_used_at as "lastUsedAt", superseded_at is not null as "isSuperseded",
  known_to_earlier_owner as "isKnownToEarlierOwner", claim_only as "isClaimOnly"`
export const isValid = 'revoked_at is null and (expires_at is null or expires_at > now())'

/** States and valid credentials of devices; unknown serials are missing. For the receiver, which acts for no person. */
export async function findDeviceCredentials(
  queries: Queries,
  serials: readonly string[],
): Promise<Map<string, DeviceCredentials>> {
  const devices = await queries.query<Omit<DeviceCredentials, 'credentials'>>(
    'select id as "deviceId", serial, state from device where serial = any($1)',
    [serials],
  )
  const credentials = await queries.query<ValidCredential & { deviceId: number }>(
    `select device_id as "deviceId", ${columns} from device_credential
     where device_id = any($1) and ${isValid} order by id`,
    [devices.map(({ deviceId }) => deviceId)],
  )
  const found = new Map(devices.map((device) => [device.deviceId, { ...device, credentials: [] as ValidCredential[] }]))
  for (const { deviceId, ...credential } of credentials) found.get(deviceId)?.credentials.push(credential)
  return new Map([...found.values()].map((device) => [device.serial, device]))
}

/** The valid credentials of one device, oldest first. */
export function listCredentials(queries: Queries, deviceId: number): Promise<ValidCredential[]> {
  return queries.query<ValidCredential>(
    `select ${columns} from device_credential where device_id = $1 and ${isValid} order by id`,
    [deviceId],
  )
}

/**
 * Gives a device a further secret. Of the older ones only the one that the device uses (else the newest) stays valid, until the
 * new one is used first, a day at most. Run it in a transaction.
 *
 * @returns the secret; it cannot be read again
 */
export async function addSecret(
  queries: Queries,
  deviceId: number,
  { secret = createSecret(), origin = 'factory' }: { secret?: string; origin?: CredentialOrigin } = {},
): Promise<string> {
  await insertCredential(queries, deviceId, { kind: 'secret', origin, hash: hashSecret(secret), expiresAt: null })
  return secret
}

/**
 * Registers a client certificate by the SHA-256 of its public key, in the way of `addSecret`. `expiresAt` in epoch ms.
 *
 * @returns its id
 */
export function addCertificate(
  queries: Queries,
  deviceId: number,
  certificate: { publicKeySha256: Buffer; expiresAt: number },
): Promise<number> {
  const { publicKeySha256: hash, expiresAt } = certificate
  return insertCredential(queries, deviceId, { kind: 'certificate', origin: 'device', hash, expiresAt })
}

async function insertCredential(
  queries: Queries,
  deviceId: number,
  { kind, origin, hash, expiresAt }: Pick<ValidCredential, 'kind' | 'origin' | 'hash' | 'expiresAt'>,
): Promise<number> {
  // Two that are added at once would each leave the other one valid beside an older one.
  await lockDevice(queries, deviceId)
  const column = kind === 'secret' ? 'secret_sha256' : 'public_key_sha256'
  const [added] = await queries.query<{ id: number }>(
    `insert into device_credential (device_id, kind, ${column}, expires_at, origin)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000), $5)
     on conflict (device_id, ${column}) do update set revoked_at = null, superseded_at = null, expires_at = excluded.expires_at,
       claim_only = false
     returning id`,
    [deviceId, kind, hash, expiresAt, origin],
  )
  const id = added?.id ?? 0
  await queries.query(
    `with older as (
       select id, row_number() over (order by last_used_at is null, known_to_earlier_owner, id desc) as place
       from device_credential where device_id = $1 and id <> $2 and not claim_only and ${isValid}
     )
     update device_credential credential set
       revoked_at = case when place > 1 then now() end,
       superseded_at = coalesce(superseded_at, now()),
       expires_at = least(expires_at, now() + make_interval(hours => $3))
     from older where credential.id = older.id`,
    [deviceId, id, overlapHours],
  )
  return id
}

/** What is decided about a device's credentials under this lock holds until the transaction ends. */
export async function lockDevice(queries: Queries, deviceId: number): Promise<void> {
  await queries.query('select id from device where id = $1 for update', [deviceId])
}

/** Revokes one credential of a device for good: no change of owner brings it back. False if it has none of this id that is valid. */
export async function revokeCredential(queries: Queries, deviceId: number, id: number): Promise<boolean> {
  const revoked = await queries.execute(
    `update device_credential set revoked_at = now(), superseded_at = null where device_id = $1 and id = $2 and ${isValid}`,
    [deviceId, id],
  )
  return revoked > 0
}

/**
 * Notes that a credential was used; the first use of the newest one revokes those it replaces. Safe to repeat.
 *
 * @returns whether others were revoked
 */
export async function noteCredentialUse(queries: Queries, deviceId: number, id: number): Promise<boolean> {
  const [used] = await queries.query<{ isSuperseded: boolean }>(
    `update device_credential set last_used_at = now() where device_id = $1 and id = $2 and ${isValid}
     returning superseded_at is not null as "isSuperseded"`,
    [deviceId, id],
  )
  if (used === undefined || used.isSuperseded) return false
  const replaced = await queries.execute(
    `update device_credential set revoked_at = now()
     where device_id = $1 and id <> $2 and superseded_at is not null and revoked_at is null`,
    [deviceId, id],
  )
  return replaced > 0
}
