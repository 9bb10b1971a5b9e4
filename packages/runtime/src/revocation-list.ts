import { CodedError } from './coded-error.ts'

/** A certificate revocation list [RFC 5280, 5]: what is needed of it here. Its signature is TLS' business. */
export interface RevocationList {
  pem: string
  /** Epoch ms: when the next one was promised; from then on TLS refuses everybody whom the list is about. Undefined = never. */
  endsAt: number | undefined
  /** As `X509Certificate.serialNumber` writes them. */
  serialNumbers: string[]
}

const block = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g

/** Reads all lists of a PEM file. @throws CodedError `certificate-invalid` if there is none, or a broken one */
export function readRevocationLists(text: string): RevocationList[] {
  const lists = [...text.matchAll(block)].map(([pem, base64 = '']) => {
    try {
      return { pem, ...readBody(Buffer.from(base64, 'base64')) }
    } catch (error) {
      throw new CodedError('certificate-invalid', 'a revocation list is broken', { cause: error })
    }
  })
  if (lists.length === 0) throw new CodedError('certificate-invalid', 'there is no revocation list')
  return lists
}

/** Tags of ASN.1 [X.690]. */
const tags = { integer: 0x02, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30 }

interface Element {
  tag: number
  content: Buffer
}

/** tbsCertList: version, signature, issuer, thisUpdate, nextUpdate, revokedCertificates, extensions; three of them may be absent. */
function readBody(der: Buffer): Omit<RevocationList, 'pem'> {
  const [list] = elementsOf(der)
  const [body] = elementsOf(contentOf(list, tags.sequence))
  const parts = elementsOf(contentOf(body, tags.sequence))
  if (parts[0]?.tag === tags.integer) parts.shift()
  const [, , thisUpdate, ...rest] = parts
  momentOf(thisUpdate)
  const next = isTime(rest[0]) ? rest.shift() : undefined
  const revoked = rest[0]?.tag === tags.sequence ? elementsOf(rest[0].content) : []
  return {
    endsAt: next && momentOf(next),
    serialNumbers: revoked.map((entry) => serialOf(contentOf(elementsOf(entry.content)[0], tags.integer))),
  }
}

function elementsOf(bytes: Buffer): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes.readUInt8(at)
    const first = bytes.readUInt8(at + 1)
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + lengthBytes
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes)
    if (start + length > bytes.length) throw new RangeError('cut short')
    elements.push({ tag, content: bytes.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

function contentOf(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new RangeError('not what was expected')
  return element.content
}

const isTime = (element: Element | undefined) => element?.tag === tags.utcTime || element?.tag === tags.generalizedTime

/** YYMMDDHHMMSSZ before 2050, YYYYMMDDHHMMSSZ from then on [RFC 5280, 5.1.2.4]. */
function momentOf(element: Element | undefined): number {
  const text = element?.content.toString('latin1') ?? ''
  const full = element?.tag === tags.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text
  const moment = Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(moment)) throw new RangeError('no moment')
  return moment
}

function serialOf(integer: Buffer): string {
  return integer
    .toString('hex')
    .toUpperCase()
    .replace(/^(00)+(?=..)/, '')
}
