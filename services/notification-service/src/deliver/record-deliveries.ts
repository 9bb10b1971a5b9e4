import { setTimeout as delay } from 'node:timers/promises'
import { type Database, forgetOldDeliveries, isUnavailable, type Queries } from '@stellacontrol/database'
import { describe, type Log, pause } from '@stellacontrol/runtime'

/** Notes that wait while PostgreSQL is away; beyond that the oldest are dropped, and said in the log. */
const mostNotes = 10_000
const lookEveryMs = 2_000
/** A PostgreSQL that takes longer holds nobody up: it counts as away. */
const answersWithinMs = 1_000
const forgetEveryMs = 3_600_000
const keptMs = 90 * 86_400_000

type Note = (queries: Queries) => Promise<void>

/** What PostgreSQL is told of what was sent: as soon as it answers, and nobody waits for it while it is away. */
export class DeliveryNotes {
  private readonly notes: Note[] = []
  private dropped = 0
  private isAway = false
  private writing: Promise<void> | undefined
  private forgottenAt = 0
  private readonly options: { database: Database; log: Log }

  constructor(options: DeliveryNotes['options']) {
    this.options = options
  }

  add(note: Note): void {
    if (this.notes.length >= mostNotes) {
      this.notes.shift()
      this.dropped++
    }
    this.notes.push(note)
  }

  /** Writes what waits, again and again until the signal aborts, and once more then. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.write()
      await this.forgetOld()
      await pause(lookEveryMs, signal)
    }
    await this.write()
  }

  /** Resolves once everything noted so far is written; at once while PostgreSQL is away. */
  async written(): Promise<void> {
    if (this.isAway) return
    const isInTime = this.write().then(() => true)
    if (!(await Promise.race([isInTime, delay(answersWithinMs, false, { ref: false })]))) this.isAway = true
  }

  private async write(): Promise<void> {
    if (this.notes.length > 0) this.writing ??= this.writeAll()
    await this.writing
  }

  /** Writes what waits. One that PostgreSQL refuses is dropped, and said in the log. */
  private async writeAll(): Promise<void> {
    const { database, log } = this.options
    try {
      for (let note = this.notes[0]; note !== undefined; note = this.notes[0]) {
        try {
          await note(database)
          this.isAway = false
        } catch (error) {
          this.isAway = isUnavailable(error)
          if (this.isAway) return
          log.error({ error: describe(error) }, 'delivery.note-refused')
        }
        if (this.notes[0] === note) this.notes.shift()
      }
      if (this.dropped > 0) log.error({ dropped: this.dropped }, 'delivery.notes-dropped')
      this.dropped = 0
    } finally {
      this.writing = undefined
    }
  }

  private async forgetOld(): Promise<void> {
    if (Date.now() - this.forgottenAt < forgetEveryMs) return
    try {
      await forgetOldDeliveries(this.options.database, keptMs)
      this.forgottenAt = Date.now()
    } catch (error) {
      if (!isUnavailable(error)) this.options.log.error({ error: describe(error) }, 'delivery.forgetting-failed')
    }
  }
}
