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
/** Two appends under way keep Redis busy while the replies of the first are handed out; more only shrink the batches. */
const maximumAppends = 2
/** Messages that wait for the queue's reply, at most; beyond that they are refused and the devices send again. */
const maximumWaiting = 20_000
/** A message waits this long for a queue that is away before its connection is given up. */
const patienceMs = 10_000

interface Waiting {
  message: RawMessage
  enteredAt: number
  done: (error?: Error) => void
}

export interface AppendStatistics {
  appended: (messages: number, durationMs: number) => void
  failed: () => void
}

/**
 * Gathers messages of all connections into few appends. `append` calls back without an error only after the queue's reply,
 * which it gives after its fsync; that is the moment from which PUBACK may be sent.
 */
export class AppendBatcher {
  private readonly waiting: Waiting[] = []
  private underWay = 0
  private flushScheduled = false
  private waitingMessages = 0
  private readonly queue: RedisConnection
  private readonly keys: Keys
  private readonly statistics: AppendStatistics
  private readonly log: Log

  constructor(options: { queue: RedisConnection; keys: Keys; statistics: AppendStatistics; log: Log }) {
    this.queue = options.queue
    this.keys = options.keys
    this.statistics = options.statistics
    this.log = options.log
  }

  /** Messages that have entered and have not been confirmed or refused. */
  get pending(): number {
    return this.waitingMessages
  }

  append(message: RawMessage, done: (error?: Error) => void): void {
    if (this.waitingMessages >= maximumWaiting) {
      done(new CodedError('queue-overloaded', `${this.waitingMessages} messages wait for the queue`))
      return
    }
    this.waitingMessages++
    this.waiting.push({ message, enteredAt: performance.now(), done })
    this.scheduleFlush()
  }

  /** One turn of the event loop collects what all sockets have delivered. */
  private scheduleFlush(): void {
    if (this.flushScheduled || this.underWay >= maximumAppends || this.waiting.length === 0) return
    this.flushScheduled = true
    setImmediate(() => {
      this.flushScheduled = false
      void this.flush()
    })
  }

  private async flush(): Promise<void> {
    const batch = this.waiting.splice(0, maximumBatch)
    if (batch.length === 0) return
    this.underWay++
    const error = await this.appendBatch(batch)
    this.underWay--
    this.waitingMessages -= batch.length
    for (const { done } of batch) done(error)
    this.scheduleFlush()
  }

  /** Repeats while the queue is away, as long as the oldest message's patience lasts. Returns why it gave up. */
  private async appendBatch(batch: Waiting[]): Promise<Error | undefined> {
    const messages = batch.map(({ message }) => message)
    const giveUpAt = (batch[0]?.enteredAt ?? performance.now()) + patienceMs
    for (let attempt = 0; ; attempt++) {
      const startedAt = performance.now()
      try {
        await appendMessages(this.queue, this.keys, messages)
        this.statistics.appended(messages.length, performance.now() - startedAt)
        return undefined
      } catch (error) {
        this.statistics.failed()
        if (attempt % 10 === 0) {
          this.log.warn({ messages: messages.length, attempt, error: messageOf(error) }, 'queue.append-failed')
        }
        if (!isRedisUnavailable(error) || performance.now() >= giveUpAt) {
          return new CodedError('queue-unavailable', 'the queue did not take the message', { cause: error })
        }
        await pause(backOffMs(attempt, 500))
      }
    }
  }
}
