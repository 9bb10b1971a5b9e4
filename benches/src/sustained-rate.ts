import { setTimeout as delay } from 'node:timers/promises'
import { waitFor } from '@stellacontrol/test-servers'
import type { CountReader, Counts } from './counts.ts'
import type { Load } from './load.ts'

const convergeMs = 20_000
const firstRate = 8_000
const stepMs = 500
/** A backlog of this many seconds means that the processor does not keep up. */
const maximumBacklogSeconds = 0.75
const growth = 1.03
const retreat = 0.94

/**
 * Offers the highest rate that the whole pipeline keeps up with: raises the rate while what is accepted and stored follows what is
 * appended, lowers it when a backlog grows. A closed loop would measure the receiver alone: it acknowledges as fast as it can.
 */
class SustainedRate {
  private rate = firstRate
  private isStarted = false
  private readonly load: Load
  private readonly counts: CountReader

  constructor(load: Load, counts: CountReader) {
    this.load = load
    this.counts = counts
  }

  async hold(durationMs: number): Promise<void> {
    if (!this.isStarted) this.load.start(this.rate)
    this.isStarted = true
    for (const endAt = performance.now() + durationMs; performance.now() < endAt; ) {
      await delay(stepMs)
      const { appended, accepted, recorded } = await this.counts.progress()
      const backlog = appended - Math.min(accepted, recorded)
      this.rate *= backlog > this.rate * maximumBacklogSeconds ? retreat : growth
      this.load.setRate(this.rate)
    }
  }
}

export interface Sustained<Usage> {
  /** The least of the three that follow. */
  messagesPerSecond: number
  perSecond: { acknowledged: number; accepted: number; stored: number }
  acknowledged: number
  backlogAtEnd: number
  elapsedSeconds: number
  usage: { before: Usage; after: Usage }
}

/** The highest rate that is acknowledged, accepted and stored for so many seconds, and what `readUsage` said before and after. */
export async function measureSustained<Usage>(
  load: Load,
  counts: CountReader,
  { seconds, readUsage }: { seconds: number; readUsage: () => Usage },
): Promise<Sustained<Usage>> {
  const rate = new SustainedRate(load, counts)
  await rate.hold(convergeMs)
  const usageBefore = readUsage()
  const before = await counts.progress()
  const acknowledgedBefore = (await load.report()).acknowledged
  const startedAt = performance.now()
  await rate.hold(seconds * 1000)
  const elapsedSeconds = (performance.now() - startedAt) / 1000
  const acknowledged = (await load.report()).acknowledged - acknowledgedBefore
  const after = await counts.progress()
  const usageAfter = readUsage()
  await load.settle()
  await drained(counts)
  const perSecond = {
    acknowledged: Math.round(acknowledged / elapsedSeconds),
    accepted: Math.round((after.accepted - before.accepted) / elapsedSeconds),
    stored: Math.round((after.recorded - before.recorded) / elapsedSeconds),
  }
  return {
    messagesPerSecond: Math.min(perSecond.acknowledged, perSecond.accepted, perSecond.stored),
    perSecond,
    acknowledged,
    backlogAtEnd: after.appended - Math.min(after.accepted, after.recorded),
    elapsedSeconds,
    usage: { before: usageBefore, after: usageAfter },
  }
}

/** Waits until everything that was appended is accepted and stored. */
export async function drained(counts: CountReader): Promise<Counts> {
  return waitFor(
    async () => {
      const now = await counts.progress()
      return now.recorded === now.appended && now.accepted === now.appended ? counts.read() : undefined
    },
    { what: 'the queue to drain', deadlineMs: 600_000, intervalMs: 200 },
  )
}
