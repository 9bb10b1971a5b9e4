import { createHash, randomBytes } from 'node:crypto'
import { isClaimable } from '@stellacontrol/protocol'
import { CodedError } from '@stellacontrol/runtime'
import { type Actor, recordAudit } from './audit.ts'
import { eventOf, facts, handOver } from './change-devices.ts'
import type { Queries } from './database.ts'
import { lockDevice } from './device-credentials.ts'
import { type DeviceRecord, lockDeviceRecord } from './device-records.ts'
import { type Scope, systemScope } from './scope.ts'

/** The table `claim_code`: with its code a device is claimed, once, within minutes. */

export const claimCodeLifeMs = 15 * 60_000
/** So many wrong codes for one device, and its code is worth nothing any more. */
export const maximumWrongTries = 5
/** A device that asks for windows without end fills no audit log. */
const windowEveryMs = 10_000
const theDevice: Actor = { userId: null, actor: 'the device itself', address: null }

/** Crockford's Base32: no I, L, O and U, which people misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeBytes = 10

function createCode(): string {
  const bits = BigInt(`0x${randomBytes(codeBytes).toString('hex')}`)
  const letters = Array.from({ length: 16 }, (_, index) => alphabet[Number((bits >> BigInt(5 * index)) & 31n)])
  return [0, 4, 8, 12].map((from) => letters.slice(from, from + 4).join('')).join('-')
}

/** 80 random bits within 15 minutes and 5 tries cannot be guessed: a slow hash would protect nothing. */
function hashCode(code: string): Buffer {
  return createHash('sha256').update(code.toUpperCase().replaceAll('-', '')).digest()
}

/**
 * Makes the code of a device; an earlier one is worth nothing any more.
 * @returns the code, which is not kept
 * @throws CodedError `device-not-found`, `state-change-refused` if the device cannot be claimed
 */
export async function createClaimCode(
  queries: Queries,
  scope: Scope,
  actor: Actor,
  serial: string,
): Promise<{ serial: string; code: string; expiresAt: number }> {
  const device = await lockDeviceRecord(queries, scope, serial)
  if (device === undefined) throw new CodedError('device-not-found', `no device ${serial}`)
  if (!isClaimable(device.state)) {
    throw new CodedError('state-change-refused', `a device that is ${device.state} cannot be claimed`)
  }
  const code = createCode()
  const owned = { id: device.id, serial, organisationId: device.organisation.id }
  return { serial, code, expiresAt: await keepCode(queries, actor, owned, hashCode(code), claimCodeLifeMs) }
}

/**
 * Opens the claim window that a device asked for: it shows a code and sends the SHA-256 of it. Only while it is nobody's. The code that it
 * sent last is not taken again: a window is neither made longer nor its wrong tries forgotten. Run it in a transaction.
 * @returns the end of the window, which may have passed; a refusal in a word
 */
export async function openClaimWindow(
  queries: Queries,
  device: { id: number; serial: string },
  { codeSha256, seconds }: { codeSha256: Buffer; seconds: number },
): Promise<{ expiresAt: number } | { refusal: 'state-change-refused' | 'too-soon' }> {
  await lockDevice(queries, device.id)
  const [free] = await queries.query<{ organisationId: number }>(
    `select organisation_id as "organisationId" from device where id = $1 and state = 'manufactured'`,
    [device.id],
  )
  if (free === undefined) return { refusal: 'state-change-refused' }
  const [last] = await queries.query<{ expiresAt: number; codeSha256: Buffer; isFresh: boolean }>(
    `select expires_at as "expiresAt", code_sha256 as "codeSha256", created_at > now() - $2 * interval '1 millisecond' as "isFresh"
     from claim_code where device_id = $1`,
    [device.id, windowEveryMs],
  )
  if (last?.codeSha256.equals(codeSha256)) return { expiresAt: last.expiresAt }
  if (last?.isFresh) return { refusal: 'too-soon' }
  const owned = { ...device, ...free }
  const lifeMs = Math.min(seconds * 1_000, claimCodeLifeMs)
  return { expiresAt: await keepCode(queries, theDevice, owned, codeSha256, lifeMs) }
}

async function keepCode(
  queries: Queries,
  actor: Actor,
  { id, serial, organisationId }: { id: number; serial: string; organisationId: number },
  codeSha256: Buffer,
  lifeMs: number,
): Promise<number> {
  const [row] = await queries.query<{ expiresAt: number }>(
    `insert into claim_code (device_id, organisation_id, code_sha256, expires_at)
     values ($1, $2, $3, now() + $4 * interval '1 millisecond')
     on conflict (device_id) do update set organisation_id = excluded.organisation_id, code_sha256 = excluded.code_sha256,
       created_at = now(), expires_at = excluded.expires_at, wrong_tries = 0
     returning expires_at as "expiresAt"`,
    [id, organisationId, codeSha256, lifeMs],
  )
  const expiresAt = row?.expiresAt ?? 0
  const after = { expiresAt: new Date(expiresAt).toISOString() }
  await recordAudit(queries, actor, [eventOf(organisationId, 'claimCode.created', serial, undefined, after)])
  return expiresAt
}

export interface Claim {
  serial: string
  code: string
  organisationId: number
  siteId: number | null
  name?: string | undefined
  wasHeardOf: boolean
}

/**
 * Makes a device belong to whoever holds its code. Whoever claims it could not see it before, so this runs in a transaction of
 * the system's scope; that the person may claim for that organisation is checked by the caller. Every refusal is the same
 * undefined, and must be committed: it counts wrong tries.
 * @throws CodedError `site-not-found`
 */
export async function claimDevice(queries: Queries, actor: Actor, claim: Claim): Promise<DeviceRecord | undefined> {
  const device = await lockDeviceRecord(queries, systemScope, claim.serial)
  const isRight = await useCode(queries, device?.id ?? 0, hashCode(claim.code), device?.organisation.id ?? 0)
  if (device === undefined || !isRight || !isClaimable(device.state)) return undefined
  if (device.organisation.id === claim.organisationId) return undefined
  const after = await handOver(queries, systemScope, actor, device, claim)
  await recordAudit(queries, actor, [
    eventOf(claim.organisationId, 'device.claimed', claim.serial, undefined, facts(after)),
  ])
  // The owner before learns that it happened, and nothing about whoever it was.
  const holder: Actor = { userId: null, actor: 'the holder of the claim code', address: null }
  await recordAudit(queries, holder, [
    eventOf(device.organisation.id, 'device.claimed', claim.serial, facts(device), undefined),
  ])
  return after
}

/** Takes the code if it is right, and counts the try if it is not. The same statements, whatever is wrong. */
async function useCode(queries: Queries, deviceId: number, hash: Buffer, ownerId: number): Promise<boolean> {
  const used = await queries.execute(
    `delete from claim_code where device_id = $1 and code_sha256 = $2 and organisation_id = $3
       and expires_at > now() and wrong_tries < $4`,
    [deviceId, hash, ownerId, maximumWrongTries],
  )
  await queries.execute(
    'update claim_code set wrong_tries = wrong_tries + 1 where device_id = $1 and wrong_tries < $2',
    [deviceId, maximumWrongTries],
  )
  return used > 0
}
