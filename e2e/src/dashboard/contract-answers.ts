import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Problem, problemSchema } from '@stellacontrol/protocol'

/** The built page of this checkout. */
const pageFolder = fileURLToPath(new URL('../../../dashboard/dist/', import.meta.url))

/** What the service promises to send with the page: nothing from elsewhere, no inline script. */
const contentSecurityPolicy = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export async function sendPage(path: string, response: ServerResponse): Promise<void> {
  const asked = normalize(path).replace(/^\/+/, '')
  const file = extname(asked) === '' ? 'index.html' : asked
  try {
    const body = await readFile(join(pageFolder, file))
    response.writeHead(200, {
      'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
    })
    response.end(body)
  } catch {
    response.writeHead(404).end()
  }
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

export async function sendLines(
  response: ServerResponse,
  lines: (signal: AbortSignal) => AsyncIterable<unknown>,
): Promise<void> {
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  for await (const line of lines(gone.signal)) response.write(`${JSON.stringify(line)}\n`)
  response.end()
}

/** What the service promises to send with a mail that is shown in a frame of the page. */
const mailPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'self'; frame-ancestors 'self'; " +
  'sandbox allow-popups allow-popups-to-escape-sandbox'

export function sendMail(html: string, response: ServerResponse): void {
  const headers = { 'content-security-policy': mailPolicy, 'x-frame-options': 'SAMEORIGIN' }
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers })
  response.end(html)
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  title: string,
  { fields, detail }: Pick<Problem, 'fields' | 'detail'> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' })
  const type = `https://stellacontrol.example/errors/${code}`
  response.end(JSON.stringify(problemSchema.parse({ type, title, status, code, fields, detail })))
}
