import { checkSchema, isUnavailable, migrate, openDatabase } from '@stellacontrol/database'
import { MessageType } from '@stellacontrol/protocol'
import { checkInstallation, isRedisUnavailable, type Redis, subscribeMessage } from '@stellacontrol/redis'
import { backOffMs, CodedError, describe, type Log, pause, type ServiceContext } from '@stellacontrol/runtime'
import type { Application } from './application.ts'
import type { FleetFeed } from './fleet/fleet-feed.ts'
import { AlertFeed } from './live/alert-feed.ts'
import { checkConnections } from './live/live-routes.ts'
import { mailReports } from './report-mail/report-mails.ts'

/** A database that hangs must not hold up the end of the service. */
const stopWaitMs = 2_000

/**
 * Everything that goes on between requests, until the signal aborts. What cannot be cured by waiting (another number of
 * partitions, a database of a newer version) rejects unhandled and so ends the service.
 */
export function runBackground(
  { log, signal }: ServiceContext,
  application: Application,
  { feed, ownerUrl, now }: { feed: FleetFeed; ownerUrl: string | undefined; now: () => number },
): AsyncDisposable {
  const { database, redis, figures, ledger, mails, publicUrl } = application
  const mailing = { database, log, publicUrl, now, notice: () => mails.notice() }
  const prepared = persist('database.waiting', log, signal, isCurable, async () => {
    if (ownerUrl === undefined) await checkSchema(database)
    else await bringUpToDate(ownerUrl, log)
  })
  const finished = Promise.all([
    followRights(application, signal),
    followAlerts(application, prepared, signal),
    checkQueue(redis, log, signal),
    feed.run(prepared),
    figures.run(signal),
    prepared.then(() => ledger.run(signal)),
    prepared.then(() => mails.run(signal)),
    prepared.then(() => mailReports(mailing, signal)),
  ])
  return {
    [Symbol.asyncDispose]: async () => void (await Promise.race([finished, pause(stopWaitMs)])),
  }
}

/** The owner's connection is closed again: what serves people never has it. */
async function bringUpToDate(ownerUrl: string, log: Log): Promise<void> {
  await using owner = openDatabase({ url: ownerUrl, applicationName: 'application-service', maximumConnections: 1 })
  const applied = await migrate(owner)
  if (applied.length > 0) log.info({ applied }, 'database.migrated')
}

/** A database that is away comes back; a schema that is behind is brought up to date by whoever owns it. */
function isCurable(error: unknown): boolean {
  return isUnavailable(error) || (error instanceof CodedError && error.code === 'schema-behind')
}

/** Whoever may see or do something else from now on, or is signed out, is looked at at once, also on open live connections. */
async function followRights(application: Application, signal: AbortSignal): Promise<void> {
  const { redis, log } = application
  const handler = () => checkConnections(application)
  await persist('rights.waiting', log, signal, isRedisUnavailable, async () => {
    await redis.state.ready()
    await subscribeMessage({ type: MessageType.RightsChanged, handler, signal })
    const onEnd = ({ userId }: { userId: number }) => checkConnections(application, userId)
    await subscribeMessage({ type: MessageType.SessionEnded, handler: onEnd, signal })
  })
}

/** News of incidents need no database; how many are open is counted there. */
async function followAlerts(application: Application, prepared: Promise<void>, signal: AbortSignal): Promise<void> {
  const { redis, log } = application
  const alerts = new AlertFeed(application)
  await persist('alerts.waiting', log, signal, isRedisUnavailable, async () => {
    await redis.state.ready()
    await alerts.subscribe(signal)
  })
  await prepared
  await alerts.count(signal)
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
