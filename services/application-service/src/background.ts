import { type Database, isUnavailable, migrate } from '@stellacontrol/database'
import { checkInstallation, isRedisUnavailable, type Redis } from '@stellacontrol/redis'
import { backOffMs, describe, type Log, pause, type ServiceContext } from '@stellacontrol/runtime'
import type { Application } from './application.ts'
import type { FleetFeed } from './fleet/fleet-feed.ts'

/** A database that hangs must not hold up the end of the service. */
const stopWaitMs = 2_000

/**
 * Everything that goes on between requests, until the signal aborts. What cannot be cured by waiting (another number of
 * partitions, a database of a newer version) rejects unhandled and so ends the service.
 */
export function runBackground(
  { log, signal }: ServiceContext,
  { database, redis, figures, ledger }: Application,
  feed: FleetFeed,
): AsyncDisposable {
  const prepared = prepareDatabase(database, log, signal)
  const finished = Promise.all([
    checkQueue(redis, log, signal),
    feed.run(prepared),
    figures.run(signal),
    prepared.then(() => ledger.run(signal)),
  ])
  return {
    [Symbol.asyncDispose]: async () => void (await Promise.race([finished, pause(stopWaitMs)])),
  }
}

/** Brings the schema up to date, waiting for a database that is away. */
async function prepareDatabase(database: Database, log: Log, signal: AbortSignal): Promise<void> {
  await persist('database.waiting', log, signal, isUnavailable, async () => {
    const applied = await migrate(database)
    if (applied.length > 0) log.info({ applied }, 'database.migrated')
  })
}

async function checkQueue(redis: Redis, log: Log, signal: AbortSignal): Promise<void> {
  await persist('queue.waiting', log, signal, isRedisUnavailable, async () => void (await checkInstallation(redis)))
}

/** Repeats `work` while waiting may help. */
async function persist(
  event: string,
  log: Log,
  signal: AbortSignal,
  isCurable: (error: unknown) => boolean,
  work: () => Promise<void>,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) return
      if (!isCurable(error)) throw error
      log.warn({ failures, error: describe(error) }, event)
      await pause(backOffMs(failures), signal)
    }
  }
}
