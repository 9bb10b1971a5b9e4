import { type MaintenanceWindow, maintenanceWindowSchema } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'
import { endedAt } from './check-window.ts'

let application: TestApplication
let harbour: TestClient
let meadow: TestClient
let organisationId: number

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  harbour = await application.signIn('Harbour')
  meadow = await application.signIn('Meadow')
  const rows = await application.database.query<{ id: number }>(`select id from organisation where name = 'Harbour'`)
  organisationId = rows[0]?.id ?? 0
})
afterAll(() => application.stop())

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const wanted = (changes: object = {}) => ({
  ...{ organisationId, startsAt: inHours(-1), endsAt: inHours(1), timeZone: 'Europe/Brussels', reason: 'new roof' },
  ...changes,
})
const plan = (changes: object = {}, client = harbour) =>
  client.post<MaintenanceWindow>('/v1/maintenance-windows', wanted(changes))
const statesOf = async (client: TestClient, query = '') =>
  (await client.get<{ items: MaintenanceWindow[] }>(`/v1/maintenance-windows${query}`)).body.items.map(
    ({ state }) => state,
  )

test('a window is planned, changed and ended; one that has not begun is taken away', async () => {
  const made = await plan({ serial: 'HA-0001' })
  expect(made.status).toBe(201)
  expect(maintenanceWindowSchema.parse(made.body)).toEqual(made.body)
  expect(made.body).toMatchObject({ state: 'active', device: { serial: 'HA-0001' }, repeats: 'never' })
  const path = `/v1/maintenance-windows/${made.body.id}`
  const patch = (body: object) =>
    harbour.request<MaintenanceWindow>('PATCH', path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await patch({ reason: 'old roof' })).body).toMatchObject({ reason: 'old roof', startsAt: made.body.startsAt })
  expect((await patch({ endsAt: inHours(-2) })).status).toBe(400)
  expect((await harbour.post<MaintenanceWindow>(`${path}/end`, {})).body.state).toBe('over')
  const later = await plan({ startsAt: inHours(1), endsAt: inHours(2), repeats: 'weekly' })
  expect(later.body.state).toBe('planned')
  await harbour.post(`/v1/maintenance-windows/${later.body.id}/end`, {})
  expect(await statesOf(harbour)).toEqual(['over'])
  expect(await statesOf(harbour, '?state=active')).toEqual([])
  expect(await statesOf(meadow)).toEqual([])
  expect((await meadow.post(`${path}/end`, {})).status).toBe(404)
})

test.each([
  ['endsAt', { endsAt: inHours(-3) }],
  ['endsAt', { endsAt: inHours(24 * 40) }],
  ['endsAt', { endsAt: inHours(24 * 7), repeats: 'weekly' }],
  ['repeatsUntil', { repeatsUntil: inHours(24) }],
  ['repeatsUntil', { repeats: 'weekly', repeatsUntil: inHours(-24) }],
])('a window that cannot be is refused with its field: %s', async (field, changes) => {
  const refused = await harbour.post('/v1/maintenance-windows', wanted(changes))
  expect(refused).toMatchObject({ status: 400, body: { code: 'request-invalid', fields: [{ field }] } })
})

test('a place that is not the organisation’s, or a zone that does not exist, is refused', async () => {
  expect((await plan({ serial: 'ME-0001' })).status).toBe(404)
  expect((await plan({ siteId: 4711 })).status).toBe(404)
  expect((await plan({ timeZone: 'Mars/Olympus' })).status).toBe(400)
  expect((await plan({}, meadow)).status).toBe(404)
})

test('a weekly window that ends now does not come again', () => {
  const weekly = {
    startsAt: 0,
    endsAt: 1000,
    repeats: 'weekly',
    repeatsUntil: null,
    timeZone: 'UTC',
    reason: '',
  } as const
  expect(endedAt(weekly, 500)).toMatchObject({ endsAt: 1000, repeatsUntil: 500 })
  expect(endedAt({ ...weekly, repeatsUntil: 400 }, 500)).toMatchObject({ repeatsUntil: 400 })
  expect(endedAt(weekly, 0)).toBeUndefined()
})
