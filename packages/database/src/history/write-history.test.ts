import { decodeReport } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { entryOf, sampleReport } from '../testing/sample-reports.ts'
import { startTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readLedger } from './ledger.ts'
import { type HistoryEntry, writeHistory } from './write-history.ts'

const now = Date.UTC(2026, 5, 15, 12)
let server: TestDatabase
let database: Database
let generation = 0

beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
  await database.query(
    `insert into organisation (kind, name) values ('manufacturer', 'Maker');
     insert into device (serial, organisation_id, model, name)
     select 'DEVICE-' || n, 1, 'iR5', 'Device ' || n from generate_series(1, 200) n`,
  )
})
afterAll(() => server.stop())

/** Every test has a queue of its own; devices are told apart by their boots. */
function newQueue() {
  generation++
  return { queueGeneration: `test-${generation}`, bootId: generation }
}

function entries(bootId: number, count: number, serial = 'DEVICE-1'): HistoryEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const at = now - (count - index) * 600_000
    return entryOf(`${at}-0`, serial, sampleReport(bootId, index + 1, at), at + 500)
  })
}

async function storedRows(bootId: number, table = 'report') {
  return database.query<{ device_id: number; at: number; seq: number }>(
    `select device_id, at, seq from ${table} where boot_id = $1 order by seq`,
    [bootId],
  )
}

test('a batch is stored once, however often it is replayed', async () => {
  const { queueGeneration, bootId } = newQueue()
  const batch = { queueGeneration, partitions: [{ partition: 3, entries: entries(bootId, 20) }], now }
  expect(await writeHistory(database, batch)).toEqual([
    { partition: 3, stored: 20, duplicates: 0, setAside: 0, skipped: 0 },
  ])
  expect(await writeHistory(server.open(), batch)).toEqual([
    { partition: 3, stored: 0, duplicates: 0, setAside: 0, skipped: 20 },
  ])
  expect(await storedRows(bootId)).toHaveLength(20)
  expect(await readLedger(database, queueGeneration)).toEqual([
    { partition: 3, lastId: batch.partitions[0]?.entries.at(-1)?.id, stored: 20, duplicates: 0, setAside: 0 },
  ])
})

test('repeats of a report, inside a batch and against the table, are counted and not stored', async () => {
  const { queueGeneration, bootId } = newQueue()
  const [first, second, third] = entries(bootId, 3) as [HistoryEntry, HistoryEntry, HistoryEntry]
  await writeHistory(database, { queueGeneration, partitions: [{ partition: 0, entries: [first] }], now })
  const again = (entry: HistoryEntry, ms: number) => ({ ...entry, id: `${now + ms}-0`, receivedAt: now + ms })
  const other = entryOf(`${now + 9}-0`, 'DEVICE-2', sampleReport(bootId, 1, now - 600_000), now)
  const results = await writeHistory(database, {
    queueGeneration,
    partitions: [
      {
        partition: 0,
        entries: [again(first, 1), second, again(second, 2), third].sort((a, b) => (a.id < b.id ? -1 : 1)),
      },
      { partition: 1, entries: [other] },
    ],
    now,
  })
  expect(results).toEqual([
    { partition: 0, stored: 2, duplicates: 2, setAside: 0, skipped: 0 },
    { partition: 1, stored: 1, duplicates: 0, setAside: 0, skipped: 0 },
  ])
  expect(await storedRows(bootId)).toHaveLength(4)
})

test('what can never be a row is set aside with its reason and its bytes', async () => {
  const { queueGeneration, bootId } = newQueue()
  const garbage = new Uint8Array([0xff, 0xff, 0x00, 0x07])
  const dayMs = 86_400_000
  const set: HistoryEntry[] = [
    { id: '1-0', serial: 'DEVICE-1', receivedAt: now, payload: garbage, decoded: decodeReport(garbage) },
    entryOf('2-0', 'DEVICE-NOBODY', sampleReport(bootId, 1, now), now),
    entryOf('3-0', 'DEVICE-1', sampleReport(bootId, 2, now - 731 * dayMs), now),
    entryOf('4-0', 'DEVICE-1', sampleReport(bootId, 3, now + dayMs + 1000), now),
    entryOf('5-0', 'DEVICE-1', sampleReport(bootId, 4, now), now),
    { ...entryOf('6-0', 'DEVICE-1', {}, now), serial: 'DEVICE-\0' },
  ]
  const results = await writeHistory(database, { queueGeneration, partitions: [{ partition: 7, entries: set }], now })
  expect(results).toEqual([{ partition: 7, stored: 1, duplicates: 0, setAside: 5, skipped: 0 }])
  const rows = await database.query<{ reason: string; payload: Buffer; stream_id: string }>(
    'select reason, payload, stream_id from set_aside where queue_generation = $1 order by id',
    [queueGeneration],
  )
  expect(rows.map((row) => row.reason)).toEqual([
    'undecodable',
    'unknown-device',
    'past-dated',
    'future-dated',
    'empty',
  ])
  expect([...(rows[0]?.payload ?? [])]).toEqual([...garbage])
  expect(rows[0]?.stream_id).toBe('1-0')
})
