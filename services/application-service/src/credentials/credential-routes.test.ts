import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import type { SecureContextOptions } from 'node:tls'
import { listAudit, systemScope } from '@stellacontrol/database'
import { type Credential, MessageType } from '@stellacontrol/protocol'
import { subscribeMessage } from '@stellacontrol/redis'
import { startService } from '@stellacontrol/runtime'
import { temporaryFolder, waitFor } from '@stellacontrol/test-servers'
import { createAuthority, type IssuedCertificate, issueCertificate } from '@stellacontrol/test-servers/certificates'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HttpServer } from '../http/http-server.ts'
import { openApplication } from '../open-application.ts'
import { password, startTestApplication, type TestApplication } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let administrator: TestClient
let authority: IssuedCertificate
const announced: string[] = []

beforeAll(async () => {
  application = await startTestApplication()
  administrator = await application.signIn('Harbour', 'administrator')
  authority = await createAuthority({ commonName: 'Test authority', days: 2 })
  await subscribeMessage({
    type: MessageType.DeviceAccessChanged,
    handler: ({ serialNumber }) => void announced.push(serialNumber),
  })
})
afterAll(() => application.stop())

type Created = Credential & { secret: string | null }
const pathOf = (serial: string) => `/v1/registry/devices/${serial}/credentials`
const list = async (serial: string) => (await administrator.get<{ items: Credential[] }>(pathOf(serial))).body.items
const add = (serial: string, body: unknown) => administrator.post<Created>(pathOf(serial), body)
const announcedAfter = async (serial: string, count: number) =>
  waitFor(() => announced.filter((one) => one === serial).length === count, { what: 'the announcement' })

test('a secret is shown once, kept as its hash, announced to the receivers, and named in the audit log without itself', async () => {
  const created = await add('HA-0001', { kind: 'secret' })
  expect(created.status).toBe(201)
  expect(created.headers.get('cache-control')).toBe('no-store')
  const { secret } = created.body
  expect(secret).toMatch(/^[\w-]{43}$/)
  await announcedAfter('HA-0001', 1)
  const items = await list('HA-0001')
  expect(items).toHaveLength(2)
  expect(items[0]?.expiresAt).not.toBeNull()
  expect(items[1]).toMatchObject({ id: created.body.id, kind: 'secret', expiresAt: null, fingerprint: null })
  const hash = createHash('sha256')
    .update(secret ?? '')
    .digest('hex')
  const [event] = await listAudit(application.database, systemScope, { limit: 1, objectId: 'HA-0001' })
  expect(event).toMatchObject({ action: 'credential.added', after: { id: created.body.id, kind: 'secret' } })
  for (const text of [JSON.stringify(event), JSON.stringify(items)]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(hash)
  }
})

test('a revoked credential is gone from the list, and revoking it again finds none', async () => {
  const { body } = await add('HA-0002', { kind: 'secret' })
  const one = `${pathOf('HA-0002')}/${body.id}`
  // Another device's id is none of this one.
  expect((await administrator.request('DELETE', `${pathOf('HA-0003')}/${body.id}`)).body.code).toBe(
    'credential-not-found',
  )
  expect((await administrator.request('DELETE', one)).status).toBe(204)
  await announcedAfter('HA-0002', 2)
  expect((await list('HA-0002')).map(({ id }) => id)).not.toContain(body.id)
  expect((await administrator.request('DELETE', one)).body.code).toBe('credential-not-found')
  const [event] = await listAudit(application.database, systemScope, { limit: 1, objectId: 'HA-0002' })
  expect(event).toMatchObject({ action: 'credential.revoked', before: { id: body.id } })
})

