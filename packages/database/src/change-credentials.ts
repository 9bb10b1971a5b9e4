import { type Actor, recordAudit } from './audit.ts'
import type { Queries } from './database.ts'
import {
  addCertificate,
  addSecret,
  createSecret,
  listCredentials,
  revokeCredential,
  type ValidCredential,
} from './device-credentials.ts'
import type { Device } from './devices.ts'
import { leaveSecretsBehind } from './handed-over-credentials.ts'

/** Adding and revoking credentials as people do it: with an audit event, in the caller's transaction. */

type NewCredential = { kind: 'secret' } | { kind: 'certificate'; publicKeySha256: Buffer; expiresAt: number }

/**
 * Gives a device a further credential; the one it uses stays valid until the new one is used first, a day at most.
 *
 * @returns the credential, and its secret, which cannot be read again; null for a certificate
 */
export async function giveCredential(
  queries: Queries,
  actor: Actor,
  device: Pick<Device, 'id' | 'serial' | 'organisationId'>,
  given: NewCredential,
): Promise<{ credential: ValidCredential; secret: string | null }> {
  const secret = given.kind === 'secret' ? createSecret() : null
  if (given.kind === 'certificate') await addCertificate(queries, device.id, given)
  else if (secret !== null) await addSecret(queries, device.id, { secret, origin: await originOf(queries, device) })
  const credential = (await listCredentials(queries, device.id)).find(({ isSuperseded }) => !isSuperseded)
  if (credential === undefined) throw new Error('the new credential is not among the valid ones')
  await recordAudit(queries, actor, [{ ...eventOf(device, 'credential.added'), after: factsOf(credential) }])
  return { credential, secret }
}

/** Revokes one credential for good. False if the device has no valid one of this id. */
export async function takeCredential(
  queries: Queries,
  actor: Actor,
  device: Pick<Device, 'id' | 'serial' | 'organisationId'>,
  id: number,
): Promise<boolean> {
  const before = (await listCredentials(queries, device.id)).find((credential) => credential.id === id)
  if (before === undefined || !(await revokeCredential(queries, device.id, id))) return false
  await recordAudit(queries, actor, [{ ...eventOf(device, 'credential.revoked'), before: factsOf(before) }])
  return true
}

/**
 * Takes from the owner of a device what they know of its secrets, before it goes to another one; the new owner's log says so. In the
 * transaction of the change of owner.
 */
export async function handOverCredentials(
  queries: Queries,
  actor: Actor,
  device: Pick<Device, 'id' | 'serial'>,
  newOwnerId: number,
): Promise<void> {
  const { limited, restored } = await leaveSecretsBehind(queries, device.id)
  const ofNewOwner = { serial: device.serial, organisationId: newOwnerId }
  await recordAudit(queries, actor, [
    ...limited.map((credential) => ({ ...eventOf(ofNewOwner, 'credential.limited'), after: factsOf(credential) })),
    ...restored.map((credential) => ({ ...eventOf(ofNewOwner, 'credential.restored'), after: factsOf(credential) })),
  ])
}

/** What the makers give a device that is still, or again, theirs is as the factory's. */
async function originOf(queries: Queries, { organisationId }: Pick<Device, 'organisationId'>) {
  const [owner] = await queries.query<{ kind: string }>('select kind from organisation where id = $1', [organisationId])
  return owner?.kind === 'manufacturer' ? 'factory' : 'person'
}

function eventOf(device: Pick<Device, 'serial' | 'organisationId'>, action: string) {
  return { organisationId: device.organisationId, action, objectKind: 'device', objectId: device.serial }
}

/** A public key may be known; the hash of a secret is nobody's business. */
function factsOf({ id, kind, hash, expiresAt, isClaimOnly }: ValidCredential) {
  const fingerprint = kind === 'certificate' ? { fingerprint: hash.toString('hex') } : {}
  const use = isClaimOnly ? { isClaimOnly } : {}
  return {
    id,
    kind,
    ...fingerprint,
    ...use,
    ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  }
}
