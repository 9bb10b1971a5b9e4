import type { Queries } from '../database.ts'

/** The id of a stream entry, `<ms>-<seq>`, as two numbers. */
export interface StreamId {
  ms: number
  seq: number
}

/** What one call does to one partition of the ledger. */
export interface LedgerStep {
  partition: number
  lastId: StreamId
  stored: number
  duplicates: number
  setAside: number
  skipped: number
}

export interface LedgerPartition {
  partition: number
  /** The last stream entry that was taken; "0-0" = none. */
  lastId: string
  stored: number
  duplicates: number
  setAside: number
}

/**
 * Locks the ledger rows of these partitions until the transaction ends, always in the order of their numbers, and returns their
 * last stream ids. Rows that do not exist yet are made.
 */
export async function lockLedger(
  queries: Queries,
  queueGeneration: string,
  partitions: readonly number[],
): Promise<Map<number, StreamId>> {
  const locked = await lockExisting(queries, queueGeneration, partitions)
  if (locked.size === new Set(partitions).size) return locked
  await queries.query(
    `insert into ledger (queue_generation, partition)
     select $1, partition from unnest($2::int[]) as wanted (partition) order by partition
     on conflict do nothing`,
    [queueGeneration, partitions],
  )
  return lockExisting(queries, queueGeneration, partitions)
}

async function lockExisting(
  queries: Queries,
  queueGeneration: string,
  partitions: readonly number[],
): Promise<Map<number, StreamId>> {
  const rows = await queries.query<{ partition: number; last_id_ms: number; last_id_seq: number }>(
    `select partition, last_id_ms, last_id_seq from ledger
     where queue_generation = $1 and partition = any($2)
     order by partition
     for update`,
    [queueGeneration, partitions],
  )
  return new Map(rows.map((row) => [row.partition, { ms: row.last_id_ms, seq: row.last_id_seq }]))
}

/** Adds to the counters and moves the last ids, in the transaction that stores the rows. */
export async function advanceLedger(
  queries: Queries,
  queueGeneration: string,
  steps: readonly LedgerStep[],
): Promise<void> {
  const moved = steps.filter((step) => step.stored + step.duplicates + step.setAside > 0)
  if (moved.length === 0) return
  await queries.query(
    `update ledger set
       last_id_ms = step.last_id_ms,
       last_id_seq = step.last_id_seq,
       stored = ledger.stored + step.stored,
       duplicates = ledger.duplicates + step.duplicates,
       set_aside = ledger.set_aside + step.set_aside
     from unnest($2::int[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $7::int[])
       as step (partition, last_id_ms, last_id_seq, stored, duplicates, set_aside)
     where ledger.queue_generation = $1 and ledger.partition = step.partition`,
    [
      queueGeneration,
      moved.map((step) => step.partition),
      moved.map((step) => step.lastId.ms),
      moved.map((step) => step.lastId.seq),
      moved.map((step) => step.stored),
      moved.map((step) => step.duplicates),
      moved.map((step) => step.setAside),
    ],
  )
}

/** What history has done with a life of the queue, by partition. Whole-platform figures: for operators of the manufacturer. */
export async function readLedger(queries: Queries, queueGeneration: string): Promise<LedgerPartition[]> {
  return queries.query<LedgerPartition>(
    `select partition, last_id_ms || '-' || last_id_seq as "lastId", stored, duplicates, set_aside as "setAside"
     from ledger where queue_generation = $1 order by partition`,
    [queueGeneration],
  )
}
