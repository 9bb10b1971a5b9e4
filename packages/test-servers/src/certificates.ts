import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** X.509 certificates for development and tests: an authority of one level, keys on the curve P-256. */

export const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
/** Clocks of devices and servers differ. */
const earlierMs = 300_000

/** A certificate and its key, both PEM. */
export interface IssuedCertificate {
  certificate: string
  key: string
}

export interface CertificateWish {
  commonName: string
  /** Servers are reached by names and addresses, devices are named by a URI. */
  use: 'server' | 'device'
  dnsNames?: readonly string[]
  addresses?: readonly string[]
  uris?: readonly string[]
  /** May be negative, for a certificate that has ended. */
  days: number
}

/** Makes an authority. Its key makes certificates that everybody believes who trusts it: keep it to yourself. */
export async function createAuthority(options: { commonName: string; days: number }): Promise<IssuedCertificate> {
  const keys = await createKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [options.commonName] }],
    keys,
    signingAlgorithm: algorithm,
    ...life(options.days),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: pemOf(certificate), key: await keyPemOf(keys) }
}

/** Makes a certificate of the authority; without an authority one that only vouches for itself. */
export async function issueCertificate(
  authority: IssuedCertificate | undefined,
  wish: CertificateWish,
): Promise<IssuedCertificate> {
  const keys = await createKeys()
  const issuer = authority && new x509.X509Certificate(authority.certificate)
  const signingKey = authority ? await readKey(authority.key) : keys.privateKey
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [wish.commonName] }],
    issuer: issuer?.subject ?? [{ CN: [wish.commonName] }],
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    ...life(wish.days),
    extensions: await extensionsOf(wish, keys, issuer),
  })
  return { certificate: pemOf(certificate), key: await keyPemOf(keys) }
}

async function extensionsOf(
  { use, dnsNames = [], addresses = [], uris = [] }: CertificateWish,
  keys: webcrypto.CryptoKeyPair,
  issuer: x509.X509Certificate | undefined,
): Promise<x509.Extension[]> {
  const names: x509.JsonGeneralName[] = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...addresses.map((value) => ({ type: 'ip' as const, value })),
    ...uris.map((value) => ({ type: 'url' as const, value })),
  ]
  const purpose = use === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([purpose]),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ...(issuer ? [await x509.AuthorityKeyIdentifierExtension.create(issuer)] : []),
  ]
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>
}

function life(days: number): { notBefore: Date; notAfter: Date } {
  const endsAt = Date.now() + days * dayMs
  return { notBefore: new Date(Math.min(Date.now(), endsAt - dayMs) - earlierMs), notAfter: new Date(endsAt) }
}

function pemOf(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}

async function keyPemOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY')}\n`
}

export function readKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem)
  return webcrypto.subtle.importKey('pkcs8', der as ArrayBuffer, algorithm, false, ['sign'])
}
