import { createHash } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { readDeviceCertificate } from '@stellacontrol/runtime'
import type { Proof } from './admission.ts'

const maximumSecretBytes = 256

/**
 * What a connection proves its identity with: the certificate if it showed one, else the password. Whether the chain of the
 * certificate ends at our authority and nothing in it has expired, TLS has verified.
 */
export function proofOf(stream: Duplex, password: Buffer | undefined): Proof | undefined {
  const certificate = stream instanceof TLSSocket ? stream.getPeerX509Certificate() : undefined
  if (certificate) {
    const { names, publicKeySha256: hash } = readDeviceCertificate(certificate)
    return { kind: 'certificate', hash, names, problem: problemOf(stream as TLSSocket) }
  }
  if (!password || password.length > maximumSecretBytes) return undefined
  return { kind: 'secret', hash: createHash('sha256').update(password).digest() }
}

/** What OpenSSL says of revocation, in our words; everything else is `certificate-untrusted`. */
const revocationProblems: Record<string, string> = {
  CERT_REVOKED: 'certificate-revoked',
  CRL_HAS_EXPIRED: 'revocation-list-ended',
  UNABLE_TO_GET_CRL: 'revocation-list-missing',
}

function problemOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  return authorized ? undefined : (revocationProblems[String(authorizationError)] ?? 'certificate-untrusted')
}
