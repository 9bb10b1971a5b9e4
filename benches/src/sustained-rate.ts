import { setTimeout as delay } from 'node:timers/promises'
import type { CountReader } from './counts.ts'
import type { Load } from './load.ts'

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
export class SustainedRate {
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
