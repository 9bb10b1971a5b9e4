import { decodeReport } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { HistoryDataError, isUnavailable } from '../database-errors.ts'
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

test('a device without a clock keeps the moments of its first report, also when a report comes again', async () => {
  const { queueGeneration, bootId } = newQueue()
  const report = (seq: number, uptimeS?: number) => ({ ...sampleReport(bootId, seq, 0), sentAtMs: undefined, uptimeS })
  const partitions = (entries: HistoryEntry[]) => [{ partition: 0, entries }]
  const first = [
    entryOf('1-0', 'DEVICE-5', report(10, 1000), now),
    entryOf('2-0', 'DEVICE-5', report(11, 1600), now + 612_345),
  ]
  await writeHistory(database, { queueGeneration, partitions: partitions(first), now })
  const again = [
    entryOf('3-0', 'DEVICE-5', report(11, 1600), now + 700_000),
    entryOf('4-0', 'DEVICE-5', { ...report(12, 2200), sentAtMs: 12_345 }, now + 2_000_000),
    entryOf('5-0', 'DEVICE-5', report(13, 100_000_000), now + 2_000_000),
  ]
  const results = await writeHistory(server.open(), { queueGeneration, partitions: partitions(again), now })
  expect(results).toEqual([{ partition: 0, stored: 1, duplicates: 1, setAside: 1, skipped: 0 }])
  expect((await storedRows(bootId)).map(({ seq, at }) => [seq, at])).toEqual([
    [10, now],
    [11, now + 600_000],
    [12, now + 1_200_000],
  ])
})

test('a device that tells neither time nor uptime is stored in the order of its reports', async () => {
  const { queueGeneration, bootId } = newQueue()
  const report = (seq: number) => ({ ...sampleReport(bootId, seq, 0), sentAtMs: undefined, uptimeS: undefined })
  const entries = [1, 2, 2, 3].map((seq, index) => entryOf(`${index + 1}-0`, 'DEVICE-6', report(seq), now))
  const results = await writeHistory(database, { queueGeneration, partitions: [{ partition: 0, entries }], now })
  expect(results).toMatchObject([{ stored: 3, duplicates: 1 }])
  expect((await storedRows(bootId)).map(({ at }) => at)).toEqual([now, now + 600_000, now + 1_200_000])
})

test('the largest boot and sequence numbers of a device are kept as they are', async () => {
  const { queueGeneration } = newQueue()
  const entries = [entryOf('1-0', 'DEVICE-7', sampleReport(4_294_967_295, 4_294_967_294, now), now)]
  const again = [entryOf('2-0', 'DEVICE-7', sampleReport(4_294_967_295, 4_294_967_294, now), now)]
  await writeHistory(database, { queueGeneration, partitions: [{ partition: 0, entries }], now })
  const results = await writeHistory(database, { queueGeneration, partitions: [{ partition: 0, entries: again }], now })
  expect(results).toMatchObject([{ stored: 0, duplicates: 1 }])
  expect(await storedRows(-1)).toMatchObject([{ seq: -2 }])
})

test('live reports have their own table, backfill never', async () => {
  const { queueGeneration, bootId } = newQueue()
  const entries = [
    entryOf('1-0', 'DEVICE-8', { ...sampleReport(bootId, 1, now), intervalS: 10 }, now),
    entryOf('2-0', 'DEVICE-8', { ...sampleReport(bootId, 2, now), mode: 2, intervalS: undefined }, now),
    entryOf('3-0', 'DEVICE-8', { ...sampleReport(bootId, 3, now), mode: 3, intervalS: 10 }, now),
    entryOf('4-0', 'DEVICE-8', { ...sampleReport(bootId, 4, now), intervalS: 60 }, now),
    entryOf('5-0', 'DEVICE-8', { ...sampleReport(bootId, 5, now - 8 * 86_400_000), intervalS: 10 }, now),
  ]
  const results = await writeHistory(database, { queueGeneration, partitions: [{ partition: 0, entries }], now })
  expect(results).toMatchObject([{ stored: 4, setAside: 1 }])
  expect((await storedRows(bootId, 'report_live')).map(({ seq }) => seq)).toEqual([1, 2])
  expect((await storedRows(bootId)).map(({ seq }) => seq)).toEqual([3, 4])
})

