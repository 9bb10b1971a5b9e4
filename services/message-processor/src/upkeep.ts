import {
  compactClosedPartitions,
  type Database,
  isUnavailable,
  maintainPartitions,
  migrate,
  rollUpDueHours,
} from '@stellacontrol/database'
import { backOffMs, describe, type Log, pause } from '@stellacontrol/runtime'

const rollUpEveryMs = 30_000
const maintainEveryMs = 3_600_000
const compactEveryMs = 86_400_000

interface Upkeep {
  database: Database
  log: Log
  signal: AbortSignal
}

/** Brings the database up to date, however long it takes PostgreSQL to be there. */
export async function prepareDatabase({ database, log, signal }: Upkeep): Promise<void> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await migrate(database)
      await maintainPartitions(database, { now: Date.now() })
      return
    } catch (error) {
      if (!isUnavailable(error)) throw error
      log.warn({ attempt, error: describe(error) }, 'database.waiting')
      await pause(backOffMs(attempt, 5_000), signal)
    }
  }
}

/** Rolls up hours, makes and drops partitions, packs closed ones; until the signal aborts. Any number of instances may do it. */
export async function maintainHistory({ database, log, signal }: Upkeep): Promise<void> {
  for (let maintainedAt = Date.now(), compactedAt = 0; !signal.aborted; ) {
    await pause(rollUpEveryMs, signal)
    try {
      while (!signal.aborted && (await rollUpDueHours(database, { now: Date.now() })) > 0);
      if (signal.aborted) return
      if (Date.now() - maintainedAt > maintainEveryMs) {
        await maintainPartitions(database, { now: Date.now() })
        maintainedAt = Date.now()
      }
      if (Date.now() - compactedAt > compactEveryMs) {
        await compactClosedPartitions(database, { now: Date.now() })
        compactedAt = Date.now()
      }
    } catch (error) {
      log.warn({ error: describe(error) }, 'history.maintenance-failed')
    }
  }
}
