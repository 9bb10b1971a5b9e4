import type { Database, Queries } from '../database.ts'
import { defaultReportRetentionMs } from './history-row.ts'
import {
  dropTimePartition,
  ensureTimePartitions,
  finishInterruptedDrops,
  listTimePartitions,
  type PartitionedTable,
  type TimePartition,
  timePartitionsBetween,
} from './time-partitions.ts'

/** How long each table keeps its rows, in ms. */
export type Retention = Record<PartitionedTable, number>

const dayMs = 86_400_000
const removalLock = 0x7374_646c
const compactionLock = 0x7374_636c
const tenYearsMs = 3653 * dayMs

/** Live reports 7 days, normal reports 2 years, roll-ups 10 years. */
export const defaultRetentionMs: Retention = {
  ...defaultReportRetentionMs,
  device_hour: tenYearsMs,
  band_hour: tenYearsMs,
}

/** Messages that were set aside are kept as long as reports. */
const setAsideMs = defaultReportRetentionMs.report

/** Partitions are made this far ahead: more than the day by which a report may be ahead, and a month of nobody looking. */
const aheadMs: Retention = {
  report: 62 * dayMs,
  report_live: 3 * dayMs,
  device_hour: 62 * dayMs,
  band_hour: 62 * dayMs,
}

/**
 * Makes the partitions of the whole retention and a little ahead, and drops those whose last moment is older than retention,
 * with messages that were set aside two years ago.
 * Call it at start and every hour; safe to repeat and to call at the same time. `now` in epoch ms.
 *
 * @returns the names of what was dropped, and how many partitions were made
 */
export async function maintainPartitions(
  database: Database,
  { now, retentionMs = defaultRetentionMs }: { now: number; retentionMs?: Retention },
): Promise<{ created: number; dropped: string[] }> {
  const tables = Object.keys(retentionMs) as PartitionedTable[]
  const wanted = tables.flatMap((table) =>
    timePartitionsBetween(table, firstNeeded(table, now, retentionMs), now + aheadMs[table]),
  )
  const created = await ensureTimePartitions(database, wanted)
  const dropped = await database.withConnection((connection) => dropExpired(connection, now, retentionMs))
  return { created, dropped }
}

/** One process removes at a time; the others have nothing to do. */
async function dropExpired(connection: Queries, now: number, retentionMs: Retention): Promise<string[]> {
  const [lock] = await connection.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [removalLock])
  if (!lock?.held) return []
  try {
    await finishInterruptedDrops(connection)
    const expired = (await listTimePartitions(connection)).filter((partition) => isExpired(partition, now, retentionMs))
    for (const partition of expired) await dropTimePartition(connection, partition)
    await connection.query('delete from set_aside where set_aside_at < to_timestamp($1)', [(now - setAsideMs) / 1000])
    return expired.map((partition) => partition.name)
  } finally {
    await connection.query('select pg_advisory_unlock($1)', [removalLock])
  }
}

/** Roll-ups are made from reports: none of the past reach further back than these. */
function firstNeeded(table: PartitionedTable, now: number, retentionMs: Retention): number {
  return now - Math.min(retentionMs[table], retentionMs.report)
}

function isExpired({ table, toAt }: TimePartition, now: number, retentionMs: Retention): boolean {
  return toAt <= now - retentionMs[table]
}

/** Late reports have mostly come by then. */
const settledAfterMs = 3 * dayMs
const compactionTimeoutMs = 2 * 3_600_000

/**
 * Packs the indexes of partitions that are over, each once: from about 70 bytes a report to 37. Reading and writing go on
 * meanwhile. Takes minutes for a large fleet; call it once a day, beside everything else. One process does it, the others return.
 *
 * @returns the names of the partitions that were packed
 */
export function compactClosedPartitions(database: Database, { now }: { now: number }): Promise<string[]> {
  return database.withConnection(
    async (connection) => {
      const [lock] = await connection.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
        compactionLock,
      ])
      if (!lock?.held) return []
      try {
        const closed = (await listLoosePartitions(connection)).filter(({ toAt }) => toAt <= now - settledAfterMs)
        for (const partition of closed) await compact(connection, partition)
        return closed.map((partition) => partition.name)
      } finally {
        await connection.query('select pg_advisory_unlock($1)', [compactionLock])
      }
    },
    { statementTimeoutMs: compactionTimeoutMs },
  )
}

/** A packed partition carries a comment that says so. */
async function listLoosePartitions(connection: Queries): Promise<TimePartition[]> {
  const packed = await connection.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace and obj_description(oid, 'pg_class') = 'packed'`,
  )
  const names = new Set(packed.map(({ name }) => name))
  return (await listTimePartitions(connection)).filter(({ name }) => !names.has(name))
}

async function compact(connection: Queries, { name }: TimePartition): Promise<void> {
  // What an interrupted packing left beside the index that is in use.
  const leftovers = await connection.query<{ index: string }>(
    `select indexrelid::regclass::text as index from pg_index where indrelid = $1::regclass and not indisvalid`,
    [name],
  )
  for (const { index } of leftovers) await connection.query(`drop index if exists ${index}`)
  await connection.query(`reindex table concurrently ${name}`)
  await connection.query(`comment on table ${name} is 'packed'`)
}
