import type { Queries } from './database.ts'
import {
  addSecret,
  isValid,
  listCredentials,
  lockDevice,
  overlapHours,
  type ValidCredential,
} from './device-credentials.ts'

/** What becomes of a device's secrets when it changes hands, and how it gets one of its own again. */

/**
 * Before a device goes to another owner: every valid secret that people were shown is marked as known to the earlier owner and ends within
 * a day. What nobody was shown stays. If nothing would stay, the factory's secret is valid again in the claim identity, unless somebody
 * revoked it. Run it in the transaction of the change.
 */
export async function leaveSecretsBehind(
  queries: Queries,
  deviceId: number,
): Promise<{ limited: ValidCredential[]; restored: ValidCredential[] }> {
  const limited = await queries.query<{ id: number }>(
    `update device_credential set known_to_earlier_owner = true, superseded_at = coalesce(superseded_at, now()),
       expires_at = least(expires_at, now() + make_interval(hours => $2))
     where device_id = $1 and origin = 'person' and not known_to_earlier_owner and ${isValid} returning id`,
    [deviceId, overlapHours],
  )
  if (limited.length === 0) return { limited: [], restored: [] }
  const restored = (await keepOne(queries, deviceId)) ? [] : await restoreFactorySecret(queries, deviceId)
  const now = await listCredentials(queries, deviceId)
  const pick = (rows: { id: number }[]) => now.filter((credential) => rows.some(({ id }) => id === credential.id))
  return { limited: pick(limited), restored: pick(restored) }
}

/** What was to be replaced by a secret that ends itself now stays: else both would end. The end of a certificate is in it. */
async function keepOne(queries: Queries, deviceId: number): Promise<boolean> {
  const kept = await queries.execute(
    `update device_credential set superseded_at = null, expires_at = case when superseded_at is null then expires_at end
     where id = (
       select id from device_credential where device_id = $1 and origin <> 'person' and not claim_only and ${isValid}
       order by superseded_at is not null, last_used_at is null, id desc limit 1)`,
    [deviceId],
  )
  return kept > 0
}

function restoreFactorySecret(queries: Queries, deviceId: number): Promise<{ id: number }[]> {
  return queries.query<{ id: number }>(
    `update device_credential set revoked_at = null, expires_at = null, claim_only = true
     where id = (
       select id from device_credential
       where device_id = $1 and kind = 'secret' and origin = 'factory' and superseded_at is not null order by id desc limit 1)
     returning id`,
    [deviceId],
  )
}

/**
 * Gives a device that asks in its claim identity a secret of its own. Whoever asks with what people know is given what people know. Run it
 * in a transaction.
 *
 * @param askedWith the id of the credential that it connected with
 * @returns undefined if that is not good for it any more
 */
export async function provisionSecret(
  queries: Queries,
  deviceId: number,
  askedWith: number,
): Promise<string | undefined> {
  await lockDevice(queries, deviceId)
  const used = (await listCredentials(queries, deviceId)).find(({ id }) => id === askedWith)
  if (used === undefined || used.isKnownToEarlierOwner) return undefined
  return addSecret(queries, deviceId, { origin: used.origin === 'person' ? 'person' : 'device' })
}
