import { backOffMs, describe, pause } from '@stellacontrol/runtime'
import type { RedisConnection } from '../connection.ts'
import type { LogSpecification } from '../log/catalogue.ts'
import { compareIds, type PartitionBatch, parseReadReply } from '../log/entry.ts'
import type { Redis } from '../redis.ts'
import { isRedisUnavailable } from '../redis-errors.ts'

/** Entries of one partition per read: a burst is taken in slices that leave the event loop in between. */
const entriesPerRead = 500
const blockMs = 1_000
/** Cluster partitions lie on different nodes and cannot block in one command; they are polled. */
const clusterPollMs = 10
/** How often it is checked that nothing was trimmed before this tail had read it. */
const gapCheckEveryMs = 1_000

export interface TailOptions {
  redis: Redis
  log: LogSpecification
  /** Names the connection, e.g. "fleet". */
  name: string
  /** Called with what one read brought, each partition in order. Must not throw. */
  onEntries(batches: PartitionBatch[]): void
  /**
   * Entries of these partitions may have been missed: at the start, after Redis came back, and when a durable reader trimmed
   * faster than this tail read. Re-read the state they announce; what is appended from now on will come to `onEntries`.
   * While it rejects it is called again.
   */
  onGap(partitions: number[]): Promise<void>
  /** Told after every successful read, empty ones included. */
  onRead?(): void
  signal: AbortSignal
}

/** How far a partition was read: the id of the last entry, and how many entries had been appended up to it. */
interface Position {
  id: string
  ordinal: number
}

/** What XINFO STREAM says of a partition; a stream that does not exist has nothing. */
export interface StreamFacts {
  appended: number
  length: number
  lastId: string
}

/**
 * True if entries between the position and now were dropped unread. Exact where nothing deletes single entries: what is gone
 * is `appended - length` from the front. A stream whose newest id is older than the position lost its data.
 */
export function isGap(position: Position, facts: StreamFacts): boolean {
  const order = compareIds(position.id, facts.lastId)
  if (order > 0) return true
  return facts.appended - facts.length > position.ordinal || (order === 0 && position.ordinal !== facts.appended)
}

/**
 * Follows a durable topic without being one of its readers: no lease, no cursor, every instance sees everything that is
 * appended from now on. What it misses (see `onGap`) is told, never silently lost. Runs until the signal aborts.
 */
export async function tailTopic(options: TailOptions): Promise<void> {
  const { redis, log, name, signal } = options
  await using connection = redis.openReader(log.server, `${log.name}:tail:${name}`)
  const tail = new Tail(options, connection)
  for (let failures = 0; !signal.aborted; ) {
    try {
      await connection.ready()
      await tail.turn()
      failures = 0
    } catch (error) {
      tail.forget()
      const level = isRedisUnavailable(error) ? 'warn' : 'error'
      if (!signal.aborted) redis.log?.[level]({ log: log.name, name, failures, error: describe(error) }, 'tail.failed')
      await pause(backOffMs(failures++), signal)
    }
  }
}

class Tail {
  private readonly options: TailOptions
  private readonly connection: RedisConnection
  private readonly streams: string[]
  private readonly positions = new Map<string, Position>()
  private checkedAt = 0

  constructor(options: TailOptions, connection: RedisConnection) {
    this.options = options
    this.connection = connection
    const { keys } = options.redis
    this.streams = Array.from({ length: keys.partitions }, (_, partition) => keys.stream(options.log.name, partition))
  }

  /** The connection was lost: nobody knows what happened meanwhile. */
  forget(): void {
    this.positions.clear()
  }

  async turn(): Promise<void> {
    if (this.positions.size === 0) await this.start(this.streams)
    const isDue = performance.now() - this.checkedAt >= gapCheckEveryMs
    // Both are sent before either answers, so the facts are of the moment right after the read.
    const reading = this.read()
    const checking = isDue ? this.facts(this.streams) : undefined
    const [batches, facts] = await Promise.all([reading, checking])
    this.deliver(batches)
    this.options.onRead?.()
    if (facts) await this.check(facts)
  }

  /** Positions first, state afterwards: whatever is announced in between comes twice, and nothing is missed. */
  private async start(streams: string[]): Promise<void> {
    const facts = await this.facts(streams)
    for (const [index, stream] of streams.entries()) {
      const { lastId, appended } = facts[index] as StreamFacts
      this.positions.set(stream, { id: lastId, ordinal: appended })
    }
    this.checkedAt = performance.now()
    await this.options.onGap(streams.map((stream) => this.streams.indexOf(stream)))
  }

  private async check(facts: StreamFacts[]): Promise<void> {
    this.checkedAt = performance.now()
    const missed = this.streams.filter((stream, index) =>
      isGap(this.positions.get(stream) as Position, facts[index] as StreamFacts),
    )
    if (missed.length === 0) return
    this.options.redis.log?.warn({ log: this.options.log.name, partitions: missed.length }, 'tail.gap')
    await this.start(missed)
  }

  private deliver(batches: PartitionBatch[]): void {
    for (const { partition, entries } of batches) {
      const position = this.positions.get(this.streams[partition] as string) as Position
      position.id = entries.at(-1)?.id ?? position.id
      position.ordinal += entries.length
    }
    if (batches.length > 0) this.options.onEntries(batches)
  }

  private async read(): Promise<PartitionBatch[]> {
    if (this.connection.url.kind !== 'cluster') return this.parse([await this.readStreams(this.streams, true)])
    const replies = await Promise.all(this.streams.map((stream) => this.readStreams([stream], false)))
    const batches = this.parse(replies)
    if (batches.length === 0) await pause(clusterPollMs, this.options.signal)
    return batches
  }

  private readStreams(streams: string[], isBlocking: boolean): Promise<unknown> {
    const ids = streams.map((stream) => (this.positions.get(stream) as Position).id)
    const block = isBlocking ? ['BLOCK', String(blockMs)] : []
    const command = ['XREAD', 'COUNT', String(entriesPerRead), ...block, 'STREAMS', ...streams, ...ids]
    return this.connection.command(streams[0], command, { buffers: true })
  }

  private parse(replies: unknown[]): PartitionBatch[] {
    return replies
      .flatMap((reply) => [...parseReadReply(reply)])
      .map(([stream, entries]) => ({ partition: this.streams.indexOf(stream), entries }))
  }

  private facts(streams: string[]): Promise<StreamFacts[]> {
    return Promise.all(
      streams.map(async (stream) => {
        try {
          return parseFacts(await this.connection.command(stream, ['XINFO', 'STREAM', stream], { buffers: true }))
        } catch (error) {
          if (error instanceof Error && /no such key/i.test(error.message))
            return { appended: 0, length: 0, lastId: '0-0' }
          throw error
        }
      }),
    )
  }
}

function parseFacts(reply: unknown): StreamFacts {
  const flat = reply as unknown[]
  const facts = new Map<string, unknown>()
  for (let index = 0; index + 1 < flat.length; index += 2) facts.set(String(flat[index]), flat[index + 1])
  return {
    appended: Number(facts.get('entries-added')),
    length: Number(facts.get('length')),
    lastId: String(facts.get('last-generated-id')),
  }
}
