import { type Database, type Queries, withTransaction } from '../database.ts'

/** The time-partitioned tables. Bounds of partitions are UTC. */
export const partitionedTables = {
  report: { unit: 'month', column: 'at' },
  report_live: { unit: 'day', column: 'at' },
  device_hour: { unit: 'year', column: 'hour' },
  band_hour: { unit: 'year', column: 'hour' },
} as const
export type PartitionedTable = keyof typeof partitionedTables
type Unit = 'day' | 'month' | 'year'

export interface TimePartition {
  table: PartitionedTable
  /** e.g. `report_2026_01`. */
  name: string
  /** Epoch ms; the end is excluded. */
  fromAt: number
  toAt: number
}

/** One maker of partitions at a time: two would wait for each other's half-made tables. */
const partitionLock = 0x7374_706c

/** The partition in which the moment `at` (epoch ms) lies. */
export function timePartition(table: PartitionedTable, at: number): TimePartition {
  const moment = new Date(at)
  const [year, month, day] = [moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate()]
  const digits = (value: number) => String(value).padStart(2, '0')
  const bounds: Record<Unit, [name: string, fromAt: number, toAt: number]> = {
    year: [`${year}`, Date.UTC(year, 0), Date.UTC(year + 1, 0)],
    month: [`${year}_${digits(month + 1)}`, Date.UTC(year, month), Date.UTC(year, month + 1)],
    day: [`${year}_${digits(month + 1)}_${digits(day)}`, Date.UTC(year, month, day), Date.UTC(year, month, day + 1)],
  }
  const [suffix, fromAt, toAt] = bounds[partitionedTables[table].unit]
  return { table, name: `${table}_${suffix}`, fromAt, toAt }
}

/** Every partition of a table that touches the range, both ends included (epoch ms). */
export function timePartitionsBetween(table: PartitionedTable, fromAt: number, toAt: number): TimePartition[] {
  const partitions: TimePartition[] = []
  for (let at = fromAt; at <= toAt; ) {
    const partition = timePartition(table, at)
    partitions.push(partition)
    at = partition.toAt
  }
  return partitions
}

/**
 * Makes those partitions that do not exist. They are made as plain tables and then attached: readers and writers of the table
 * are not kept waiting, as CREATE TABLE … PARTITION OF would do. Safe to repeat and to call at the same time.
 *
 * @returns how many were made
 */
export async function ensureTimePartitions(database: Database, wanted: readonly TimePartition[]): Promise<number> {
  const attached = new Set((await listTimePartitions(database)).map((partition) => partition.name))
  const missing = wanted.filter((partition) => !attached.has(partition.name))
  if (missing.length === 0) return 0
  return withTransaction(database, async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [partitionLock])
    const now = new Set((await listTimePartitions(transaction)).map((partition) => partition.name))
    const stillMissing = missing.filter((partition) => !now.has(partition.name))
    for (const partition of stillMissing) await createPartition(transaction, partition)
    return stillMissing.length
  })
}

async function createPartition(queries: Queries, { table, name, fromAt, toAt }: TimePartition): Promise<void> {
  // A table of this name that is not attached is what an expired partition's interrupted removal left.
  await queries.query(`drop table if exists ${name}`)
  await queries.query(`create table ${name} (like ${table} including all)`)
  await queries.query(
    `alter table ${table} attach partition ${name} for values from ('${sqlMoment(fromAt)}') to ('${sqlMoment(toAt)}')`,
  )
}

/** The attached partitions of all tables, oldest first. */
export async function listTimePartitions(queries: Queries): Promise<TimePartition[]> {
  const rows = await queries.query<{ parent: PartitionedTable; name: string }>(
    `select parent.relname as parent, child.relname as name
     from pg_inherits
     join pg_class parent on parent.oid = inhparent
     join pg_class child on child.oid = inhrelid
     where not inhdetachpending and parent.relkind = 'p' and parent.relname = any($1)
       and parent.relnamespace = current_schema()::regnamespace
     order by child.relname`,
    [Object.keys(partitionedTables)],
  )
  return rows.map(({ parent, name }) => partitionNamed(parent, name))
}

function partitionNamed(table: PartitionedTable, name: string): TimePartition {
  const [year = 0, month = 1, day = 1] = name
    .slice(table.length + 1)
    .split('_')
    .map(Number)
  return timePartition(table, Date.UTC(year, month - 1, day))
}

/** Removes a partition with all its rows, outside of a transaction. Readers and writers of others are not kept waiting. */
export async function dropTimePartition(connection: Queries, { table, name }: TimePartition): Promise<void> {
  await connection.query(`alter table ${table} detach partition ${name} concurrently`)
  await connection.query(`drop table ${name}`)
}

/** Ends removals that were interrupted between detaching and dropping. */
export async function finishInterruptedDrops(connection: Queries): Promise<void> {
  const pending = await connection.query<{ parent: string; name: string }>(
    `select parent.relname as parent, child.relname as name
     from pg_inherits
     join pg_class parent on parent.oid = inhparent
     join pg_class child on child.oid = inhrelid
     where inhdetachpending and parent.relname = any($1) and parent.relnamespace = current_schema()::regnamespace`,
    [Object.keys(partitionedTables)],
  )
  for (const { parent, name } of pending) {
    await connection.query(`alter table ${parent} detach partition ${name} finalize`)
    await connection.query(`drop table ${name}`)
  }
}

function sqlMoment(at: number): string {
  return new Date(at).toISOString()
}
