import type { DecodeResult, RejectionReason } from '@stellacontrol/protocol'
import { type Database, type Transaction, withTransaction } from '../database.ts'
import { codeOf, HistoryDataError, isDataError } from '../database-errors.ts'
import { findBootAnchors } from './boot-anchors.ts'
import { copyReports } from './copy-reports.ts'
import { type HistoryMemory, memoryOf, rememberDeviceIds, rememberTimePartitions } from './history-memory.ts'
import {
  defaultReportRetentionMs,
  type HistoryRow,
  historyRow,
  type ReportRetention,
  type ReportTable,
} from './history-row.ts'
import { advanceLedger, type LedgerStep, lockLedger, type StreamId } from './ledger.ts'
import { forgetClosedHours, markDueHours } from './roll-up-marks.ts'
import { insertSetAside, type SetAsideEntry } from './set-aside.ts'
import { ensureTimePartitions, type TimePartition, timePartition } from './time-partitions.ts'

/** One entry of a queue partition. */
export interface HistoryEntry {
  /** The id of the stream entry, `<ms>-<n>`. */
  id: string
  serial: string
  /** Epoch ms. */
  receivedAt: number
  payload: Uint8Array
  decoded: DecodeResult
}

export interface HistoryBatch {
  /** Names one life of the queue: after a queue was lost and began anew, ids of the old one mean nothing. */
  queueGeneration: string
  /** Entries in the order of their ids. */
  partitions: readonly { partition: number; entries: readonly HistoryEntry[] }[]
  /** Epoch ms. */
  now: number
  retentionMs?: ReportRetention
}

export interface PartitionResult {
  partition: number
  stored: number
  /** Repeats of a report that is stored already. */
  duplicates: number
  setAside: number
  /** Entries that an earlier call had taken: nothing was done for them. */
  skipped: number
}

/** A cut-off COPY, a deadlock with an operator's statement: worth an immediate second try. */
const retriedStates = ['40P01', '40001']
const maximumAttempts = 4
const lockNotAvailable = '55P03'

/**
 * Stores the reports of a batch exactly once, in one transaction with the ledger: rows, set-aside messages, counters and the
 * last stream id of each partition are committed together. Entries up to the last id were taken before and are skipped, so
 * repeating a call, or a second processor that believes it owns the partition, changes nothing.
 *
 * Safe to call at the same time, for the same and for different partitions.
 * @throws HistoryDataError if PostgreSQL refuses a row although it answers: bisect, see there
 * @throws errors for which `isUnavailable` is true while PostgreSQL cannot serve: nothing was stored, or all of it was (the
 *   answer to COMMIT may be what was lost); call again
 */
export async function writeHistory(database: Database, batch: HistoryBatch): Promise<PartitionResult[]> {
  const memory = memoryOf(database)
  forgetClosedHours(memory, batch.now)
  if (memory.partitions.size === 0) await rememberTimePartitions(database, memory)
  await rememberDeviceIds(database, memory, serialsOf(batch))
  for (let attempt = 1; ; attempt++) {
    const missing: TimePartition[] = []
    try {
      return await writeOnce(database, memory, batch, missing)
    } catch (error) {
      if (attempt === maximumAttempts) throw asHistoryError(error)
      if (missing.length > 0 || isPartitionMissing(error)) {
        await ensureTimePartitions(database, missing)
        await rememberTimePartitions(database, memory)
      } else if (codeOf(error) === lockNotAvailable) {
        await endStalledCopies(database)
      } else if (!retriedStates.includes(codeOf(error) ?? '')) {
        throw asHistoryError(error)
      }
    }
  }
}

function* serialsOf(batch: HistoryBatch): Iterable<string> {
  for (const { entries } of batch.partitions) for (const entry of entries) yield entry.serial
}

async function writeOnce(
  database: Database,
  memory: HistoryMemory,
  batch: HistoryBatch,
  missing: TimePartition[],
): Promise<PartitionResult[]> {
  const { steps, marks } = await withTransaction(database, async (transaction) => {
    const decided = await decide(transaction, memory, batch, await takeFreshEntries(transaction, batch))
    const rows = decided.flatMap((partition) => partition.rows)
    missing.push(...missingPartitions(memory, rows))
    if (missing.length > 0) throw new Error('a time partition is missing')
    const repeated = await storeRows(transaction, rows)
    const setAside = decided.flatMap((partition) => partition.setAside)
    await insertSetAside(transaction, batch.queueGeneration, setAside)
    const marks = await markDueHours(transaction, memory, rows, batch.now)
    const steps = decided.map((partition) => ledgerStep(partition, repeated))
    await advanceLedger(transaction, batch.queueGeneration, steps)
    return { steps, marks }
  })
  marks.remember()
  return steps.map(({ partition, stored, duplicates, setAside, skipped }) => {
    return { partition, stored, duplicates, setAside, skipped }
  })
}

interface FreshPartition {
  partition: number
  entries: HistoryEntry[]
  skipped: number
  lastId: StreamId
}

