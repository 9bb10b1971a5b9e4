import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import {
  accountSchema,
  claimCodeSchema,
  deviceDetailSchema,
  deviceListSchema,
  deviceStatusSchema,
  fleetSummarySchema,
  historySchema,
  importReportSchema,
  ledgerSchema,
  ownSessionListSchema,
  problemSchema,
  recoveryCodesSchema,
  registryDeviceSchema,
  secondFactorSetUpSchema,
  sessionSchema,
  setAsideListSchema,
  signInMethodsSchema,
  signInSchema,
} from '@stellacontrol/protocol'
import { temporaryFolder } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'
import { errorCodes } from './error-codes.ts'
import { examples } from './examples.ts'
import { ApiProblem, problemBody, problemOf } from './problem.ts'

let application: TestApplication
let operator: TestClient

beforeAll(async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>The page</title>')
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {}')
  writeFileSync(join(folder, 'theme.js'), '')
  application = await startTestApplication({
    STELLA_DASHBOARD_DIR: folder,
    STELLA_METRICS_TOKEN: 'a-token-for-metrics',
  })
  await waitUntilReady(application.url)
  operator = await application.signIn()
})
afterAll(() => application.stop())

test('every failure is problem+json with a code of the table and the status that belongs to it', async () => {
  const json = { 'content-type': 'application/json' }
  const cases: [string, string, RequestInit, string][] = [
    ['GET', '/v1/nothing', {}, 'not-found'],
    ['GET', '/nothing', {}, 'not-found'],
    ['PUT', '/v1/devices', {}, 'method-not-allowed'],
    ['POST', '/healthz', {}, 'method-not-allowed'],
    ['GET', '/v1/devices?limit=0', {}, 'request-invalid'],
    ['GET', '/v1/devices?sort=colour', {}, 'request-invalid'],
    ['GET', '/v1/devices?cursor=rubbish', {}, 'cursor-invalid'],
    ['GET', '/v1/devices/%ZZ', {}, 'request-invalid'],
    ['GET', `/v1/devices/${'A'.repeat(300)}`, {}, 'not-found'],
    ['POST', '/v1/session', { headers: json, body: '{"email":' }, 'request-invalid'],
    ['POST', '/v1/session', { headers: json, body: '{"email":"nobody","password":""}' }, 'request-invalid'],
    ['POST', '/v1/session', { headers: json, body: '' }, 'request-invalid'],
    ['POST', '/v1/session', { headers: { 'content-type': 'text/xml' }, body: '<a/>' }, 'media-type-unsupported'],
    ['POST', '/v1/session', { headers: json, body: `"${'x'.repeat(100_000)}"` }, 'body-too-large'],
    ['GET', '/v1/set-aside/none', {}, 'request-invalid'],
    ['GET', '/v1/set-aside/99', {}, 'set-aside-not-found'],
  ]
  for (const [method, path, options, code] of cases) {
    const answer = await operator.request(method, path, options)
    expect(answer.headers.get('content-type'), path).toMatch(/^application\/problem\+json/)
    expect(problemSchema.parse(answer.body), path).toEqual(answer.body)
    expect(answer.body.code, `${method} ${path}`).toBe(code)
    expect(answer.status).toBe(errorCodes[code as keyof typeof errorCodes].status)
    expect(answer.body.status).toBe(answer.status)
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\n\s+at /)
  }
  const refused = await operator.request('PUT', '/v1/devices')
  expect(refused.headers.get('allow')).toBe('GET, HEAD')
})