test('after a transfer the new owner sees which secrets the earlier one knows and when they end, and ends them by a new one', async () => {
  const { body: given } = await add('HA-0005', { kind: 'secret' })
  const maker = await application.signIn('StellaControl', 'administrator')
  const [meadow] = await application.database.query<{ id: number }>(`select id from organisation where name = 'Meadow'`)
  const moved = await maker.post('/v1/registry/devices/HA-0005/transfer', { organisationId: meadow?.id })
  expect(moved.status).toBe(200)
  const owner = await application.signIn('Meadow', 'administrator')
  const { items } = (await owner.get<{ items: Credential[] }>(pathOf('HA-0005'))).body
  const known = items.find(({ id }) => id === given.id)
  expect(known).toMatchObject({ isKnownToEarlierOwner: true, isClaimOnly: false })
  expect(Date.parse(known?.expiresAt ?? '')).toBeLessThanOrEqual(Date.now() + 86_400_000)
  // The factory's was to be replaced by it, and stays.
  expect(items.filter(({ id }) => id !== given.id)).toMatchObject([{ isKnownToEarlierOwner: false, expiresAt: null }])
  const events = await owner.get<{ items: { action: string }[] }>('/v1/registry/devices/HA-0005/events')
  expect(events.body.items.map(({ action }) => action).toSorted()).toEqual(['credential.limited', 'device.transferred'])
  expect(JSON.stringify(events.body)).not.toContain('Harbour')
  expect((await owner.post(pathOf('HA-0005'), { kind: 'secret' })).status).toBe(201)
  expect((await owner.request('DELETE', `${pathOf('HA-0005')}/${given.id}`)).body.code).toBe('credential-not-found')
})

test('a certificate is registered by its public key, if it names the device and has not ended', async () => {
  const wish = { commonName: 'HA-0004', use: 'device', days: 1 } as const
  const { certificate } = await issueCertificate(authority, wish)
  const created = await add('HA-0004', { kind: 'certificate', certificatePem: certificate })
  expect(created.body).toMatchObject({ kind: 'certificate', secret: null })
  expect(created.body.fingerprint).toMatch(/^[0-9a-f]{64}$/)
  const ended = await issueCertificate(authority, { ...wish, days: -1 })
  const foreign = await issueCertificate(authority, { ...wish, commonName: 'ME-0001' })
  for (const pem of [ended.certificate, foreign.certificate, 'no certificate']) {
    const refused = await administrator.post(pathOf('HA-0004'), { kind: 'certificate', certificatePem: pem })
    expect(refused.body.code).toBe('certificate-refused')
  }
})

test('over https the cookie is secure, and browsers are told to stay with https', async () => {
  const folder = temporaryFolder()
  const wish = { commonName: 'localhost', use: 'server', addresses: ['127.0.0.1'], days: 1 } as const
  const issued = await issueCertificate(authority, wish)
  const [certificate, key] = [join(folder, 'server.pem'), join(folder, 'server.key')]
  writeFileSync(certificate, issued.certificate)
  writeFileSync(key, issued.key)
  const variables = { ...application.environment, STELLA_HTTP_TLS_CERT: certificate, STELLA_HTTP_TLS_KEY: key }
  let server: HttpServer | undefined
  await using _ = await startService('application-service', variables, async (context) => {
    server = await openApplication(context)
  })
  const answer = await waitFor(
    async () => {
      const attempt = await signInOverTls(server?.port ?? 0)
      return attempt.status === 200 ? attempt : undefined
    },
    { what: 'the service to sign somebody in' },
  )
  expect(answer.headers['set-cookie']?.[0]).toMatch(/; Secure/)
  expect(answer.headers['strict-transport-security']).toContain('max-age')
  const outdated = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE+SHA:AES128-SHA:@SECLEVEL=0' } as const
  await expect(signInOverTls(server?.port ?? 0, outdated)).rejects.toThrow(/alert protocol version/)
  await expect(signInOverTls(server?.port ?? 0, weak)).rejects.toThrow(/alert handshake failure/)
})

function signInOverTls(port: number, tls: SecureContextOptions = {}) {
  return new Promise<{ status: number | undefined; headers: Record<string, string | string[] | undefined> }>(
    (resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/v1/session',
        method: 'POST',
        ca: authority.certificate,
        ...tls,
      }
      const sent = request({ ...options, headers: { 'content-type': 'application/json' } }, (response) => {
        response.resume()
        resolve({ status: response.statusCode, headers: response.headers })
      })
      sent.on('error', reject)
      sent.end(JSON.stringify({ email: 'user1@harbour.example', password }))
    },
  )
}