/** Locks the partitions' ledger rows and leaves out what was taken before. */
async function takeFreshEntries(transaction: Transaction, batch: HistoryBatch): Promise<FreshPartition[]> {
  const numbers = batch.partitions.map(({ partition }) => partition)
  const lastIds = await lockLedger(transaction, batch.queueGeneration, numbers)
  return batch.partitions.map(({ partition, entries }) => {
    let lastId = lastIds.get(partition) ?? { ms: 0, seq: 0 }
    const fresh: HistoryEntry[] = []
    for (const entry of entries) {
      const id = parseStreamId(entry.id)
      if (id.ms < lastId.ms || (id.ms === lastId.ms && id.seq <= lastId.seq)) continue
      fresh.push(entry)
      lastId = id
    }
    return { partition, entries: fresh, skipped: entries.length - fresh.length, lastId }
  })
}

function parseStreamId(id: string): StreamId {
  const dash = id.indexOf('-')
  return { ms: Number(id.slice(0, dash)), seq: Number(id.slice(dash + 1)) }
}

/** What becomes of the fresh entries of one partition. */
interface Decided {
  fresh: FreshPartition
  rows: HistoryRow[]
  setAside: SetAsideEntry[]
}

/** Decides for each entry: a row, or a message set aside with its reason. */
async function decide(
  transaction: Transaction,
  memory: HistoryMemory,
  batch: HistoryBatch,
  partitions: readonly FreshPartition[],
): Promise<Decided[]> {
  const entries = partitions.flatMap((fresh) => fresh.entries)
  const anchors = await findBootAnchors(transaction, memory.deviceIds, entries)
  const retentionMs = batch.retentionMs ?? defaultReportRetentionMs
  return partitions.map((fresh) => {
    const decided: Decided = { fresh, rows: [], setAside: [] }
    for (const entry of fresh.entries) {
      const outcome = outcomeOf(entry)
      if ('rejected' in outcome) decided.setAside.push({ ...entry, partition: fresh.partition, ...outcome })
      else decided.rows.push(outcome)
    }
    return decided
  })

  function outcomeOf(entry: HistoryEntry): HistoryRow | { rejected: RejectionReason; detail: string } {
    if ('rejected' in entry.decoded) return entry.decoded
    const deviceId = memory.deviceIds.get(entry.serial)
    if (deviceId === undefined) return { rejected: 'unknown-device', detail: 'no device has this serial' }
    const { report } = entry.decoded
    return historyRow(report, entry.receivedAt, {
      deviceId,
      bootedAt: anchors.of(deviceId, report.bootId),
      retentionMs,
    })
  }
}

function missingPartitions(memory: HistoryMemory, rows: readonly HistoryRow[]): TimePartition[] {
  const missing = new Map<string, TimePartition>()
  let last: TimePartition | undefined
  for (const { table, at } of rows) {
    // Neighbours nearly always share a partition; its name is not made again for each of them.
    if (last?.table === table && at >= last.fromAt && at < last.toAt) continue
    last = timePartition(table, at)
    if (!memory.partitions.has(last.name)) missing.set(last.name, last)
  }
  return [...missing.values()]
}

/** Copies the rows into their tables. Returns those that were there already. */
async function storeRows(transaction: Transaction, rows: readonly HistoryRow[]): Promise<Set<HistoryRow>> {
  const repeated = new Set<HistoryRow>()
  const tables: ReportTable[] = ['report', 'report_live']
  for (const table of tables) {
    const own = rows.filter((row) => row.table === table)
    if (own.length === 0) continue
    for (const row of await copyReports(transaction, table, own)) repeated.add(row)
  }
  return repeated
}

function ledgerStep({ fresh, rows, setAside }: Decided, repeated: ReadonlySet<HistoryRow>): LedgerStep {
  const duplicates = repeated.size === 0 ? 0 : rows.filter((row) => repeated.has(row)).length
  const { partition, skipped, lastId } = fresh
  return { partition, skipped, lastId, duplicates, stored: rows.length - duplicates, setAside: setAside.length }
}

/**
 * Ends writers that were paused in the middle of sending rows and still hold their partitions: no time-out of PostgreSQL reaches
 * a COPY that waits for its client [postgres.c, ProcessClientReadInterrupt]. Their entries are taken anew by whoever asks.
 */
async function endStalledCopies(database: Database): Promise<void> {
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and usename = current_user and state = 'active'
       and wait_event = 'ClientRead' and query like 'copy %report%' and query_start < now() - interval '5 s'`,
  )
}

/** SQLSTATE 23514 of COPY into a partitioned table: the partition was dropped since it was remembered. */
function isPartitionMissing(error: unknown): boolean {
  return codeOf(error) === '23514' && error instanceof Error && error.message.startsWith('no partition of relation')
}

function asHistoryError(error: unknown): unknown {
  return isDataError(error) ? new HistoryDataError(error) : error
}
