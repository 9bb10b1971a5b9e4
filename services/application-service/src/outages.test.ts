import type { DeviceDetail, DeviceList } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishStatus } from './testing/statuses.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from './testing/test-application.ts'
import type { TestClient } from './testing/test-client.ts'

let application: TestApplication
let operator: TestClient

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  operator = await application.signIn()
})
afterAll(() => application.stop())

const history = '/v1/devices/HA-0001/history?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&metrics=boardCelsius'
const detailOf = async (serial: string) => (await operator.get<DeviceDetail>(`/v1/devices/${serial}`)).body

test('while PostgreSQL is away live state, sessions and live connections go on, and history says what is missing', async () => {
  const live = await operator.openLive()
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0001'] })
  await application.postgres.kill()
  await publishStatus('HA-0001', 1)
  await waitFor(async () => (await detailOf('HA-0001')).presence === 'online')
  await waitFor(() => live.of('status').length === 1)
  expect((await operator.get('/v1/devices/HA-0001/status')).status).toBe(200)
  expect((await operator.get('/v1/fleet')).status).toBe(200)
  expect((await operator.get('/v1/session')).status).toBe(200)
  for (const path of [history, '/v1/ledger', '/v1/set-aside']) {
    const { status, body, headers } = await operator.get(path)
    expect([path, status, body.code]).toEqual([path, 503, 'database-unavailable'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
  const ready = await fetch(`${application.url}/readyz`)
  expect(ready.status).toBe(200)
  await waitFor(
    async () => {
      const state = (await (await fetch(`${application.url}/readyz`)).json()) as { database: { ok: boolean } }
      return !state.database.ok
    },
    { deadlineMs: 15_000, what: 'readyz to report the database' },
  )
  await application.postgres.restart()
  await waitFor(async () => (await operator.get(history)).status === 200, { what: 'history to come back' })
})

test('a service that starts while PostgreSQL is away is alive, not ready, and becomes ready by itself', async () => {
  await application.postgres.stop()
  const { url, service } = await application.startAnother()
  const other = Object.assign(application.client(), { url, cookie: operator.cookie })
  expect((await other.get('/healthz')).status).toBe(200)
  await waitFor(async () => (await other.get('/v1/session')).status === 200)
  expect((await other.get('/v1/devices')).body.code).toBe('fleet-not-loaded')
  expect((await other.get('/readyz')).status).toBe(503)
  await application.postgres.restart()
  await waitUntilReady(url)
  expect((await other.get<DeviceList>('/v1/devices')).body.total).toBe(40)
  await service[Symbol.asyncDispose]()
})

test('after the state Redis was away, what was accepted unseen is in the index, and connections go on by themselves', async () => {
  await publishStatus('HA-0002', 1)
  const live = await operator.openLive()
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0002'] })
  await waitFor(() => live.of('status').length === 1)
  await application.state.kill()
  await waitFor(async () => (await operator.get('/v1/devices')).body.code === 'live-state-unavailable')
  await application.state.restart()
  // Accepted in whatever moment this instance is still reconnecting: seen by the tail, or by reading again.
  await publishStatus('HA-0002', 2)
  await waitFor(async () => (await detailOf('HA-0002')).boardCelsius === 42)
  await waitFor(() => live.of('status').at(-1)?.status.sequence === 2, { what: 'the live connection to catch up' })
  expect(live.closed).toBeUndefined()
})

test('whoever begins to watch while Redis is away gets the state once it is back', async () => {
  await publishStatus('HA-0003', 7)
  await waitFor(async () => (await detailOf('HA-0003')).presence === 'online')
  const live = await operator.openLive()
  await application.state.kill()
  await waitFor(async () => (await operator.get('/v1/devices')).status === 503)
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0003'] })
  live.send({ type: 'watch', detail: 'summary', devices: ['HA-0003'] })
  await waitFor(() => live.of('problem').length > 0 && live.of('summary').length > 0)
  expect(live.of('problem')[0]?.problem.code).toBe('live-state-unavailable')
  await application.state.restart()
  await waitFor(() => live.of('status')[0]?.status.sequence === 7)
})

test('a device that is added appears without anybody asking', async () => {
  await application.database.execute(
    `insert into device (serial, organisation_id, site_id, model, name)
     select 'NEW-0001', organisation_id, site_id, model, 'A new one' from device where serial = 'HA-0001'`,
  )
  // Unknown at the first report: the registry is read again, and the stored status with it.
  await waitFor(
    async () => {
      await publishStatus('NEW-0001', Date.now() % 1_000_000_000)
      return (await detailOf('NEW-0001')).presence === 'online'
    },
    { deadlineMs: 15_000, intervalMs: 200 },
  )
})
