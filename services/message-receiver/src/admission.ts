import { timingSafeEqual } from 'node:crypto'
import type { DeviceCredentials, DeviceState, ValidCredential } from '@stellacontrol/database'

/** What a device shows to prove who it is. */
export type Proof =
  | { kind: 'secret'; hash: Buffer }
  /** `problem`: why the certificate itself is worth nothing; `names`: the serials it was made for. */
  | { kind: 'certificate'; hash: Buffer; names: readonly string[]; problem: string | undefined }

/** Whose connection it is to be: the device's own, or the narrow one in which it is provisioned. */
export interface Identity {
  serial: string
  isClaim: boolean
}

export type Admission = { isAdmitted: true; credential: ValidCredential } | { isAdmitted: false; reason: string }

const admittedStates: readonly DeviceState[] = ['manufactured', 'claimed', 'active']
/** A device that works has no business in the claim identity, unless it has nothing else to sign in with. */
const claimStates: readonly DeviceState[] = ['manufactured', 'claimed']

/** Decides whether a device may connect. Pure; every valid credential is compared, each in constant time. */
export function decideAdmission(
  identity: Identity,
  device: DeviceCredentials | undefined,
  proof: Proof,
  now: number,
): Admission {
  if (proof.kind === 'certificate') {
    if (proof.problem !== undefined) return refused(proof.problem)
    if (!proof.names.includes(identity.serial)) return refused('certificate-of-another')
  }
  if (device === undefined) return refused('device-unknown')
  let matching: ValidCredential | undefined
  for (const credential of device.credentials) {
    const isSame = credential.hash.length === proof.hash.length && timingSafeEqual(credential.hash, proof.hash)
    if (isSame && credential.kind === proof.kind && isUnexpired(credential, now)) matching = credential
  }
  if (matching === undefined) return refused('credential-wrong')
  // Only whoever proved to be the device learns from the log what was wrong.
  const objection = objectionTo(identity, device.state, matching)
  return objection === undefined ? { isAdmitted: true, credential: matching } : refused(objection)
}

/** Decides whether a connection that was admitted with this credential may stay. Pure. */
export function mayStay(
  identity: Identity,
  device: DeviceCredentials | undefined,
  credentialId: number,
  now: number,
): boolean {
  const credential = device?.credentials.find(({ id }) => id === credentialId)
  if (device === undefined || credential === undefined || !isUnexpired(credential, now)) return false
  return objectionTo(identity, device.state, credential) === undefined
}

/** Why this credential does not open this identity now. What an earlier owner knows fetches no new secret. */
function objectionTo(
  { isClaim }: Identity,
  state: DeviceState,
  { isClaimOnly, isKnownToEarlierOwner }: ValidCredential,
): string | undefined {
  if (isClaim && isKnownToEarlierOwner) return 'credential-known-to-earlier-owner'
  if (!isClaim && isClaimOnly) return 'credential-for-claim-only'
  const states = isClaim && !isClaimOnly ? claimStates : admittedStates
  return states.includes(state) ? undefined : `device-${state}`
}

function isUnexpired({ expiresAt }: ValidCredential, now: number): boolean {
  return expiresAt === null || expiresAt > now
}

function refused(reason: string): Admission {
  return { isAdmitted: false, reason }
}
