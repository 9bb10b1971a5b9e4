import { messagesLog } from '../log/catalogue.ts'
import type { LogEntry } from '../log/entry.ts'
import { inspectPartition, type PartitionState } from '../log/inspect-log.ts'
import type { RawMessage } from '../log/message-queue.ts'
import { readLog } from '../log/read-log.ts'
import type { Redis } from '../redis.ts'

export interface TestReader {
  stop(): Promise<void>
}

/** A reader of the queue inside the test's own process. */
export function startTestReader(
  redis: Redis,
  options: {
    reader: string
    instance: string
    onEntry?: (entry: LogEntry) => void | Promise<void>
    setAside?: (entry: LogEntry) => void
    isUnavailable?: (error: unknown) => boolean
    leaseMs?: number
  },
): TestReader {
  const { reader, instance, onEntry = () => {}, setAside = () => {}, leaseMs } = options
  const stopping = new AbortController()
  const readConnection = redis.openReader('queue', `${reader}:${instance}`)
  const finished = readConnection.ready().then(() =>
    readLog({
      log: messagesLog,
      reader,
      instance,
      keys: redis.keys,
      connection: redis.queue,
      readConnection,
      handle: async (batches) => {
        for (const { entries } of batches) for (const entry of entries) await onEntry(entry)
      },
      setAside: async (entry) => setAside(entry),
      isUnavailable: options.isUnavailable ?? (() => false),
      ...(leaseMs === undefined ? {} : { leaseMs }),
      signal: stopping.signal,
    }),
  )
  return {
    async stop() {
      stopping.abort()
      await finished
      await readConnection[Symbol.asyncDispose]()
    },
  }
}

/** Messages of 20 devices in turn; `receivedAt` grows with every message and names it. */
export function testMessages(count: number, prefix = 'TEST', firstAt = 1_700_000_000_000): RawMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    serial: `${prefix}${String(index % 20).padStart(4, '0')}`,
    receivedAt: firstAt + index,
    payload: Buffer.from([0, 255, index & 255, (index >> 8) & 255]),
  }))
}

/** The queue's partitions as one reader sees them. */
export function inspectQueue(redis: Redis, reader: string): Promise<PartitionState[]> {
  return Promise.all(
    Array.from({ length: redis.keys.partitions }, (_, partition) =>
      inspectPartition(redis.queue, redis.keys, { log: messagesLog, reader, partition }),
    ),
  )
}

export function sumOf(states: readonly PartitionState[], field: 'appended' | 'length' | 'queued' | 'expired'): number {
  return states.reduce((sum, state) => sum + state[field], 0)
}
