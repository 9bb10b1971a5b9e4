import {
  appendMessages,
  isRedisUnavailable,
  type Keys,
  type RawMessage,
  type RedisConnection,
} from '@stellacontrol/redis'
import { backOffMs, CodedError, type Log, messageOf, pause } from '@stellacontrol/runtime'

/** One append takes at most this many messages: about a quarter of a megabyte. */
const maximumBatch = 1_000
/** A message waits this long for a queue that is away before its connection is given up. */
const patienceMs = 10_000
const longestPauseMs = 500

interface AppendStatistics {
  appended: (messages: number, durationMs: number) => void
  failed: () => void
  /** Given back unconfirmed. */
  refused: (messages: number) => void
}

export interface AppendLaneOptions {
  queue: RedisConnection
  keys: Keys
  statistics: AppendStatistics
  log: Log
}

interface Waiting {
  message: RawMessage
  enteredAt: number
  done: (error?: Error) => void
}

/**
 * Appends messages in the order in which they entered: one append is under way at a time and is repeated in its place. When it is
 * given up, whatever entered behind it is refused as well, because the devices send everything again in order: a report that
 * overtook an older one of its device would hide that from the live view for ever.
 */
export class AppendLane {
  private waiting: Waiting[] = []
  private waitingMessages = 0
  private isBusy = false
  private readonly options: AppendLaneOptions

  constructor(options: AppendLaneOptions) {
    this.options = options
  }

  /** Messages that have entered and have not been confirmed or refused. */
  get pending(): number {
    return this.waitingMessages
  }

  append(message: RawMessage, done: (error?: Error) => void): void {
    this.waitingMessages++
    this.waiting.push({ message, enteredAt: performance.now(), done })
    if (this.isBusy) return
    this.isBusy = true
    // One turn of the event loop collects what all sockets have delivered.
    setImmediate(() => void this.flush())
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, maximumBatch)
      const error = await this.appendBatch(batch)
      const settled = error === undefined ? batch : batch.concat(this.waiting.splice(0))
      this.waitingMessages -= settled.length
      if (error !== undefined) this.options.statistics.refused(settled.length)
      for (const { done } of settled) done(error)
    }
    this.isBusy = false
  }

  /** Repeats while the queue is away, as long as the oldest message's patience lasts. Returns why it gave up. */
  private async appendBatch(batch: Waiting[]): Promise<Error | undefined> {
    const { queue, keys, statistics, log } = this.options
    const messages = batch.map(({ message }) => message)
    const giveUpAt = (batch[0]?.enteredAt ?? performance.now()) + patienceMs
    for (let attempt = 0; ; attempt++) {
      const startedAt = performance.now()
      try {
        await appendMessages(queue, keys, messages)
        statistics.appended(messages.length, performance.now() - startedAt)
        return undefined
      } catch (error) {
        statistics.failed()
        if (attempt % 10 === 0) {
          log.warn({ messages: messages.length, attempt, error: messageOf(error) }, 'queue.append-failed')
        }
        if (!isRedisUnavailable(error) || performance.now() >= giveUpAt) {
          return new CodedError('queue-unavailable', 'the queue did not take the message', { cause: error })
        }
        await pause(backOffMs(attempt, longestPauseMs))
      }
    }
  }
}
