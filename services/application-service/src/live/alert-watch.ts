/** News that wait for a reader; beyond it the oldest are dropped, and the reader is told to read the list again. */
const maximumPending = 200
/** An incident is in the database a moment after it is on the bus: counts are read again until then. */
export const settleMs = 3_000

/** What one connection is to be sent of incidents. Pure state: no clock, no I/O. */
export class AlertWatch {
  isWatching = false
  /** Epoch ms until which the counts may still change by what has happened. */
  recountUntil = 0
  private pending: string[] = []
  private counts: string | undefined
  private countsAreDue = false
  private missed = false

  /** The present counts are sent as soon as they are known. */
  watch(isWatching: boolean, now: number): void {
    Object.assign(this, { isWatching, pending: [], counts: undefined, countsAreDue: false, missed: false })
    this.recountUntil = isWatching ? now + settleMs : 0
  }

  push(message: string, now: number): void {
    this.recountUntil = now + settleMs
    this.pending.push(message)
    if (this.pending.length <= maximumPending) return
    this.pending.shift()
    this.missed = true
  }

  /** Takes counts (JSON) over; the same as before are no news. */
  count(counts: string): void {
    if (counts === this.counts && !this.missed) return
    this.counts = counts
    this.countsAreDue = true
  }

  get hasNews(): boolean {
    return this.pending.length > 0 || this.countsAreDue
  }

  take(): string[] {
    const messages = this.pending
    if (this.countsAreDue) {
      messages.push(`{"type":"alert-counts","open":${this.counts},"missed":${this.missed}}`)
      this.missed = false
    }
    this.pending = []
    this.countsAreDue = false
    return messages
  }
}
