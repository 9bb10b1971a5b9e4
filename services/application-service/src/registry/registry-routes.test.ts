import { createHash } from 'node:crypto'
import { maximumWrongTries } from '@stellacontrol/database'
import {
  type AuditEventView,
  type createdDeviceSchema,
  type DeviceList,
  type RegistryDeviceView,
  registryDeviceSchema,
} from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { publishStatus } from '../testing/statuses.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let maker: TestClient
let harbour: TestClient
let meadow: TestClient
const ids = { StellaControl: 0, Harbour: 0, Meadow: 0 }

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  for (const { id, name } of await application.database.query<{ id: number; name: keyof typeof ids }>(
    'select id, name from organisation',
  )) {
    ids[name] = id
  }
  maker = await application.signIn('StellaControl', 'administrator')
  harbour = await application.signIn('Harbour', 'administrator')
  meadow = await application.signIn('Meadow', 'administrator')
})
afterAll(() => application.stop())

const path = (serial: string, rest = '') => `/v1/registry/devices/${serial}${rest}`
const patch = <Body>(client: TestClient, serial: string, body: unknown) =>
  client.request<Body>('PATCH', path(serial), {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const events = async (client: TestClient, serial: string) =>
  (await client.get<{ items: AuditEventView[] }>(path(serial, '/events'))).body.items
async function manufacture(serial: string): Promise<string> {
  const body = { serial, model: 'iR5', organisationId: ids.StellaControl }
  const answer = await maker.post<z.infer<typeof createdDeviceSchema>>('/v1/registry/devices', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  expect(answer.body).toMatchObject({ state: 'manufactured', name: serial, activatedAt: null })
  return answer.body.secret
}
async function codeOf(serial: string, client = maker): Promise<string> {
  return (await client.post<{ code: string }>(path(serial, '/claim-code'), {})).body.code
}
const claim = (client: TestClient, serial: string, code: string, organisationId = ids.Harbour) =>
  client.post<RegistryDeviceView & { code: string }>('/v1/registry/claims', { serial, code, organisationId })

test('a device is made, claimed by its code, hears of itself and is active, and every step is in its history', async () => {
  const secret = await manufacture('NEW-0001')
  expect(secret).toHaveLength(43)
  const [stored] = await application.database.query<{ secret_sha256: Buffer }>(
    `select secret_sha256 from device_credential join device on device.id = device_id where serial = 'NEW-0001'`,
  )
  expect(stored?.secret_sha256).toEqual(createHash('sha256').update(secret).digest())
  expect((await harbour.get(path('NEW-0001'))).body.code).toBe('device-not-found')
  const code = await codeOf('NEW-0001')
  expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
  const claimed = await claim(harbour, 'NEW-0001', code.toLowerCase().replaceAll('-', ''))
  expect(claimed.status).toBe(200)
  expect(registryDeviceSchema.parse(claimed.body)).toEqual(claimed.body)
  expect(claimed.body).toMatchObject({ state: 'claimed', organisation: { name: 'Harbour' }, activatedAt: null })
  const list = await harbour.get<DeviceList>('/v1/devices?search=NEW-0001')
  expect(list.body.items[0]).toMatchObject({ serial: 'NEW-0001', state: 'claimed', tags: [] })
  await publishStatus('NEW-0001', 1)
  await waitFor(async () => (await harbour.get<RegistryDeviceView>(path('NEW-0001'))).body.state === 'active')
  await waitFor(
    async () => (await harbour.get<DeviceList>('/v1/devices?search=NEW-0001&state=active')).body.total === 1,
  )
  expect((await events(harbour, 'NEW-0001')).map(({ action, actor }) => `${action} ${actor.split('@')[0]}`)).toEqual([
    'device.stateChanged its first report',
    expect.stringMatching(/^device\.claimed user/),
  ])
  expect((await events(maker, 'NEW-0001')).map(({ action }) => action)).toEqual([
    'device.stateChanged',
    'device.claimed',
    'device.claimed',
    'claimCode.created',
    'device.added',
  ])
  const everything = JSON.stringify(await application.database.query('select * from audit_event'))
  for (const hidden of [secret, code, code.replaceAll('-', '')]) expect(everything).not.toContain(hidden)
})

test('of two people with one code exactly one gets the device', async () => {
  for (const round of [1, 2, 3]) {
    const serial = `RACE-000${round}`
    await manufacture(serial)
    const code = await codeOf(serial)
    const answers = await Promise.all([
      claim(harbour, serial, code),
      claim(meadow, serial, code, ids.Meadow),
      claim(harbour, serial, code),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  }
})

test('every refusal of a claim is the same, and takes as long', async () => {
  await manufacture('REFUSED-1')
  await manufacture('REFUSED-2')
  await manufacture('REFUSED-3')
  const expired = await codeOf('REFUSED-2')
  await application.database.execute(
    `update claim_code set expires_at = now() - interval '1 s' from device where device.id = device_id and serial = 'REFUSED-2'`,
  )
  const revoked = await codeOf('REFUSED-3')
  await maker.post(path('REFUSED-3', '/state'), { state: 'revoked' })
  const used = await codeOf('REFUSED-1')
  expect((await claim(meadow, 'REFUSED-1', used, ids.Meadow)).status).toBe(200)
  const answers = []
  for (const [serial, code] of [
    ['NOBODY-77', used],
    ['REFUSED-1', used],
    ['REFUSED-2', expired],
    ['REFUSED-3', revoked],
    ['ME-0001', used],
    ['HA-0001', used],
  ] as const) {
    const startedAt = performance.now()
    const { status, body } = await claim(harbour, serial, code)
    answers.push(JSON.stringify({ status, body }))
    expect(performance.now() - startedAt).toBeGreaterThan(240)
  }
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]).toContain('claim-refused')
})

test('after five wrong codes the right one is refused too, until a new one is made', async () => {
  await manufacture('GUESSED-1')
  const code = await codeOf('GUESSED-1')
  const guesser = await application.signIn('Meadow', 'installer')
  for (let guess = 0; guess < maximumWrongTries; guess++) {
    expect((await claim(guesser, 'GUESSED-1', `0000-0000-0000-000${guess}`, ids.Meadow)).status).toBe(409)
  }
  expect((await claim(harbour, 'GUESSED-1', code)).body.code).toBe('claim-refused')
  expect((await claim(harbour, 'GUESSED-1', await codeOf('GUESSED-1'))).status).toBe(200)
})

test('a person’s attempts are counted, whatever device they are for', async () => {
  const guesser = await application.signIn('Meadow', 'installer')
  const answers = await Promise.all(
    Array.from({ length: 35 }, (_, index) => claim(guesser, `MANY-${index}`, 'AAAA-BBBB-CCCC-DDDD', ids.Meadow)),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(5)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a claim is for who may claim there, of devices that are free or given away', async () => {
  await manufacture('FREE-0001')
  const code = await codeOf('FREE-0001')
  expect((await claim(await application.signIn('Harbour', 'viewer'), 'FREE-0001', code)).body.code).toBe('forbidden')
  expect((await claim(harbour, 'FREE-0001', code, ids.Meadow)).body.code).toBe('organisation-not-found')
  const given = await codeOf('HA-0028', harbour)
  expect((await claim(meadow, 'HA-0028', given, ids.Meadow)).body.organisation.name).toBe('Meadow')
  expect((await harbour.get(path('HA-0028'))).status).toBe(404)
})

test('after a transfer the device is the new owner’s at once, everywhere, and brings nothing of the old one', async () => {
  const another = await application.startAnother()
  await waitUntilReady(another.url)
  await patch(harbour, 'HA-0010', { name: 'Harbour name', tags: ['harbour'], notes: 'Harbour words', location: 'Quay' })
  const code = await codeOf('HA-0010', harbour)
  const live = await harbour.openLive()
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0010', 'HA-0014'] })
  live.send({ type: 'watch', detail: 'summary', devices: ['HA-0010', 'HA-0014'] })
  expect((await harbour.post(path('HA-0010', '/transfer'), { organisationId: ids.Meadow })).body.code).toBe(
    'organisation-not-found',
  )
  const moved = await maker.post<RegistryDeviceView>(path('HA-0010', '/transfer'), { organisationId: ids.Meadow })
  const movedAt = performance.now()
  expect(moved.body).toMatchObject({
    ...{ name: 'HA-0010', tags: [], notes: '', location: '', site: null, organisation: { name: 'Meadow' } },
    state: 'active',
  })
  for (const address of ['/v1/registry/devices/HA-0010', '/v1/devices/HA-0010', path('HA-0010', '/events')]) {
    const [gone, never] = [await harbour.get(address), await harbour.get(address.replace('HA-0010', 'NO-0010'))]
    expect([gone.status, { ...gone.body, instance: '' }]).toEqual([404, { ...never.body, instance: '' }])
    expect((await meadow.get(address)).status).toBe(200)
  }
  const elsewhere = Object.assign(application.client(), { url: another.url, cookie: harbour.cookie })
  await waitFor(async () => (await elsewhere.get('/v1/devices/HA-0010')).status === 404, { deadlineMs: 1_000 })
  expect(performance.now() - movedAt).toBeLessThan(1_000)
  expect((await claim(meadow, 'HA-0010', code, ids.Meadow)).body.code).toBe('claim-refused')
  const seen = await events(meadow, 'HA-0010')
  expect(seen.map(({ action }) => action)).toEqual(['device.transferred'])
  expect(JSON.stringify(seen)).not.toContain('Harbour')
  const left = (
    await application.database.query<{ after: unknown }>(
      `select after from audit_event where object_id = 'HA-0010' and organisation_id = $1 and action = 'device.transferred'`,
      [ids.Harbour],
    )
  )[0]
  expect(left).toEqual({ after: null })
  await publishStatus('HA-0010', 1)
  await publishStatus('HA-0014', 1)
  await waitFor(() => live.of('status').some(({ serial }) => serial === 'HA-0014'), { what: 'a device of their own' })
  expect(live.of('status').filter(({ serial }) => serial === 'HA-0010')).toEqual([])
  expect(JSON.stringify(live.messages)).not.toContain('Meadow')
  live.close()
  await another.service[Symbol.asyncDispose]()
})

test('states change as a device’s life goes, for whom they may be changed', async () => {
  const operator = await application.signIn('Harbour', 'operator')
  const change = async (client: TestClient, state: string) =>
    (await client.post<RegistryDeviceView & { code: string }>(path('HA-0011', '/state'), { state })).body
  expect((await change(await application.signIn('Harbour', 'installer'), 'suspended')).code).toBe('forbidden')
  expect(await change(operator, 'suspended')).toMatchObject({ state: 'suspended' })
  expect(await change(operator, 'active')).toMatchObject({ state: 'active' })
  expect((await change(operator, 'revoked')).code).toBe('forbidden')
  expect(await change(harbour, 'revoked')).toMatchObject({ state: 'revoked' })
  expect(await change(harbour, 'active')).toMatchObject({ code: 'state-change-refused' })
  expect((await harbour.post(path('HA-0011', '/claim-code'), {})).body.code).toBe('state-change-refused')
  expect(await change(harbour, 'retired')).toMatchObject({ state: 'retired' })
  expect((await harbour.get('/v1/devices/HA-0011')).status).toBe(404)
  expect((await events(harbour, 'HA-0011')).map(({ after }) => (after as { state: string }).state)).toEqual([
    'retired',
    'revoked',
    'active',
    'suspended',
  ])
})

test('an edit shows what changed, a site is one of the same organisation, and half a position is none', async () => {
  const [site] = await application.database.query<{ id: number }>(`select id from site where name = 'Meadow Farm'`)
  expect((await patch<{ code: string }>(harbour, 'HA-0012', { siteId: site?.id })).body.code).toBe('site-not-found')
  expect((await patch<{ code: string }>(harbour, 'HA-0012', { latitude: 50 })).body.code).toBe('request-invalid')
  const changed = await patch<RegistryDeviceView>(harbour, 'HA-0012', { siteId: null, latitude: 50, longitude: 4 })
  expect(changed.body).toMatchObject({ site: null, latitude: 50, longitude: 4, name: 'Booster HA-0012' })
  await patch(harbour, 'HA-0012', { siteId: null })
  const [event, ...others] = await events(harbour, 'HA-0012')
  expect(others).toEqual([])
  expect(event).toMatchObject({
    before: { site: { name: 'Harbour Tower' }, latitude: null, longitude: null },
    after: { site: null, latitude: 50, longitude: 4 },
  })
  expect((await patch<{ code: string }>(harbour, 'HA-0012', { name: 'a\u0000b' })).status).toBe(400)
})

test('naughty strings come back as they went in, also from search', async () => {
  const naughty = [
    `'; drop table device; --`,
    '<img src=x onerror=alert(1)>',
    '\u202eevil\u202c',
    '👩‍👩‍👧‍👦 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚',
    '=HYPERLINK("http://x","y")',
    '{{7*7}} <%= 7*7 %> %s %n {"$ne":null}',
    '../../etc/passwd',
    'null',
    '＜script＞ ｡◕ ∀ ◕｡',
  ]
  for (const text of naughty) {
    const changed = await patch<RegistryDeviceView>(harbour, 'HA-0013', { name: text, notes: `${text}\n\t${text}` })
    expect([changed.body.name, changed.body.notes]).toEqual([text, `${text}\n\t${text}`])
    expect((await harbour.get<RegistryDeviceView>(path('HA-0013'))).body.name).toBe(text)
    const word = encodeURIComponent(text.toLowerCase())
    const found = await harbour.get<DeviceList>(`/v1/devices?search=${word}`)
    expect(found.body.items.map(({ name }) => name)).toEqual([text])
  }
})

test('a serial is one device, whoever asks, and only its makers add one', async () => {
  const body = { serial: 'HA-0001', model: 'iR5', organisationId: ids.StellaControl }
  expect((await maker.post('/v1/registry/devices', body)).body.code).toBe('serial-taken')
  expect((await maker.post('/v1/registry/devices', { ...body, model: 'iR99' })).body.code).toBe('model-unknown')
  expect((await harbour.post('/v1/registry/devices', { ...body, organisationId: ids.Harbour })).body.code).toBe(
    'forbidden',
  )
})
