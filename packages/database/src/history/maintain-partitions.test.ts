import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { entryOf, sampleReport } from '../testing/sample-reports.ts'
import { startTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { reportColumns } from './history-layout.ts'
import { compactClosedPartitions, maintainPartitions } from './maintain-partitions.ts'
import { listTimePartitions, timePartitionsBetween } from './time-partitions.ts'
import { writeHistory } from './write-history.ts'

const now = Date.UTC(2026, 0, 31, 23)
const dayMs = 86_400_000
let server: TestDatabase
let database: Database

beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
})
afterAll(() => server.stop())

const namesOf = async (table: string) =>
  (await listTimePartitions(database)).filter((partition) => partition.table === table).map(({ name }) => name)

test('the layout and the table have the same columns in the same order', async () => {
  const columns = await database.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'report'::regclass and attnum > 0 order by attnum`,
  )
  expect(columns.map(({ name }) => name)).toEqual([...reportColumns])
})

test('months, days and years follow each other without a gap', () => {
  for (const table of ['report', 'report_live', 'device_hour'] as const) {
    const partitions = timePartitionsBetween(table, now - 800 * dayMs, now + 800 * dayMs)
    partitions.slice(1).forEach((partition, index) => {
      expect(partition.fromAt).toBe(partitions[index]?.toAt)
    })
  }
})

test('partitions of all retention and a little ahead are made once, also by several processes', async () => {
  const counts = await Promise.all(
    [database, server.open(), server.open()].map((pool) => maintainPartitions(pool, { now })),
  )
  expect(counts.filter(({ created }) => created > 0)).toHaveLength(1)
  expect(await namesOf('report')).toHaveLength(27)
  expect((await namesOf('report')).slice(0, 1)).toEqual(['report_2024_02'])
  expect((await namesOf('report')).at(-1)).toBe('report_2026_04')
  expect(await namesOf('report_live')).toHaveLength(11)
  expect(await namesOf('band_hour')).toEqual(['band_hour_2024', 'band_hour_2025', 'band_hour_2026'])
  expect(await maintainPartitions(database, { now })).toEqual({ created: 0, dropped: [] })
})

test('as time goes on, expired partitions go and new ones come', async () => {
  const later = now + 40 * dayMs
  const { dropped, created } = await maintainPartitions(database, { now: later })
  expect(dropped.filter((name) => name.startsWith('report_live'))).toHaveLength(11)
  expect(dropped.filter((name) => !name.startsWith('report_live'))).toEqual(['report_2024_02'])
  expect(created).toBeGreaterThan(10)
  expect((await namesOf('report_live')).length).toBe(11)
  const leftovers = await database.query(`select from pg_class where relname like 'report_2024_02%'`)
  expect(leftovers).toEqual([])
})

test('partitions that are over are packed once', async () => {
  await database.query(
    `insert into organisation (kind, name) values ('manufacturer', 'Maker');
     insert into device (serial, organisation_id, model, name) select 'PACK-' || n, 1, 'iR5', 'x' from generate_series(1, 100) n`,
  )
  const from = Date.UTC(2026, 1, 1)
  let id = 0
  for (let step = 0; step < 200; step += 20) {
    const entries = Array.from({ length: 2000 }, (_, index) => {
      const seq = step + Math.floor(index / 100)
      return entryOf(
        `${++id}-0`,
        `PACK-${(index % 100) + 1}`,
        sampleReport(1, seq + 1, from + seq * 600_000),
        from + 10 * dayMs,
      )
    })
    await writeHistory(database, {
      queueGeneration: 'pack',
      partitions: [{ partition: 0, entries }],
      now: from + 10 * dayMs,
    })
  }
  const bytesPerRow = async () => {
    const [row] = await database.query<{ bytes: number }>(
      `select sum(pg_relation_size(indexrelid))::integer / 20000 as bytes
       from pg_index join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam
       where indrelid = 'report_2026_02'::regclass and amname = 'btree'`,
    )
    return row?.bytes
  }
  expect(await bytesPerRow()).toBeGreaterThan(44)
  expect(await compactClosedPartitions(database, { now: Date.UTC(2026, 2, 2) })).not.toContain('report_2026_02')
  expect(await compactClosedPartitions(database, { now: Date.UTC(2026, 2, 4) })).toContain('report_2026_02')
  expect(await bytesPerRow()).toBeLessThan(38)
  expect(await compactClosedPartitions(database, { now: Date.UTC(2026, 2, 4) })).toEqual([])
})
