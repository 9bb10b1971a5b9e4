import {
  type DeviceDetail,
  type DeviceList,
  type DeviceStatus,
  deviceDetailSchema,
  deviceListSchema,
  deviceStatusSchema,
  type FleetSummary,
  fleetSummarySchema,
} from '@stellacontrol/protocol'
import { ConnectionRegistry } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishStatus } from '../testing/statuses.ts'
import {
  harbourSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let operator: TestClient

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  operator = await application.signIn()
})
afterAll(() => application.stop())

const detailOf = async (serial: string) => (await operator.get<DeviceDetail>(`/v1/devices/${serial}`)).body

test('the fleet lists every registered device, reported or not, as the schema says', async () => {
  const { status, body } = await operator.get<DeviceList>('/v1/devices?limit=500')
  expect(status).toBe(200)
  expect(deviceListSchema.parse(body)).toEqual(body)
  expect(body.total).toBe(40)
  expect(body.items[0]).toMatchObject({ presence: 'never-seen', connected: null, lastReportAt: null })
})

test('an accepted status appears in list, detail, status and fleet summary', async () => {
  const serial = 'HA-0003'
  await publishStatus(serial, 7, { severity: 'critical', findings: [{ code: 'fan-stopped', severity: 'critical' }] })
  const detail = await waitFor(async () => {
    const found = await detailOf(serial)
    return found.presence === 'online' ? found : undefined
  })
  expect(deviceDetailSchema.parse(detail)).toEqual(detail)
  expect(detail).toMatchObject({ severity: 'critical', boardCelsius: 47, minimumIsolationMarginDb: 22 })
  expect(detail.worstBand).toEqual({ band: 'B20', state: 'active', gainReductionDb: 4 })
  expect(detail.site?.address).toBe('Harbour Tower 1')
  const list = await operator.get<DeviceList>('/v1/devices?limit=1')
  expect(list.body.items[0]?.serial).toBe(serial)
  const status = await operator.get<DeviceStatus>(`/v1/devices/${serial}/status`)
  expect(deviceStatusSchema.parse(status.body)).toEqual(status.body)
  expect(status.body.sequence).toBe(7)
  const fleet = await waitFor(async () => {
    const { body } = await operator.get<FleetSummary>('/v1/fleet')
    return body.severity.critical === 1 ? body : undefined
  })
  expect(fleetSummarySchema.parse(fleet)).toEqual(fleet)
  expect(fleet).toMatchObject({ devices: 40, presence: { online: 1, 'never-seen': 39 } })
})

test('a status that is not newer changes nothing', async () => {
  await publishStatus('HA-0004', 5, { environment: { boardCelsius: 55 } })
  await publishStatus('HA-0004', 4, { environment: { boardCelsius: 11 } })
  await publishStatus('HA-0005', 1)
  await waitFor(async () => (await detailOf('HA-0005')).presence === 'online')
  expect((await detailOf('HA-0004')).boardCelsius).toBe(55)
})

test('a status has an ETag, and who knows it is told so without a body', async () => {
  await publishStatus('HA-0006', 1)
  const first = await operator.get('/v1/devices/HA-0006/status')
  const tag = first.headers.get('etag') as string
  const second = await operator.get('/v1/devices/HA-0006/status', { 'if-none-match': `"x", W/${tag}` })
  expect([second.status, second.body]).toEqual([304, undefined])
  await publishStatus('HA-0006', 2)
  expect((await operator.get('/v1/devices/HA-0006/status', { 'if-none-match': tag })).status).toBe(200)
})

test('a device that never reported has no status, and one that does not exist is not found', async () => {
  expect((await operator.get('/v1/devices/HA-0029/status')).body.code).toBe('status-not-found')
  expect((await operator.get('/v1/devices/NO-0001')).body).toMatchObject({
    code: 'device-not-found',
    status: 404,
    instance: '/v1/devices/NO-0001',
  })
  expect((await operator.get('/v1/devices/NO-0001/status')).body.code).toBe('device-not-found')
})

test('connections are shown while they are open, and the end of an older one changes nothing', async () => {
  const { redis } = application
  const registry = new ConnectionRegistry({ state: redis.state, keys: redis.keys, receiver: 'test' })
  const first = await registry.connected('HA-0007')
  await waitFor(async () => (await detailOf('HA-0007')).connected)
  expect((await detailOf('HA-0007')).connectedSince).not.toBeNull()
  expect((await detailOf('HA-0008')).connected).toBe(false)
  const second = await registry.connected('HA-0007')
  await registry.disconnected('HA-0007', first, 'replaced')
  await registry.connected('HA-0009')
  await waitFor(async () => (await detailOf('HA-0009')).connected)
  expect((await detailOf('HA-0007')).connected).toBe(true)
  await registry.disconnected('HA-0007', second, 'gone')
  await waitFor(async () => (await detailOf('HA-0007')).connected === false)
})

test('a customer sees its own devices and nothing else, and others do not exist for it', async () => {
  const customer = await application.signIn('Harbour', 'administrator')
  const { body } = await customer.get<DeviceList>('/v1/devices?limit=500&sort=serial')
  expect(body.items.map(({ serial }) => serial)).toEqual(harbourSerials)
  expect(body.total).toBe(30)
  const search = await customer.get<DeviceList>('/v1/devices?search=ME-0001')
  expect([search.body.total, search.body.items]).toEqual([0, []])
  for (const path of [
    '',
    '/status',
    '/history?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&metrics=boardCelsius',
  ]) {
    const foreign = await customer.get(`/v1/devices/ME-0001${path}`)
    const missing = await customer.get(`/v1/devices/NO-0001${path}`)
    expect(foreign.status).toBe(404)
    expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' })
  }
  expect((await customer.get<FleetSummary>('/v1/fleet')).body.devices).toBe(30)
  expect((await customer.get('/v1/ledger')).body.code).toBe('forbidden')
})

test('history answers for a device, and names what is wrong with a request', async () => {
  const range = 'from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z'
  const history = await operator.get<object>(
    `/v1/devices/HA-0003/history?${range}&metrics=boardCelsius,B20.gainActualDb`,
  )
  expect(history.status).toBe(200)
  expect(history.body).toMatchObject({ at: [], series: [{ metric: 'boardCelsius' }, { metric: 'B20.gainActualDb' }] })
  const code = async (query: string) => (await operator.get(`/v1/devices/HA-0003/history?${query}`)).body.code
  expect(await code(`${range}&metrics=nonsense`)).toBe('metric-unknown')
  expect(await code('from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z&metrics=boardCelsius')).toBe('range-invalid')
  expect(await code('from=yesterday&to=now&metrics=boardCelsius')).toBe('request-invalid')
})
