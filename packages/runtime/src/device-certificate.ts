import { createHash, type X509Certificate } from 'node:crypto'

/** How a certificate names its device beside the common name: `URI:urn:stellacontrol:device:<serial>` [RFC 5280, 4.2.1.6]. */
const uriPrefix = 'URI:urn:stellacontrol:device:'

/** The serial numbers that a certificate was made for, and the SHA-256 of its public key (SubjectPublicKeyInfo in DER). */
export function readDeviceCertificate(certificate: X509Certificate): { names: string[]; publicKeySha256: Buffer } {
  const { subject, subjectAltName, publicKey } = certificate
  const commonNames = subject.split('\n').filter((line) => line.startsWith('CN='))
  const uris = (subjectAltName ?? '').split(', ').filter((name) => name.startsWith(uriPrefix))
  const key = publicKey.export({ type: 'spki', format: 'der' })
  return {
    names: [...commonNames.map((line) => line.slice(3)), ...uris.map((uri) => uri.slice(uriPrefix.length))],
    publicKeySha256: createHash('sha256').update(key).digest(),
  }
}
