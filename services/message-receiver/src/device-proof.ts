import { createHash, type X509Certificate } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { Proof } from './admission.ts'

const maximumSecretBytes = 256
/** How a certificate names its device beside the common name: `URI:urn:stellacontrol:device:<serial>` [RFC 5280, 4.2.1.6]. */
const uriPrefix = 'URI:urn:stellacontrol:device:'

/** What a connection proves its identity with: the certificate if it showed one, else the password. */
export function proofOf(stream: Duplex, password: Buffer | undefined): Proof | undefined {
  const certificate = stream instanceof TLSSocket ? stream.getPeerX509Certificate() : undefined
  if (certificate) return certificateProof(certificate, (stream as TLSSocket).authorized)
  if (!password || password.length > maximumSecretBytes) return undefined
  return { kind: 'secret', hash: createHash('sha256').update(password).digest() }
}

/** `isTrusted`: TLS has verified that the chain ends at our authority and that nothing in it has expired. */
export function certificateProof(certificate: X509Certificate, isTrusted: boolean): Proof {
  return {
    kind: 'certificate',
    hash: publicKeySha256(certificate),
    names: namesOf(certificate),
    problem: isTrusted ? undefined : 'certificate-untrusted',
  }
}

function publicKeySha256({ publicKey }: X509Certificate): Buffer {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
}

function namesOf({ subject, subjectAltName }: X509Certificate): string[] {
  const commonNames = subject.split('\n').filter((line) => line.startsWith('CN='))
  const uris = (subjectAltName ?? '').split(', ').filter((name) => name.startsWith(uriPrefix))
  return [...commonNames.map((line) => line.slice(3)), ...uris.map((uri) => uri.slice(uriPrefix.length))]
}
