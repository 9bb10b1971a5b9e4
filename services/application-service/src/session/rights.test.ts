import { listUsers, removeMembership, setMembership, systemScope } from '@stellacontrol/database'
import type { DeviceList, Session } from '@stellacontrol/protocol'
import { rightsChanged } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishStatus } from '../testing/statuses.ts'
import {
  harbourSerials,
  meadowSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'

let application: TestApplication
let meadowId: number

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  const [meadow] = await application.database.query<{ id: number }>(`select id from organisation where name = 'Meadow'`)
  meadowId = meadow?.id ?? 0
})
afterAll(() => application.stop())

async function newestUserId(): Promise<number> {
  const users = await listUsers(application.database, systemScope)
  return Math.max(...users.map(({ id }) => id))
}

test('a further membership holds at the next request, and its loss at the one after', async () => {
  const client = await application.signIn('Harbour', 'viewer')
  const userId = await newestUserId()
  const count = async () => (await client.get<DeviceList>('/v1/devices')).body.total
  expect(await count()).toBe(harbourSerials.length)
  await setMembership(application.database, { userId, organisationId: meadowId, role: 'operator' })
  await rightsChanged(application.redis)
  expect(await count()).toBe(harbourSerials.length + meadowSerials.length)
  const { body } = await client.get<Session>('/v1/session')
  expect(body.memberships.map(({ organisation, role }) => [organisation.name, role])).toEqual([
    ['Harbour', 'viewer'],
    ['Meadow', 'operator'],
  ])
  await removeMembership(application.database, systemScope, { userId, organisationId: meadowId })
  await rightsChanged(application.redis)
  expect(await count()).toBe(harbourSerials.length)
})

test('an open live connection loses what its person may not see any more, and is told', async () => {
  const client = await application.signIn('Harbour', 'viewer')
  const userId = await newestUserId()
  await setMembership(application.database, { userId, organisationId: meadowId, role: 'viewer' })
  await rightsChanged(application.redis)
  const live = await client.openLive()
  const [serial = ''] = meadowSerials
  live.send({ type: 'watch', detail: 'status', devices: [serial] })
  await publishStatus(serial, 1)
  await waitFor(() => live.of('status').length > 0, { what: 'the first status' })
  await removeMembership(application.database, systemScope, { userId, organisationId: meadowId })
  await rightsChanged(application.redis)
  await waitFor(() => live.of('rights').length > 0, { what: 'the news of the change', deadlineMs: 5_000 })
  const before = live.of('status').length
  await publishStatus(serial, 2)
  await publishStatus(harbourSerials[0] ?? '', 2)
  live.send({ type: 'watch', detail: 'status', devices: [serial, harbourSerials[0] ?? ''] })
  await waitFor(() => live.of('status').length > before, { what: 'the status of a device of their own' })
  expect(
    live
      .of('status')
      .slice(before)
      .map((message) => message.serial),
  ).not.toContain(serial)
  live.close()
})

test('a disabled account is out at the next request, and its live connections at once', async () => {
  const client = await application.signIn('Meadow', 'administrator')
  const live = await client.openLive()
  await application.database.execute('update app_user set disabled_at = now() where id = $1', [await newestUserId()])
  await rightsChanged(application.redis)
  expect((await client.get('/v1/devices')).status).toBe(401)
  await waitFor(() => live.closed, { what: 'the end of the live connection', deadlineMs: 5_000 })
  expect(live.closed?.code).toBe(1008)
})
