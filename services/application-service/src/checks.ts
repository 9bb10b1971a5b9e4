import type { Check, Readiness } from '@stellacontrol/runtime'
import type { FleetIndex } from './fleet/fleet-index.ts'

/** A read of the tail comes every second, and a sample of Redis too; ten missing ones are not bad luck. */
const recentMs = 10_000

/**
 * This instance is ready when it knows the fleet and follows it. PostgreSQL's absence is told beside, and does not count: live
 * state goes on without it.
 */
export function addChecks(readiness: Readiness) {
  return {
    tail: readiness.addRecency('status-tail', recentMs),
    redis: readiness.addRecency('redis', recentMs),
    addFleet: (index: FleetIndex) =>
      readiness.add('fleet', () => ({
        ok: index.isLoaded,
        detail: index.isLoaded ? `${index.size} devices` : 'not yet',
      })),
    database: new DatabaseCheck(),
  }
}

/** How the newest use of PostgreSQL went. */
class DatabaseCheck {
  private isOk = false
  private at = Date.now()

  /** Takes the outcome of a use: an error, or nothing for success. */
  readonly note = (error?: unknown): void => {
    this.isOk = error === undefined
    this.at = Date.now()
  }

  /** What exactly failed stands in the log: whoever asks need not know where the database is. */
  readonly check = (): Check => {
    return { ok: this.isOk, detail: `${this.isOk ? 'worked' : 'failed'} ${Date.now() - this.at} ms ago` }
  }
}