test('writers of different partitions and writers of the same one store everything once', async () => {
  const { queueGeneration, bootId } = newQueue()
  const batchOf = (partitions: number[], part: number) => ({
    queueGeneration,
    now,
    partitions: partitions.map((partition) => ({
      partition,
      entries: entries(bootId, 60, `DEVICE-${20 + partition}`).slice(part * 20, part * 20 + 20),
    })),
  })
  const pools = [database, server.open(), server.open()]
  for (const part of [0, 1, 2]) {
    const calls = pools.flatMap((pool) => [
      writeHistory(pool, batchOf([0, 1, 2], part)),
      writeHistory(pool, batchOf([2, 1, 0], part)),
      writeHistory(pool, batchOf([3], part)),
    ])
    const results = (await Promise.all(calls)).flat()
    expect(results.reduce((sum, { stored }) => sum + stored, 0)).toBe(80)
    expect(results.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(0)
  }
  expect(await storedRows(bootId)).toHaveLength(240)
  const ledger = await readLedger(database, queueGeneration)
  expect(ledger.map(({ stored, duplicates }) => [stored, duplicates])).toEqual(Array(4).fill([60, 0]))
})

test('a process that dies before its commit leaves nothing behind', async () => {
  const { queueGeneration, bootId } = newQueue()
  const batch = { queueGeneration, partitions: [{ partition: 0, entries: entries(bootId, 10, 'DEVICE-30') }], now }
  const doomed = server.open('doomed')
  // Holds the writer before its last statement, until its connection is ended.
  await database.query(
    `create function hold() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(4711); return new; end $$;
     create trigger hold before update on ledger for each row
       when (old.queue_generation = '${queueGeneration}') execute function hold()`,
  )
  const attempt = database.withConnection(async (connection) => {
    await connection.query('select pg_advisory_lock(4711)')
    const failure = writeHistory(doomed, batch).catch((error: unknown) => error)
    await waitFor(() =>
      connection.execute(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'doomed' and wait_event = 'advisory'`,
      ),
    )
    await connection.query('select pg_advisory_unlock(4711)')
    return failure
  })
  expect(isUnavailable(await attempt)).toBe(true)
  expect(await storedRows(bootId)).toHaveLength(0)
  await database.query('drop trigger hold on ledger; drop function hold')
  expect(await writeHistory(doomed, batch)).toMatchObject([{ stored: 10, duplicates: 0, skipped: 0 }])
})

test('a writer that was paused in the middle of its COPY loses its partition to the next one', async () => {
  const { queueGeneration, bootId } = newQueue()
  const all = entries(bootId, 10, 'DEVICE-31')
  const batchOf = (part: HistoryEntry[]) => ({ queueGeneration, partitions: [{ partition: 0, entries: part }], now })
  await writeHistory(database, batchOf(all.slice(0, 5)))
  const paused = new Client({ connectionString: server.server.url })
  paused.on('error', () => {})
  await paused.connect()
  await paused.query('begin')
  await paused.query('select from ledger where queue_generation = $1 for update', [queueGeneration])
  paused.query(copyFrom('copy report from stdin')).on('error', () => {})
  expect(await writeHistory(database, batchOf(all))).toMatchObject([{ stored: 5, skipped: 5 }])
  await paused.end().catch(() => {})
})

test('a row that PostgreSQL refuses can be found by bisecting, and set aside', async () => {
  const { queueGeneration, bootId } = newQueue()
  await database.query(`alter table report add constraint no_seq_3 check (boot_id <> ${bootId} or seq <> 3)`)
  const batchOf = (part: HistoryEntry[]) => ({ queueGeneration, partitions: [{ partition: 0, entries: part }], now })
  const all = entries(bootId, 4, 'DEVICE-32')
  await expect(writeHistory(database, batchOf(all))).rejects.toBeInstanceOf(HistoryDataError)
  expect(await writeHistory(database, batchOf(all.slice(0, 2)))).toMatchObject([{ stored: 2 }])
  const refused = await writeHistory(database, batchOf(all.slice(2, 3))).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(HistoryDataError)
  expect(isUnavailable(refused)).toBe(false)
  const rejected = all.slice(2, 3).map((entry): HistoryEntry => {
    return { ...entry, decoded: { rejected: 'unstorable', detail: String(refused) } }
  })
  expect(await writeHistory(database, batchOf([...rejected, ...all.slice(3)]))).toMatchObject([
    { stored: 1, setAside: 1 },
  ])
  await database.query('alter table report drop constraint no_seq_3')
})

test('a partition that was dropped behind the back of the writer is made again', async () => {
  const { queueGeneration, bootId } = newQueue()
  const at = Date.UTC(2025, 2, 3)
  const write = (id: number, seq: number) => {
    const entries = [entryOf(`${id}-0`, 'DEVICE-33', sampleReport(bootId, seq, at), now)]
    return writeHistory(database, { queueGeneration, partitions: [{ partition: 0, entries }], now })
  }
  await write(1, 1)
  await database.query('drop table report_2025_03')
  expect(await write(2, 2)).toMatchObject([{ stored: 1 }])
  expect(await storedRows(bootId)).toHaveLength(1)
})
