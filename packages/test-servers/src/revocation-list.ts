import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { algorithm, type IssuedCertificate, readKey } from './certificates.ts'

export interface RevocationWish {
  /** PEM. */
  certificates: readonly string[]
  /** PEM of the list before: who stands there stays there. */
  previous?: string | undefined
  /** Until the next one; may be negative, for a list that has ended. */
  days: number
}

const dayMs = 86_400_000
/** Clocks differ. */
const earlierMs = 300_000

/** Makes a certificate revocation list of the authority, PEM. */
export async function createRevocationList(authority: IssuedCertificate, wish: RevocationWish): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const before = wish.previous === undefined ? [] : new x509.X509Crl(wish.previous).entries
  const revoked = new Map(before.map(({ serialNumber, revocationDate }) => [serialNumber, revocationDate]))
  for (const pem of wish.certificates) {
    const { serialNumber } = new x509.X509Certificate(pem)
    if (!revoked.has(serialNumber)) revoked.set(serialNumber, new Date())
  }
  const endsAt = Date.now() + wish.days * dayMs
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.subject,
    thisUpdate: new Date(Math.min(Date.now(), endsAt - dayMs) - earlierMs),
    nextUpdate: new Date(endsAt),
    entries: [...revoked].map(([serialNumber, revocationDate]) => ({ serialNumber, revocationDate })),
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(issuer)],
    signingAlgorithm: algorithm,
    signingKey: await readKey(authority.key),
  })
  // The label that OpenSSL reads; the library's own is another.
  return `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n`
}
