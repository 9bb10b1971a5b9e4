import { backOffMs, describe, type Log, pause } from '@stellacontrol/runtime'
import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import { isRedisUnavailable } from '../redis-errors.ts'
import type { LogSpecification } from './catalogue.ts'
import { commitBatches, isLeaseLost, leaseLost } from './commit-batches.ts'
import type { HeldPartition, LogEntry, PartitionBatch } from './entry.ts'
import { fetchBatches, type HeldBatch } from './fetch-batches.ts'
import { type OwnedPartition, PartitionLeases } from './partition-leases.ts'

/** After so many owners failed on the same cursor, entries are handled one at a time. */
const carefulAfterTakeovers = 3
/** An entry that ended the process this often while it was alone is set aside unhandled. */
const maximumTries = 3
const defaultEntriesPerPartition = 500
const blockMs = 1_000
/** Between looks when no partition is held, or nothing was there while a partition is read with care. */
const idleMs = 50

/** True while a partition of the batch in hand is surely this instance's. */
export type IsHeld = (partition: number) => boolean

export interface ReaderOptions {
  log: LogSpecification
  /** The reader's name, the same for all its instances: its service's name. */
  reader: string
  /** This instance, unique among the living. */
  instance: string
  keys: Keys
  /** For leases and commits. */
  connection: RedisConnection
  /** For blocking reads; nothing else may use it. */
  readConnection: RedisConnection
  /** Puts away an entry that fails alone while its dependencies answer, or that ends processes. */
  setAside(entry: LogEntry, partition: number, error: unknown): Promise<void>
  /** True if the error says nothing about the entries: a dependency is away. The batch is repeated until it is back. */
  isUnavailable(error: unknown): boolean
  maximumEntriesPerPartition?: number
  /** Wait this long for a batch to fill up before it is read; 0 = read at once. */
  gatherMs?: number
  /** The same while there is much to do: when the turn before brought more than one entry per partition. */
  busyGatherMs?: number
  /** How long a partition stays with an instance that gives no sign of life; 6 s unless told. The same for all instances. */
  leaseMs?: number
  /** Told after every turn in which reading worked, also when there was nothing to read, which partitions were held in it. */
  onTurn?(held: readonly HeldPartition[]): void
  /** Told after every batch that was handled and committed. */
  onBatch?(batches: PartitionBatch[], durationMs: number): void
  logger?: Log | undefined
  signal: AbortSignal
}

/** Works through batches and returns what of them is done: of each partition the first so many entries. */
export type ProcessBatches = (batches: PartitionBatch[], isHeld: IsHeld) => Promise<PartitionBatch[]>

/** Shares a log's partitions with the other instances of the reader, processes what it reads and commits what is done. */
export async function readPartitions(options: ReaderOptions, process: ProcessBatches): Promise<void> {
  const { log, reader, signal, logger } = options
  await using leases = new PartitionLeases({ ...options, owner: options.instance })
  const session: Session = { options, leases, process, gatherMs: options.gatherMs ?? 0 }
  for (let failures = 0, turn = 0; !signal.aborted; turn++) {
    try {
      const partitions = leases.usable()
      if (partitions.length === 0) await pause(idleMs, signal)
      else await readTurn(session, partitions, turn)
      options.onTurn?.(partitions)
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      const isExpected = isRedisUnavailable(error) || isLeaseLost(error) || options.isUnavailable(error)
      const fields = { log: log.name, reader, failures, error: describe(error) }
      logger?.[isExpected ? 'warn' : 'error'](fields, 'log.read-failed')
      await pause(backOffMs(failures++), signal)
    }
  }
}

interface Session {
  options: ReaderOptions
  leases: PartitionLeases
  process: ProcessBatches
  /** How long the next turn waits for its batch to fill up. */
  gatherMs: number
}

/** Partitions that keep failing their owners are read one entry at a time and after all others, which go on as usual. */
async function readTurn(session: Session, partitions: OwnedPartition[], turn: number): Promise<void> {
  const { options } = session
  const isCareful = ({ stuckTakeovers }: OwnedPartition) => stuckTakeovers >= carefulAfterTakeovers
  const careful = partitions.filter(isCareful)
  const usual = partitions.filter((partition) => !isCareful(partition))
  const one = careful[turn % (careful.length || 1)]
  const limit = options.maximumEntriesPerPartition ?? defaultEntriesPerPartition
  if (usual.length > 0 && session.gatherMs > 0) await pause(session.gatherMs, options.signal)
  const batches = usual.length === 0 ? [] : await fetchBatches(options, usual, limit, one ? 0 : blockMs)
  session.gatherMs = nextGatherMs(options, batches, { partitions: usual.length, limit })
  await work(session, batches, session.process, false)
  if (!one) return
  const single = await fetchBatches(options, [one], 1, 0)
  await work(session, single, (batch, isHeld) => processCarefully(session, one, batch, isHeld), true)
  if (batches.length === 0 && single.length === 0) await pause(idleMs, options.signal)
}

/** Where more lies than one turn can take, waiting fills no batch; where entries come in numbers, it makes larger, cheaper ones. */
function nextGatherMs(
  { gatherMs = 0, busyGatherMs = gatherMs }: ReaderOptions,
  batches: HeldBatch[],
  turn: { partitions: number; limit: number },
): number {
  if (batches.some(({ entries }) => entries.length >= turn.limit)) return 0
  const entries = batches.reduce((sum, batch) => sum + batch.entries.length, 0)
  return entries > turn.partitions ? busyGatherMs : gatherMs
}

async function work(session: Session, fetched: HeldBatch[], process: ProcessBatches, careful: boolean): Promise<void> {
  const { options, leases } = session
  const batches = fetched.filter((batch) => leases.isUsable(batch.owned))
  if (batches.length === 0) return
  const numbers = batches.map(({ partition }) => partition)
  const owned = new Map(batches.map((batch) => [batch.partition, batch.owned]))
  leases.begin(numbers)
  try {
    const startedAt = performance.now()
    const done = await process(batches, (partition) => leases.isHeld(owned.get(partition)))
    const held = done
      .filter(({ entries }) => entries.length > 0)
      .map((batch) => ({ ...batch, owned: owned.get(batch.partition) as OwnedPartition }))
    const committed = await commitBatches(options, leases, held, careful)
    if (committed.length > 0) options.onBatch?.(committed, performance.now() - startedAt)
  } finally {
    leases.done(numbers)
  }
}

/** One entry at a time, noted before it is tried, so that the entry that ends processes is found and put away. */
async function processCarefully(
  { options, process }: Session,
  owned: OwnedPartition,
  batches: PartitionBatch[],
  isHeld: IsHeld,
): Promise<PartitionBatch[]> {
  const { connection, keys, log, reader, logger } = options
  const entry = batches[0]?.entries[0] as LogEntry
  const readersKey = keys.readers(log.name, owned.partition)
  const tries = Number(await connection.call('sc1_try', [readersKey], [reader, String(owned.epoch), entry.id]))
  if (tries < 0) throw leaseLost(log, reader, owned.partition)
  if (tries < maximumTries) return process(batches, isHeld)
  logger?.error({ log: log.name, reader, partition: owned.partition, id: entry.id, tries }, 'log.entry-ends-processes')
  await options.setAside(entry, owned.partition, new Error(`ended the process ${tries} times`))
  return batches
}
