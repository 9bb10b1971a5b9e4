import { afterAll, beforeAll, expect, test } from 'vitest'
import { routeCases, targetOf } from '../isolation/route-cases.ts'
import { makeTenant, type Tenant } from '../isolation/tenants.ts'
import { letProofAge } from '../testing/proof-age.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let tenant: Tenant
let maker: TestClient
let marked: string[]

/** Bodies where those of the isolation matrix are not sensitive, or none. */
const bodies: Record<string, object> = {
  'POST /v1/me/password': { password: 'lighthouse keepers whistle' },
  'POST /v1/me/second-factor/confirm': { code: '123456' },
  'PATCH /v1/people/{id}': { disabled: true },
  'POST /v1/registry/devices/{serial}/state': { state: 'revoked' },
}

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  const [top] = await application.database.query<{ id: number }>(
    `select id from organisation where kind = 'manufacturer'`,
  )
  tenant = await makeTenant(application, 'ALDERCANARY', top?.id ?? 0)
  maker = await application.signIn('StellaControl', 'administrator')
  const { paths } = (await maker.get<{ paths: Record<string, Record<string, object>> }>('/openapi.json')).body
  marked = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => 'x-needs-proof' in operation)
      .map(([method, operation]) => {
        expect(JSON.stringify(operation), path).toContain('urn:stellacontrol:problem:proof-required')
        return `${method.toUpperCase()} ${path}`
      }),
  )
})
afterAll(() => application.stop())

function ask(key: string) {
  const [method = '', path = ''] = key.split(' ')
  const request = routeCases[key]?.request?.(targetOf(tenant)) ?? { path }
  const body = bodies[key] ?? ('body' in request ? request.body : method === 'POST' ? {} : undefined)
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return maker.request(method, request.path, json)
}

/** Everything that these routes could change, as one text. */
async function digest(): Promise<string> {
  const tables = ['app_user', 'membership', 'invitation', 'device', 'device_credential', 'audit_event', 'mail_outbox']
  const sums = await Promise.all(
    tables.map((table) =>
      application.database.query<{ sum: string }>(
        `select coalesce(md5(string_agg(rows::text, '' order by rows::text)), '') as sum from ${table} rows`,
      ),
    ),
  )
  return sums.map(([row]) => row?.sum).join()
}

test('what is sensitive is marked', () => {
  expect(marked.sort()).toEqual([
    ...['DELETE /v1/me/second-factor', 'DELETE /v1/people/{id}/memberships/{organisationId}'],
    ...['DELETE /v1/registry/devices/{serial}/credentials/{id}', 'PATCH /v1/people/{id}', 'POST /v1/invitations'],
    ...['POST /v1/me/password', 'POST /v1/me/second-factor', 'POST /v1/me/second-factor/confirm'],
    ...['POST /v1/registry/devices/{serial}/claim-code', 'POST /v1/registry/devices/{serial}/credentials'],
    ...['POST /v1/registry/devices/{serial}/state', 'POST /v1/registry/devices/{serial}/transfer'],
    'PUT /v1/people/{id}/memberships/{organisationId}',
  ])
})

test('an old proof gets proof-required and changes nothing; the same request with a fresh one goes on', async () => {
  for (const key of marked) {
    maker = await application.signIn('StellaControl', 'administrator')
    await letProofAge(application, maker)
    const before = await digest()
    expect((await ask(key)).body, key).toMatchObject({ status: 403, code: 'proof-required' })
    expect(await digest(), key).toBe(before)
    maker = await application.signIn('StellaControl', 'administrator')
    expect(JSON.stringify((await ask(key)).body) ?? '', key).not.toContain('proof-required')
  }
  const events = await application.database.query<{ action: string }>('select distinct action from audit_event')
  expect(events.map(({ action }) => action)).toEqual(
    expect.arrayContaining([
      'membership.set',
      'user.invited',
      'user.disabled',
      'password.changed',
      'claimCode.created',
      'credential.added',
      'device.stateChanged',
    ]),
  )
})

test('an old proof is enough for what is not sensitive on the same routes', async () => {
  maker = await application.signIn('StellaControl', 'administrator')
  await letProofAge(application, maker)
  const send = (method: string, path: string, body: object) =>
    maker.request(method, path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  expect((await send('PATCH', `/v1/people/${tenant.userId}`, { name: 'Renamed' })).status).toBe(200)
  expect((await send('POST', '/v1/registry/devices/HA-0001/state', { state: 'suspended' })).status).toBe(200)
  expect((await send('POST', '/v1/registry/devices/HA-0001/state', { state: 'retired' })).body.code).toBe(
    'proof-required',
  )
})
