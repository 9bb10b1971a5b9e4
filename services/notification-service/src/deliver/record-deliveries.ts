import { type Database, forgetOldDeliveries, isUnavailable, type Queries } from '@stellacontrol/database'
import { describe, type Log, pause } from '@stellacontrol/runtime'

/** Notes that wait while PostgreSQL is away; beyond that the oldest are dropped, and said in the log. */
const mostNotes = 10_000
const lookEveryMs = 2_000
const forgetEveryMs = 3_600_000
const keptMs = 90 * 86_400_000

type Note = (queries: Queries) => Promise<void>

/** What PostgreSQL is told of what was sent: as soon as it answers, and nobody waits for it. */
export class DeliveryNotes {
  private readonly notes: Note[] = []
  private dropped = 0
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
      await this.flush()
      await pause(lookEveryMs, signal)
    }
    await this.flush()
  }

  /** Writes what waits. One that PostgreSQL refuses is dropped, and said in the log. */
  async flush(): Promise<void> {
    const { database, log } = this.options
    for (let note = this.notes[0]; note !== undefined; note = this.notes[0]) {
      try {
        await note(database)
      } catch (error) {
        if (isUnavailable(error)) return
        log.error({ error: describe(error) }, 'delivery.note-refused')
      }
      if (this.notes[0] === note) this.notes.shift()
    }
    if (this.dropped > 0) log.error({ dropped: this.dropped }, 'delivery.notes-dropped')
    this.dropped = 0
    await this.forgetOld()
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
