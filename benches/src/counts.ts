import { readLedger } from '@stellacontrol/database'
import type { Stack } from '@stellacontrol/e2e'
import {
  checkInstallation,
  inspectPartition,
  type LogSpecification,
  messagesLog,
  openRedis,
  type Redis,
  statusLog,
} from '@stellacontrol/redis'

/** The platform's own counters, read from where they are kept. */
export interface Counts {
  appended: number
  accepted: number
  stored: number
  duplicates: number
  setAside: number
  queued: number
}

export class CountReader implements AsyncDisposable {
  private readonly stack: Stack
  private readonly redis: Redis
  private generation = ''

  constructor(stack: Stack) {
    this.stack = stack
    this.redis = openRedis({ name: 'bench', environment: stack.environment })
  }

  async read(): Promise<Counts> {
    await this.connect()
    const [messages, statuses, ledger] = await Promise.all([
      this.inspect(messagesLog, 'history'),
      this.inspect(statusLog, 'bench-subscriber'),
      readLedger(this.stack.database, this.generation),
    ])
    return {
      appended: messages.appended,
      accepted: statuses.appended,
      stored: sum(ledger.map(({ stored }) => stored)),
      duplicates: sum(ledger.map(({ duplicates }) => duplicates)),
      setAside: sum(ledger.map(({ setAside }) => setAside)),
      queued: messages.queued,
    }
  }

  /** Cheap: how many messages were appended, accepted and dealt with by the history. */
  async progress(): Promise<{ appended: number; accepted: number; recorded: number }> {
    await this.connect()
    const [appended, accepted, ledger] = await Promise.all([
      this.entriesAdded(messagesLog),
      this.entriesAdded(statusLog),
      readLedger(this.stack.database, this.generation),
    ])
    return { appended, accepted, recorded: sum(ledger.map((row) => row.stored + row.duplicates + row.setAside)) }
  }

  private async connect(): Promise<void> {
    if (this.generation !== '') return
    await Promise.all([this.redis.queue.ready(), this.redis.state.ready()])
    this.generation = (await checkInstallation(this.redis)).generation
  }

  private async entriesAdded({ name, server }: LogSpecification): Promise<number> {
    const connection = server === 'queue' ? this.redis.queue : this.redis.state
    const partitions = Array.from({ length: this.redis.keys.partitions }, (_, partition) => partition)
    const counts = await Promise.all(
      partitions.map(async (partition) => {
        const stream = this.redis.keys.stream(name, partition)
        try {
          const facts = await connection.command(stream, ['XINFO', 'STREAM', stream])
          return Number((facts as Record<string, number>)['entries-added'] ?? 0)
        } catch {
          return 0
        }
      }),
    )
    return sum(counts)
  }

  async queueMemoryBytes(): Promise<number> {
    await this.connect()
    const info = String(await this.redis.queue.command(undefined, ['INFO', 'memory']))
    return Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0)
  }

  private async inspect(log: LogSpecification, reader: string): Promise<{ appended: number; queued: number }> {
    const connection = log.server === 'queue' ? this.redis.queue : this.redis.state
    let appended = 0
    let queued = 0
    for (let partition = 0; partition < this.redis.keys.partitions; partition++) {
      const state = await inspectPartition(connection, this.redis.keys, { log, reader, partition })
      appended += state.appended
      queued += state.queued
    }
    return { appended, queued }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.redis[Symbol.asyncDispose]()
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
