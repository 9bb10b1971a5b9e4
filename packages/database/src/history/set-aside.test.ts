import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { systemScope } from '../scope.ts'
import { entryOf, sampleReport } from '../testing/sample-reports.ts'
import { startTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { getSetAside, listSetAside, markReplayed } from './set-aside.ts'
import { type HistoryEntry, writeHistory } from './write-history.ts'

const now = Date.UTC(2026, 5, 15, 12)
let server: TestDatabase
let database: Database

beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
  await database.query(
    `insert into organisation (kind, name, parent_id) values ('manufacturer', 'Maker', null), ('customer', 'Hotel', 1);
     insert into device (serial, organisation_id, model, name) values ('DEVICE-1', 2, 'iR5', 'Device 1')`,
  )
  const entries = Array.from({ length: 25 }, (_, index): HistoryEntry => {
    const entry = entryOf(`${index + 1}-0`, 'DEVICE-1', sampleReport(1, index + 1, now), now)
    if (index === 0) return { ...entry, serial: 'NOBODY-1' }
    return { ...entry, decoded: { rejected: 'undecodable', detail: `damage\0 ${index}` } }
  })
  await writeHistory(database, { queueGeneration: 'q', partitions: [{ partition: 4, entries }], now })
})
afterAll(() => server.stop())

test('set-aside messages are listed newest first, in pages, with their bytes', async () => {
  const seen: string[] = []
  let cursor: number | undefined
  do {
    const page = await listSetAside(database, systemScope, { limit: 10, cursor })
    expect(page.items.length).toBeLessThanOrEqual(10)
    seen.push(...page.items.map(({ detail }) => detail))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(seen).toHaveLength(25)
  expect([seen[0], seen[24]]).toEqual(['damage\uFFFD 24', 'no device has this serial'])
  const { items } = await listSetAside(database, systemScope, { limit: 1 })
  expect(items[0]).toMatchObject({ serial: 'DEVICE-1', reason: 'undecodable', receivedAt: new Date(now).toISOString() })
  expect(Buffer.from(items[0]?.payloadBase64 ?? '', 'base64')).toHaveLength(items[0]?.bytes ?? -1)
})

test('a customer sees the messages of its own devices; those of unknown serials belong to the manufacturer', async () => {
  const listed = async (ids: number[]) =>
    (await listSetAside(database, { kind: 'organisations', ids }, { limit: 100 })).items.map(({ serial }) => serial)
  expect(await listed([2])).toEqual(Array(24).fill('DEVICE-1'))
  expect(await listed([1])).toEqual([])
})

test('a message is marked as replayed once, by whoever may see it', async () => {
  const { items } = await listSetAside(database, systemScope, { limit: 1 })
  const id = items[0]?.id ?? 0
  expect(await markReplayed(database, { kind: 'organisations', ids: [1] }, id)).toBe(false)
  expect(await getSetAside(database, { kind: 'organisations', ids: [1] }, id)).toBeUndefined()
  const marks = await Promise.all([
    markReplayed(database, systemScope, id),
    markReplayed(server.open(), systemScope, id),
  ])
  expect(marks.toSorted()).toEqual([false, true])
  expect((await getSetAside(database, systemScope, id))?.replayedAt).not.toBeNull()
})
