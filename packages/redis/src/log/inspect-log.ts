import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import type { LogSpecification } from './catalogue.ts'
import { parseEntries } from './entry.ts'

/** One partition of a log as one reader sees it. */
export interface PartitionState {
  partition: number
  /** Entries ever appended. */
  appended: number
  /** Entries in the stream now, read or not. */
  length: number
  /** Entries after `afterId`, counted. */
  queued: number
  /** When the oldest of them was appended, epoch ms; undefined if there is none. */
  oldestQueuedAt: number | undefined
  /** Entries dropped before this reader had read them. */
  expired: number
  /** The reader's cursor; undefined before its first lease. */
  cursor: string | undefined
  lastId: string
}

type InspectReply = [
  appended: number,
  length: number,
  counted: number,
  firstId: string,
  expired: number,
  cursor: string,
  lastId: string,
]

/**
 * Reads the state of one partition, in constant time. `afterId` defaults to the reader's own cursor; only for an id that is
 * thousands of entries away from it the entries in between are counted one by one.
 */
export async function inspectPartition(
  connection: RedisConnection,
  keys: Keys,
  options: { log: LogSpecification; reader: string; partition: number; afterId?: string },
): Promise<PartitionState> {
  const { log, reader, partition } = options
  const stream = keys.stream(log.name, partition)
  const readers = keys.readers(log.name, partition)
  const values = [reader, options.afterId ?? '']
  const reply = (await connection.call('sc1_inspect', [stream, readers], values)) as InspectReply
  const [appended, length, counted, firstId, expired, cursor, lastId] = reply
  const afterId = options.afterId || cursor || '0-0'
  return {
    partition,
    appended,
    length,
    queued: counted >= 0 ? counted : await countAfter(connection, stream, afterId, lastId),
    oldestQueuedAt: firstId === '' ? undefined : Number(firstId.split('-')[0]),
    expired,
    cursor: cursor === '' ? undefined : cursor,
    lastId,
  }
}

/** Counts the entries in (afterId, lastId] page by page. */
async function countAfter(
  connection: RedisConnection,
  stream: string,
  afterId: string,
  lastId: string,
): Promise<number> {
  const pageEntries = 2_000
  let count = 0
  for (let from = afterId; ; ) {
    const command = ['XRANGE', stream, `(${from}`, lastId, 'COUNT', String(pageEntries)]
    const entries = parseEntries(await connection.command(stream, command, { buffers: true }))
    count += entries.length
    const last = entries.at(-1)
    if (!last || entries.length < pageEntries) return count
    from = last.id
  }
}
