import { checkSchema, type Database, openDatabase } from '@stellacontrol/database'
import {
  checkInstallation,
  type HeldPartition,
  isRedisUnavailable,
  openRedis,
  type PartitionBatch,
  type Redis,
  readLog,
  registerReader,
  statusLog,
} from '@stellacontrol/redis'
import { backOffMs, describe, pause, readConfiguration, type ServiceContext } from '@stellacontrol/runtime'
import { alertMonitorConfiguration } from './configuration.ts'
import { announceAfterMuting } from './end-of-muting.ts'
import { type Evaluator, evaluateDeadlines, evaluateStatuses } from './evaluate-partition.ts'
import { Fleet } from './fleet.ts'
import { followFleet } from './follow-fleet.ts'
import { Hearing } from './hearing.ts'
import { inTurns } from './in-turns.ts'
import { learnPast } from './learn-past.ts'
import type { PlatformSources } from './measure-platform.ts'
import { OperatorOutage } from './operator-outage.ts'
import { watchPlatform } from './platform-alerts.ts'
import { recordIncidents } from './record-incidents.ts'
import { SiteSilence } from './site-silence.ts'
import { Timers } from './timers.ts'

const maximumConnections = 3
/** A batch is written in one call of a Function and is lost at most once. */
const entriesPerPartition = 100
const busyGatherMs = 10
const readyWithinMs = 15_000

/** Opens the alert monitor: a reader of the durable topic of statuses, its timers, and the recorder of incidents. */
export async function openAlertMonitor(context: ServiceContext): Promise<void> {
  const { name, environment, log, own, signal } = context
  const configuration = readConfiguration(alertMonitorConfiguration, environment)
  const redis = own(openRedis({ name, environment, log }))
  await checkInstallation(redis)
  const database = own(openDatabase({ url: configuration.DATABASE_URL, applicationName: name, maximumConnections }))
  const fleet = await loadFleet(context, database)
  const evaluator: Evaluator = {
    ...{ redis, fleet, reader: name, count: counterOf(context) },
    sites: new SiteSilence({ redis, fleet }),
    operators: new OperatorOutage({ redis, fleet }),
  }
  // From here on nothing is missed, whoever reads it.
  await redis.state.ready()
  await registerReader(redis.state, redis.keys, statusLog, name)
  own(await recordIncidents({ redis, database, context }))
  const sources: PlatformSources = {
    ...{ redis, database, dataFolder: configuration.STELLA_DATA_DIR },
    certificates: [configuration.STELLA_MQTT_TLS_CERT, configuration.STELLA_HTTP_TLS_CERT].filter(
      (file) => file !== undefined,
    ),
  }
  const hearing = new Hearing({ redis, reader: name, log })
  const work = [
    followFleet({ fleet, redis, log, signal }),
    hearing.run(signal),
    ...watch(context, evaluator, hearing, sources),
  ]
  own({ [Symbol.asyncDispose]: async () => void (await Promise.allSettled(work)) })
}

/** The reader and the timers: for each partition one after the other. */
function watch(
  context: ServiceContext,
  evaluator: Evaluator,
  hearing: Hearing,
  sources: PlatformSources,
): Promise<void>[] {
  const { redis } = evaluator
  const { log, signal, readiness } = context
  const works = readiness.addRecency('evaluates', readyWithinMs)
  const turns = inTurns<number>()
  const timers = new Timers({
    ...{ redis, hearing, log },
    lookAtDeadlines: (held, seen, now) =>
      turns(held.partition, async () => {
        // A whole fleet that falls silent is looked at in slices.
        while (((await evaluateDeadlines(evaluator, held, seen, now)) ?? 0) > 0 && !signal.aborted);
      }),
  })
  const handle = async (batches: PartitionBatch[]) => {
    await Promise.all(
      batches.map(({ partition, epoch = 0, entries }) => {
        const held: HeldPartition = { partition, epoch }
        return turns(partition, () => evaluateStatuses(evaluator, held, entries))
      }),
    )
  }
  const reading = readLog({
    ...readerOptions(context, redis),
    handle,
    setAside: async (entry, partition, error) => {
      log.error({ serial: entry.serial, partition, id: entry.id, error: describe(error) }, 'status.not-evaluated')
    },
    onTurn: (held) => {
      timers.hold(held)
      works.succeeded()
    },
  })
  const { fleet, reader } = evaluator
  const { database } = sources
  const isOurs = () => timers.held.some(({ partition }) => partition === 0)
  const learning = { redis, database, fleet, reader, log, held: () => timers.held, inTurn: turns }
  return [
    reading,
    timers.run(signal),
    learnPast(learning, signal),
    watchPlatform({ ...sources, log, isOurs }, signal),
    announceAfterMuting({ redis, database, fleet, log, isOurs }, signal),
  ]
}

function readerOptions({ name, log, signal }: ServiceContext, redis: Redis) {
  return {
    log: statusLog,
    reader: name,
    instance: redis.instance,
    keys: redis.keys,
    connection: redis.state,
    readConnection: redis.openReader('state', name),
    maximumEntriesPerPartition: entriesPerPartition,
    busyGatherMs,
    isUnavailable: isRedisUnavailable,
    logger: log,
    signal,
  }
}

/** Waits for PostgreSQL, however long it takes: without the registry nobody knows what is watched. */
async function loadFleet({ log, signal }: ServiceContext, database: Database): Promise<Fleet> {
  const fleet = new Fleet(database)
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await checkSchema(database)
      await fleet.load()
      break
    } catch (error) {
      log.warn({ attempt, error: describe(error) }, 'database.waiting')
      await pause(backOffMs(attempt, 5_000), signal)
    }
  }
  return fleet
}

function counterOf({ metrics }: ServiceContext): Evaluator['count'] {
  const statuses = metrics.counter('stella_alert_statuses_total', 'Statuses that were looked at', ['outcome'])
  const decisions = metrics.counter('stella_alert_decisions_total', 'Alerts that were raised and cleared', ['decision'])
  return (what, by = 1) => {
    if (what === 'raised' || what === 'cleared') decisions.inc({ decision: what }, by)
    else statuses.inc({ outcome: what }, by)
  }
}
