import { createHash, X509Certificate } from 'node:crypto'
import { CodedError, messageOf } from './coded-error.ts'

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

/**
 * What the registry keeps of a device's certificate: the SHA-256 of its public key and its end in epoch ms.
 * @throws CodedError `certificate-refused` if it is none in PEM form, has ended at `now`, or names another device
 */
export function acceptDeviceCertificate(pem: string, serial: string, now: number) {
  const certificate = parseCertificate(pem)
  const { names, publicKeySha256 } = readDeviceCertificate(certificate)
  if (!names.includes(serial)) throw new CodedError('certificate-refused', `it does not name ${serial}`)
  const expiresAt = Date.parse(certificate.validTo)
  if (expiresAt <= now) throw new CodedError('certificate-refused', `it ended at ${certificate.validTo}`)
  return { publicKeySha256, expiresAt }
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new CodedError('certificate-refused', `it is no certificate in PEM form: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
