import { backOffMs, CodedError, describe, type Log, messageOf, pause } from '@stellacontrol/runtime'
import type { LogEntry, PartitionBatch } from '../log/entry.ts'
import type { IsHeld } from '../log/read-partitions.ts'
import { isRedisUnavailable } from '../redis-errors.ts'

/** A message whose handler failed this often in a row, over about ten seconds, is set aside for people to look at. */
export const maximumAttempts = 10
/** Between looks while every message in hand waits for its next attempt. */
const idleMs = 50

/** Thrown by a handler: this message can never be handled; put it aside at once and go on. */
export class RejectedMessage extends Error {
  override readonly name = 'RejectedMessage'
}

export type FailureVerdict = 'wait' | 'retry' | 'set-aside'

/** What becomes of a message whose handler failed. Errors that say "somebody is away" never count against it. */
export function decideFailure(error: unknown, attempts: number): FailureVerdict {
  if (error instanceof RejectedMessage) return 'set-aside'
  const isAway = error instanceof CodedError && /-(unavailable|overloaded)$/.test(error.code)
  if (isAway || isRedisUnavailable(error)) return 'wait'
  return attempts >= maximumAttempts ? 'set-aside' : 'retry'
}

/** The message that a partition is stuck at. */
interface Failure {
  id: string
  attempts: number
  retryAt: number
}

/**
 * Hands the entries of a topic to a handler, one after the other within a partition, partitions side by side. A message that
 * failed is tried again a little later; meanwhile its own partition waits, for the order's sake, and no other one.
 */
export class TopicHandler<Payload> {
  private readonly failures = new Map<number, Failure>()
  private readonly options: {
    topic: string
    handler: (payload: Payload) => void | Promise<void>
    setAside: (entry: LogEntry, partition: number, error: unknown) => Promise<void>
    signal: AbortSignal
    log: Log | undefined
  }

  constructor(options: TopicHandler<Payload>['options']) {
    this.options = options
  }

  /** Returns the entries that are done, of each partition the first so many. */
  async handle(batches: PartitionBatch[], isHeld: IsHeld): Promise<PartitionBatch[]> {
    const done = await Promise.all(batches.map((batch) => this.handlePartition(batch, isHeld)))
    if (done.every(({ entries }) => entries.length === 0)) await pause(idleMs, this.options.signal)
    return done
  }

  private async handlePartition({ partition, entries }: PartitionBatch, isHeld: IsHeld): Promise<PartitionBatch> {
    let done = 0
    for (const entry of entries) {
      if (this.options.signal.aborted || !isHeld(partition)) break
      if (!(await this.settle(partition, entry))) break
      done++
    }
    return { partition, entries: entries.slice(0, done) }
  }

  /** True if the entry is done: handled, or set aside. Never throws. */
  private async settle(partition: number, entry: LogEntry): Promise<boolean> {
    const known = this.failures.get(partition)
    const failure = known?.id === entry.id ? known : { id: entry.id, attempts: 0, retryAt: 0 }
    if (performance.now() < failure.retryAt) return false
    try {
      const handled = this.options.handler(parseMessage<Payload>(entry))
      if (handled) await handled
    } catch (error) {
      return this.fail(partition, entry, failure, error)
    }
    this.failures.delete(partition)
    return true
  }

  private async fail(partition: number, entry: LogEntry, failure: Failure, error: unknown): Promise<boolean> {
    const { topic, log, setAside } = this.options
    failure.attempts++
    const verdict = decideFailure(error, failure.attempts)
    if (verdict === 'set-aside') {
      try {
        await setAside(entry, partition, error)
        this.failures.delete(partition)
        return true
      } catch (cause) {
        log?.warn({ topic, partition, id: entry.id, error: messageOf(cause) }, 'bus.set-aside-failed')
      }
    }
    const fields = { topic, partition, serial: entry.serial, id: entry.id, attempts: failure.attempts }
    log?.warn({ ...fields, error: describe(error) }, 'bus.handler-failed')
    failure.retryAt = performance.now() + backOffMs(failure.attempts)
    // What waits for somebody who is away is not an attempt.
    if (verdict === 'wait') failure.attempts = Math.min(failure.attempts, maximumAttempts - 1)
    this.failures.set(partition, failure)
    return false
  }
}

function parseMessage<Payload>(entry: LogEntry): Payload {
  try {
    return JSON.parse(entry.fields.get('m')?.toString() ?? '')
  } catch (error) {
    throw new RejectedMessage('not a message of this topic', { cause: error })
  }
}
