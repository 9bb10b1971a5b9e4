import { backOffMs, describe, type Log, messageOf, pause } from '@stellacontrol/runtime'
import { isRedisUnavailable, type RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import type { LogSpecification } from './catalogue.ts'
import { type LogEntry, type PartitionBatch, parseReadReply } from './entry.ts'
import { isolate } from './isolate.ts'
import { type OwnedPartition, PartitionLeases } from './partition-leases.ts'

/** After so many owners failed on the same cursor, entries are handled one at a time. */
const carefulAfterTakeovers = 3
/** An entry that ended the process this often while it was alone is set aside unhandled. */
const maximumTries = 3
const blockMs = 1_000
/** Cluster partitions lie on different nodes and cannot block in one command; they are polled. */
const clusterPollMs = 10

export interface ReadLogOptions {
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
  /**
   * Handles one batch, of several partitions at once, each in order. It must be safe to repeat. Throwing means "not done":
   * the batch comes again, divided until the entry that fails alone is found.
   */
  handle(batches: PartitionBatch[]): Promise<void>
  /** Puts away an entry that fails alone while its dependencies answer. */
  setAside(entry: LogEntry, partition: number, error: unknown): Promise<void>
  /** True if the error says nothing about the entries: a dependency is away. The batch is repeated until it is back. */
  isUnavailable(error: unknown): boolean
  maximumEntriesPerPartition?: number
  /** Wait this long for a batch to fill up before it is handled; 0 = handle at once. */
  gatherMs?: number
  /** Told after every turn in which reading worked, also when there was nothing to read. */
  onTurn?(): void
  /** Told after every batch that was handled and committed. */
  onBatch?(batches: PartitionBatch[], durationMs: number): void
  logger?: Log | undefined
  signal: AbortSignal
}

/**
 * Reads a log until the signal aborts: takes part in the sharing of its partitions, handles batches in order per partition,
 * and commits what was handled. At least once: after a crash the last batch comes again.
 */
export async function readLog(options: ReadLogOptions): Promise<void> {
  const { log, reader, signal, logger } = options
  await using leases = new PartitionLeases({ ...options, owner: options.instance })
  for (let failures = 0, turn = 0; !signal.aborted; turn++) {
    try {
      const partitions = leases.usable()
      if (partitions.length === 0) await pause(50, signal)
      else await readTurn(options, leases, partitions, turn)
      options.onTurn?.()
      failures = 0
    } catch (error) {
      const level = isRedisUnavailable(error) || options.isUnavailable(error) ? 'warn' : 'error'
      logger?.[level]({ log: log.name, reader, failures, error: describe(error) }, 'log.read-failed')
      await pause(backOffMs(failures++), signal)
    }
  }
}

/** Partitions that keep failing their owners are read one entry at a time, every other turn; all others as usual. */
async function readTurn(
  options: ReadLogOptions,
  leases: PartitionLeases,
  partitions: OwnedPartition[],
  turn: number,
): Promise<void> {
  const isCareful = ({ stuckTakeovers }: OwnedPartition) => stuckTakeovers >= carefulAfterTakeovers
  const careful = partitions.filter(isCareful)
  const usual = partitions.filter((partition) => !isCareful(partition))
  const one = careful[turn % (careful.length || 1)]
  if (one && (turn % 2 === 0 || usual.length === 0)) {
    const [batch] = await fetchBatches(options, [one], 1)
    if (batch) await work(options, leases, [batch], one)
  } else {
    await work(
      options,
      leases,
      await fetchBatches(options, usual, options.maximumEntriesPerPartition ?? 500),
      undefined,
    )
  }
}

async function work(
  options: ReadLogOptions,
  leases: PartitionLeases,
  batches: PartitionBatch[],
  careful: OwnedPartition | undefined,
): Promise<void> {
  const held = new Set(leases.usable().map(({ partition }) => partition))
  const ours = batches.filter(({ partition }) => held.has(partition))
  if (ours.length === 0) return
  const numbers = ours.map(({ partition }) => partition)
  leases.begin(numbers)
  try {
    const startedAt = performance.now()
    if (careful && ours[0]) await handleCarefully(options, careful, ours[0])
    else await handleBatches(options, ours)
    await commitBatches(options, leases, ours, careful !== undefined)
    options.onBatch?.(ours, performance.now() - startedAt)
  } finally {
    leases.done(numbers)
  }
}

async function fetchBatches(
  options: ReadLogOptions,
  partitions: OwnedPartition[],
  limit: number,
): Promise<PartitionBatch[]> {
  const { keys, log, readConnection, gatherMs = 0, signal } = options
  if (gatherMs > 0) await pause(gatherMs, signal)
  const block = limit === 1 ? undefined : blockMs
  const byStream = new Map(partitions.map((partition) => [keys.stream(log.name, partition.partition), partition]))
  const replies = readConnection.url.kind === 'cluster' ? await poll() : [await read([...byStream.keys()], block)]
  return replies
    .flatMap((reply) => [...parseReadReply(reply)])
    .map(([stream, entries]) => ({ partition: (byStream.get(stream) as OwnedPartition).partition, entries }))

  function read(streams: string[], waitMs: number | undefined): Promise<unknown> {
    const cursors = streams.map((stream) => (byStream.get(stream) as OwnedPartition).cursor)
    const blocking = waitMs === undefined ? [] : ['BLOCK', String(waitMs)]
    const command = ['XREAD', 'COUNT', String(limit), ...blocking, 'STREAMS', ...streams, ...cursors]
    return readConnection.command(streams[0], command, { buffers: true })
  }

  async function poll(): Promise<unknown[]> {
    const replies = await Promise.all([...byStream.keys()].map((stream) => read([stream], undefined)))
    if (replies.every((reply) => parseReadReply(reply).size === 0)) await pause(clusterPollMs, signal)
    return replies
  }
}

/** Handles batches until they are done: repeats while a dependency is away, divides when the data is to blame. */
async function handleBatches(options: ReadLogOptions, batches: PartitionBatch[]): Promise<void> {
  const { signal, logger, log, reader } = options
  await isolate({
    batches,
    handle: async (part) => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await options.handle(part)
        } catch (error) {
          if (!options.isUnavailable(error) || signal.aborted) throw error
          const entries = part.reduce((sum, batch) => sum + batch.entries.length, 0)
          if (attempt % 20 === 0) {
            logger?.warn(
              { log: log.name, reader, entries, attempt, error: messageOf(error) },
              'log.waiting-for-dependency',
            )
          }
          await pause(backOffMs(attempt), signal)
        }
      }
    },
    setAside: options.setAside,
    isUnavailable: options.isUnavailable,
  })
}