test('bytes that are no HTTP request, and headers that are too large, get a problem too', async () => {
  const send = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: application.server.port })
      let answer = ''
      socket.on('data', (data) => {
        answer += data
      })
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
      socket.write(bytes)
    })
  expect(await send('nonsense\r\n\r\n')).toContain('"code":"request-invalid"')
  const large = await send(`GET /healthz HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)
  expect(large).toMatch(/^HTTP\/1\.1 431 (?:.|\s)*"code":"headers-too-large"/)
})

test('an unexpected fault is answered without its words', () => {
  const body = problemBody(problemOf(new TypeError('password of /etc/passwd is undefined')), '/v1/devices')
  expect(body).toMatchObject({ status: 500, code: 'internal-error', instance: '/v1/devices' })
  expect(JSON.stringify(body)).not.toContain('passwd')
  expect(new ApiProblem('database-unavailable').headers['retry-after']).toBeDefined()
})

test('the page is served, its places too, and its assets may be kept for ever', async () => {
  const page = { accept: 'text/html' }
  for (const path of ['/', '/devices/IR-0001', '/sign-in?next=/x']) {
    const answer = await operator.get<string>(path, page)
    expect(answer.body).toContain('The page')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  }
  const asset = await operator.get('/assets/index-abc123.js')
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect((await operator.get('/theme.js')).headers.get('cache-control')).toBe('no-cache')
  expect((await operator.get('/assets/gone.js', page)).status).toBe(404)
  expect((await operator.get('/v1/gone', page)).body.code).toBe('not-found')
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json']) {
    expect((await operator.get(path)).status).not.toBe(200)
  }
})

test('every answer carries the security headers, and nothing that would force https on a local network', async () => {
  const { headers } = await operator.get('/')
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'self'")
  expect(policy).not.toContain('unsafe')
  expect(policy).not.toContain('upgrade-insecure-requests')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('strict-transport-security')).toBeNull()
})

test('OpenAPI 3.1 describes every route of the API from the schemas, with examples', async () => {
  const { body } = await operator.get<{
    openapi: string
    paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>
  }>('/openapi.json')
  expect(body.openapi).toMatch(/^3\.1/)
  const described = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  const routes = application.server.routes.entries
    .filter(
      ({ method, url }) => url.startsWith('/v1/') && url !== '/v1/live' && method !== 'HEAD' && method !== 'OPTIONS',
    )
    .map(({ method, url }) => `${method} ${url}`)
  expect(described.sort()).toEqual(routes.sort())
  expect(body.paths['/v1/devices']?.get?.responses).toHaveProperty('401')
  expect(JSON.stringify(body.paths['/v1/devices']?.get?.responses['200'])).toContain(examples.list.items[0]?.serial)
})

test('the examples are as the schemas say', () => {
  expect(signInSchema.parse(examples.signIn)).toEqual(examples.signIn)
  expect(sessionSchema.parse(examples.session)).toEqual(examples.session)
  expect(signInMethodsSchema.parse(examples.signInMethods)).toEqual(examples.signInMethods)
  expect(accountSchema.parse(examples.account)).toEqual(examples.account)
  expect(ownSessionListSchema.parse(examples.ownSessions)).toEqual(examples.ownSessions)
  expect(secondFactorSetUpSchema.parse(examples.secondFactorSetUp)).toEqual(examples.secondFactorSetUp)
  expect(recoveryCodesSchema.parse(examples.recoveryCodes)).toEqual(examples.recoveryCodes)
  expect(deviceListSchema.parse(examples.list)).toEqual(examples.list)
  expect(deviceDetailSchema.parse(examples.detail)).toEqual(examples.detail)
  expect(deviceStatusSchema.parse(examples.status)).toEqual(examples.status)
  expect(fleetSummarySchema.parse(examples.fleet)).toEqual(examples.fleet)
  expect(historySchema.parse(examples.history)).toEqual(examples.history)
  expect(registryDeviceSchema.parse(examples.registryDevice)).toEqual(examples.registryDevice)
  expect(importReportSchema.parse(examples.importReport)).toEqual(examples.importReport)
  expect(claimCodeSchema.parse(examples.claimCode)).toEqual(examples.claimCode)
  expect(ledgerSchema.parse(examples.ledger)).toEqual(examples.ledger)
  expect(setAsideListSchema.parse(examples.setAsideList)).toEqual(examples.setAsideList)
})

test('metrics are for this machine, or for who has the token', async () => {
  const stranger = application.client()
  expect((await stranger.get<string>('/metrics')).body).toContain('stella_fleet_devices')
  const forwarded = { 'x-forwarded-for': '203.0.113.9' }
  expect((await stranger.get('/metrics', forwarded)).body.code).toBe('forbidden')
  expect((await stranger.get('/metrics', { ...forwarded, authorization: 'Bearer wrong' })).status).toBe(403)
  const token = { ...forwarded, authorization: 'Bearer a-token-for-metrics' }
  expect((await stranger.get('/metrics', token)).status).toBe(200)
})

test('device models and bands are there for whoever is signed in', async () => {
  const { body } = await operator.get<{ models: { model: string }[]; bands: { name: string }[] }>('/v1/models')
  expect(body.models.length).toBeGreaterThan(2)
  expect(body.bands.map(({ name }) => name)).toContain('B20')
})
