/** A mail of ours as a mail program reads it: unfolded, decoded headers and the parts by their type [RFC 2045, 2047, 5322]. */
export function parseMail(source: string): { headers: [name: string, value: string][]; parts: Record<string, string> } {
  const { headers, body } = splitHead(source)
  const boundary = /boundary="([^"]+)"/.exec(headerOf(headers, 'content-type'))?.[1]
  if (boundary === undefined) throw new Error('a mail of one part')
  const parts = body
    .split(new RegExp(`^--${escapeExpression(boundary)}(?:--)?\\r\\n`, 'm'))
    .slice(1, -1)
    .map((part) => {
      const inner = splitHead(part)
      const type = headerOf(inner.headers, 'content-type').split(';')[0] ?? ''
      const encoding = headerOf(inner.headers, 'content-transfer-encoding')
      // The line end before a boundary belongs to the boundary.
      return [type, bytesOf(inner.body.replace(/\r\n$/, ''), encoding).toString('utf8').replaceAll('\r\n', '\n')]
    })
  return { headers: headers.map(([name, value]) => [name, decodeWords(value)]), parts: Object.fromEntries(parts) }
}

function splitHead(text: string) {
  const end = text.indexOf('\r\n\r\n')
  const lines = text
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { headers, body: text.slice(end + 4) }
}

const headerOf = (headers: [string, string][], wanted: string) => headers.find(([name]) => name === wanted)?.[1] ?? ''

const escapeExpression = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function decodeWords(value: string): string {
  const words = /=\?utf-8\?([qb])\?([^?]*)\?=(?:[ \t]+(?==\?utf-8\?[qb]\?))?/gi
  // Words next to each other may share a character: decoded together.
  return value.replace(new RegExp(`(?:${words.source})+`, 'gi'), (run) =>
    Buffer.concat(
      [...run.matchAll(words)].map(([, encoding, text = '']) =>
        encoding?.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : bytesOf(text.replaceAll('_', ' '), 'quoted-printable'),
      ),
    ).toString('utf8'),
  )
}

function bytesOf(text: string, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(text, 'base64')
  if (encoding !== 'quoted-printable') return Buffer.from(text)
  const latin = text.replace(/[ \t]*=\r\n/g, (end) => end.replace(/=\r\n$/, ''))
  return Buffer.from(
    latin.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}
