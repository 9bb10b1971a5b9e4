import { connect } from 'node:net'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'

let application: TestApplication
let slow: Promise<string>

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  // Begun here, as it takes longer than everything else.
  slow = answerTo('GET /healthz HTTP/1.1\r\nHost: a\r\nX: ', 25_000)
})
afterAll(() => application.stop())

/** Everything that comes back for these bytes until the other side ends the connection. */
async function answerTo(bytes: string, deadlineMs = 5_000): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: application.server.port })
  let answer = ''
  let isClosed = false
  socket.on('data', (data) => {
    answer += data
  })
  socket.on('close', () => {
    isClosed = true
  })
  socket.on('error', () => undefined)
  socket.write(bytes)
  await waitFor(() => isClosed, { what: 'the end of the connection', deadlineMs })
  return answer
}

const requestOf = (head: string[], body = '') => `${head.join('\r\n')}\r\n\r\n${body}`
const smuggled = requestOf(['GET /healthz HTTP/1.1', 'Host: a', 'Connection: close'])
const post = ['POST /v1/session HTTP/1.1', 'Host: a', 'Content-Type: application/json']
const chunked = 'Transfer-Encoding: chunked'

test.each([
  ['a length and chunks', requestOf([...post, 'Content-Length: 4', chunked], `0\r\n\r\n${smuggled}`)],
  ['chunks and a length', requestOf([...post, chunked, 'Content-Length: 4'], `0\r\n\r\n${smuggled}`)],
  ['two lengths', requestOf([...post, 'Content-Length: 2', 'Content-Length: 40'], `{}${smuggled}`)],
  ['two lengths in one', requestOf([...post, 'Content-Length: 2, 40'], `{}${smuggled}`)],
  ['a length with a sign', requestOf([...post, 'Content-Length: +2'], `{}${smuggled}`)],
  ['a length below zero', requestOf([...post, 'Content-Length: -2'], `{}${smuggled}`)],
  ['a length in hexadecimal', requestOf([...post, 'Content-Length: 0x2'], `{}${smuggled}`)],
  ['a space before the colon', requestOf([...post, 'Transfer-Encoding : chunked'], `0\r\n\r\n${smuggled}`)],
  ['an encoding that is none', requestOf([...post, 'Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`)],
  ['chunks that are not the last encoding', requestOf([...post, `${chunked}, identity`], `0\r\n\r\n${smuggled}`)],
  ['two encodings', requestOf([...post, chunked, 'Transfer-Encoding: x'], `0\r\n\r\n${smuggled}`)],
  ['a vertical tab', requestOf([...post, 'Transfer-Encoding:\u000bchunked'], `0\r\n\r\n${smuggled}`)],
  ['a folded line', requestOf([...post, 'X: a', ` ${chunked}`], `0\r\n\r\n${smuggled}`)],
  ['a bare line feed', `${post.join('\r\n')}\n${chunked}\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a bare carriage return', `${post.join('\r\n')}\r${chunked}\r\n\r\n0\r\n\r\n${smuggled}`],
  ['a chunk size that is none', requestOf([...post, chunked], `0x0\r\n\r\n${smuggled}`)],
  ['a chunk longer than it says', requestOf([...post, chunked], `1\r\n{}\r\n0\r\n\r\n${smuggled}`)],
  ['a chunk size of 17 digits', requestOf([...post, chunked], `10000000000000000\r\n{}\r\n0\r\n\r\n${smuggled}`)],
  ['a NUL in a header', requestOf([...post, 'X: a\0b'], smuggled)],
  ['a space in the path', requestOf(['GET /v1/ session/methods HTTP/1.1', 'Host: a'], smuggled)],
  ['a version that is none', requestOf(['GET /v1/session/methods HTTP/1.9', 'Host: a'], smuggled)],
])('%s is refused, and what comes after it is no request', async (_, bytes) => {
  const answer = await answerTo(bytes)
  expect(answer).toMatch(/^HTTP\/1\.1 400 (?:.|\s)*"code":"request-invalid"/)
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
  expect(answer).not.toContain('alive')
})

test.each([
  ['no host', ['GET /v1/session/methods HTTP/1.1'], 400],
  ['no host, as HTTP/1.0 allows', ['GET /healthz HTTP/1.0'], 200],
  ['two hosts', ['GET /v1/session/methods HTTP/1.1', 'Host: a', 'hOST: b'], 400],
  ['one host twice', ['GET /healthz HTTP/1.1', 'Host: a', 'Host: a'], 400],
])('a request for %s', async (_, head, status) => {
  const answer = await answerTo(requestOf([...head, 'Connection: close']))
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  if (status === 400) expect(answer).toContain('"code":"request-invalid"')
})

test('no method does anything that is not on the list of its address, also under another name', async () => {
  for (const method of ['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'MKCOL', 'OPTIONS', 'PUT', 'QUERY', 'get', 'BREW']) {
    for (const path of ['/v1/session/methods', '/v1/devices', '/healthz', '/']) {
      const disguise = ['X-HTTP-Method-Override: GET', 'X-HTTP-Method: GET', 'X-Canary: mirrored']
      const answer = await answerTo(
        requestOf([`${method} ${path} HTTP/1.1`, 'Host: a', ...disguise, 'Connection: close']),
      )
      // To CONNECT, which is for proxies, Node answers with nothing.
      expect(answer, `${method} ${path}`).toMatch(/^(?:HTTP\/1\.1 (?:400|401|403|404|405) |$)/)
      expect(answer).not.toContain('mirrored')
    }
  }
})

test('every answer has the security headers, those too that no route gives', async () => {
  const methods = 'GET /v1/session/methods HTTP/1.1'
  const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==']
  const requests = [
    [methods, 'Host: a'],
    ['GET /healthz HTTP/1.1', 'Host: a'],
    ['GET /openapi.json HTTP/1.1', 'Host: a'],
    ['GET /v1/devices HTTP/1.1', 'Host: a'],
    ['GET /nothing HTTP/1.1', 'Host: a'],
    ['GET /v1/devices/%ZZ HTTP/1.1', 'Host: a'],
    ['GET /v1/devices%00 HTTP/1.1', 'Host: a'],
    [`GET /v1/devices/${'A'.repeat(300)} HTTP/1.1`, 'Host: a'],
    ['PUT /healthz HTTP/1.1', 'Host: a'],
    ['DELETE /v1/session HTTP/1.1', 'Host: a', 'Origin: https://evil.example'],
    ['GET /v1/live HTTP/1.1', 'Host: a', ...upgrade],
    [methods],
    [methods, 'Host: a', `X: ${'y'.repeat(20_000)}`],
    ['nonsense'],
  ]
  for (const head of requests) {
    const isUpgrade = head.length > 4
    const answer = await answerTo(requestOf([...head, `Connection: ${isUpgrade ? 'upgrade' : 'close'}`]))
    const headers = answer.slice(0, answer.indexOf('\r\n\r\n')).toLowerCase()
    const label = String(head[0]).slice(0, 60)
    expect(headers, label).toContain('x-content-type-options: nosniff')
    expect(headers, label).toMatch(/content-security-policy: default-src '(?:self|none)'/)
    expect(headers, label).toContain("frame-ancestors 'none'")
    expect(headers, label).not.toMatch(/unsafe|server:|x-powered-by|access-control-allow/)
    if (head[0] !== 'nonsense' && head[0]?.includes('/v1/devices '))
      expect(headers).toContain('cache-control: no-store')
  }
})

test('headers that do not come to their end are not waited for', async () => {
  expect(await slow).toMatch(/^HTTP\/1\.1 408 (?:.|\s)*"code":"request-timeout"/)
})