/** One entry at a time, noted before it is tried, so that the entry that ends processes is found and put away. */
async function handleCarefully(options: ReadLogOptions, owned: OwnedPartition, batch: PartitionBatch): Promise<void> {
  const { connection, keys, log, reader, logger } = options
  const entry = batch.entries[0] as LogEntry
  const readersKey = keys.readers(log.name, owned.partition)
  const tries = Number(await connection.call('sc1_try', [readersKey], [reader, String(owned.epoch), entry.id]))
  if (tries < maximumTries) return handleBatches(options, [batch])
  logger?.error({ log: log.name, reader, partition: owned.partition, id: entry.id, tries }, 'log.entry-ends-processes')
  await options.setAside(entry, owned.partition, new Error(`ended the process ${tries} times`))
}

async function commitBatches(
  options: ReadLogOptions,
  leases: PartitionLeases,
  batches: PartitionBatch[],
  careful: boolean,
): Promise<void> {
  const { connection, keys, log, reader, logger } = options
  const required = log.requiredReaders.join(' ')
  const results = await Promise.allSettled(
    batches.map(async ({ partition, entries }) => {
      const owned = leases.owned.get(partition)
      const last = entries.at(-1)
      if (!owned || !last) return
      const streamKeys = [keys.stream(log.name, partition), keys.readers(log.name, partition)]
      const carefulEntries = careful ? entries.length : 0
      await connection.call('sc1_commit', streamKeys, [
        reader,
        String(owned.epoch),
        last.id,
        String(carefulEntries),
        required,
      ])
      owned.cursor = last.id
      if (!careful) owned.stuckTakeovers = 0
    }),
  )
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') continue
    const partition = batches[index]?.partition ?? -1
    if (!messageOf(result.reason).startsWith('STALEEPOCH')) throw result.reason
    logger?.warn({ log: log.name, reader, partition }, 'log.lease-lost')
    leases.lost(partition)
  }
}
