import { createHash, randomBytes } from 'node:crypto'
import type { DeviceLifeState } from '@stellacontrol/protocol'
import type { Queries } from './database.ts'

/** The table `device_credential`: a device's secrets, of which only the SHA-256 is kept. */

const secretBytes = 32
/** Two secrets are valid while one is changed for the other. */
const maximumSecrets = 2

/** What the receiver needs to admit a device. */
export interface DeviceCredential {
  deviceId: number
  serial: string
  state: DeviceState
  /** SHA-256 of every secret that is valid now; compare in constant time. */
  secretHashes: Buffer[]
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

/** The valid secrets of a device; undefined for an unknown serial. For the receiver, which acts for no person. */
export async function findCredential(queries: Queries, serial: string): Promise<DeviceCredential | undefined> {
  const rows = await queries.query<DeviceCredential>(
    `select device.id as "deviceId", serial, state,
       coalesce(array_agg(secret_sha256) filter (where revoked_at is null and secret_sha256 is not null), '{}')
         as "secretHashes"
     from device left join device_credential on device_id = device.id
     where serial = $1
     group by device.id`,
    [serial],
  )
  return rows[0]
}

/**
 * Gives a device a further secret and revokes all but the newest two.
 *
 * @returns the secret; it cannot be read again
 */
export async function addSecret(queries: Queries, deviceId: number, secret = createSecret()): Promise<string> {
  await queries.query(
    `insert into device_credential (device_id, secret_sha256) values ($1, $2)
     on conflict (device_id, secret_sha256) do update set revoked_at = null`,
    [deviceId, hashSecret(secret)],
  )
  await queries.query(
    `update device_credential set revoked_at = now()
     where device_id = $1 and revoked_at is null and id not in (
       select id from device_credential where device_id = $1 and revoked_at is null order by id desc limit $2
     )`,
    [deviceId, maximumSecrets],
  )
  return secret
}
