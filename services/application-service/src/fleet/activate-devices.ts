import { activateReportingDevices, type Database, systemScope, withScope } from '@stellacontrol/database'
import { describe, type Log, pause } from '@stellacontrol/runtime'

const everyMs = 500

/** Devices that were claimed and have now been heard of become active, many at a time; while PostgreSQL is away they wait. */
export class DeviceActivation {
  private waiting = new Set<string>()

  note(serial: string): void {
    this.waiting.add(serial)
  }

  /** Runs until the signal aborts; `onActivated` is told which devices this instance was the first to mark. */
  async run(options: {
    database: Database
    log: Log
    signal: AbortSignal
    onActivated(serials: string[]): Promise<void>
  }): Promise<void> {
    const { database, log, signal, onActivated } = options
    while (!signal.aborted) {
      await pause(everyMs, signal)
      if (this.waiting.size === 0 || signal.aborted) continue
      const serials = [...this.waiting]
      this.waiting = new Set()
      try {
        const activated = await withScope(database, systemScope, (queries) =>
          activateReportingDevices(queries, serials),
        )
        if (activated.length > 0) await onActivated(activated)
      } catch (error) {
        for (const serial of serials) this.waiting.add(serial)
        log.warn({ devices: serials.length, error: describe(error) }, 'fleet.activation-failed')
      }
    }
  }
}
