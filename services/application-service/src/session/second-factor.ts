import { createHash, randomBytes } from 'node:crypto'
import { type Account, type Queries, type Scope, takeRecoveryCode, takeTotpStep } from '@stellacontrol/database'
import { Secret, TOTP } from 'otpauth'
import type { Keyring } from './keyring.ts'

/** RFC 6238 as every authenticator app speaks it: SHA-1, six digits, half a minute. */
const periodMs = 30_000
const digits = 6
/** A clock may be wrong by one step, or somebody slow. */
const tolerance = 1
/** 160 bits, as RFC 4226 asks for. */
const secretBytes = 20
const recoveryCodes = 10
/** 80 bits. */
const recoveryCodeBytes = 10

/** A new secret, and the address that authenticator apps read from a QR code. */
export function newTotpSecret(email: string): { secret: Uint8Array; base32: string; uri: string } {
  const secret = new Secret({ size: secretBytes })
  return { secret: secret.bytes, base32: secret.base32, uri: totpOf(secret, email).toString() }
}

/** The time step of a code that is right about now; undefined if it is not. Pure. */
export function stepOf(secret: Uint8Array, code: string, now: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const bytes = new Uint8Array(secret)
  const delta = totpOf(new Secret({ buffer: bytes.buffer }), '').validate({
    token: code,
    window: tolerance,
    timestamp: now,
  })
  return delta === null ? undefined : Math.floor(now / periodMs) + delta
}

function totpOf(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer: 'StellaControl', label, algorithm: 'SHA1', digits, period: periodMs / 1000, secret })
}

/** Ten codes for who has lost the authenticator, `abcd-efgh-ijkl-mnop`, with what is kept of them. */
export function newRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: recoveryCodes }, () => {
    const { base32 } = new Secret({ buffer: new Uint8Array(randomBytes(recoveryCodeBytes)).buffer })
    return base32.toLowerCase().replace(/(.{4})(?=.)/g, '$1-')
  })
  return { codes, hashes: codes.map(hashRecoveryCode) }
}

/** However it is written: spaces, dashes and capitals do not matter. */
function hashRecoveryCode(code: string): string {
  return createHash('sha256').update(code.toLowerCase().replace(/[\s-]/g, '')).digest('hex')
}

/**
 * True if the code is right, which uses it up: a time step is good once, and a recovery code too [RFC 6238, 5.2].
 * @throws ApiProblem `second-factor-unavailable` if the service has not the key that sealed the secret
 */
export async function takeCode(
  { queries, scope, keyring }: { queries: Queries; scope: Scope; keyring: Keyring },
  { user, totpSecret }: Account,
  code: string,
  now: number,
): Promise<boolean> {
  if (totpSecret === null) return false
  const text = code.trim()
  if (!/^[\d\s]+$/.test(text)) return takeRecoveryCode(queries, scope, user.id, hashRecoveryCode(text))
  const step = stepOf(keyring.open(totpSecret, ownerOf(user.id)), text.replace(/\s/g, ''), now)
  return step !== undefined && takeTotpStep(queries, scope, user.id, step)
}

/** Whom a sealed secret is bound to. */
export function ownerOf(userId: number): string {
  return `user ${userId}`
}
