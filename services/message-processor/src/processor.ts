import { isUnavailable, maintainPartitions, migrate, openDatabase, rollUpDueHours } from '@stellacontrol/database'
import {
  checkInstallation,
  isRedisUnavailable,
  messagesLog,
  openRedis,
  readLog,
  runJanitor,
  topicLogs,
} from '@stellacontrol/redis'
import { backOffMs, describe, pause, readConfiguration, type ServiceContext } from '@stellacontrol/runtime'
import { processorConfiguration } from './configuration.ts'
import { handleHistory, isEntryToBlame, setAsideEntry } from './history.ts'
import { handleLive } from './live.ts'
import { createProcessorMetrics } from './processor-metrics.ts'

const maximumConnections = 4
/** History is in no hurry: larger transactions cost less. */
const historyGatherMs = 100
const historyEntriesPerPartition = 1_000
const liveEntriesPerPartition = 200
const readyWithinMs = 15_000
const rollUpEveryMs = 30_000
const maintainEveryMs = 3_600_000

/** Opens the processor: two independent readers of the queue, and the upkeep of logs and history. */
export async function openProcessor(context: ServiceContext): Promise<void> {
  const { name, environment, log, own, signal } = context
  const configuration = readConfiguration(processorConfiguration, environment)
  const redis = own(openRedis({ name, environment, log }))
  const { generation } = await checkInstallation(redis)
  const database = own(openDatabase({ url: configuration.DATABASE_URL, applicationName: name, maximumConnections }))
  const metrics = createProcessorMetrics(context.metrics)
  const common = {
    log: messagesLog,
    instance: redis.instance,
    keys: redis.keys,
    connection: redis.queue,
    logger: log,
    signal,
  }

  const liveWorks = context.readiness.addRecency('live', readyWithinMs)
  const live = readLog({
    ...common,
    reader: 'live',
    readConnection: redis.openReader('queue', 'live'),
    maximumEntriesPerPartition: liveEntriesPerPartition,
    handle: async (batches) => {
      const outcome = await handleLive(redis, batches)
      metrics.live.inc({ outcome: 'accepted' }, outcome.accepted)
      metrics.live.inc({ outcome: 'stale' }, outcome.stale)
      metrics.live.inc({ outcome: 'backfilled' }, outcome.backfilled)
      for (const [reason, count] of Object.entries(outcome.skipped)) metrics.live.inc({ outcome: reason }, count)
    },
    setAside: async (entry, partition, error) => {
      metrics.live.inc({ outcome: 'failed' })
      log.error({ serial: entry.serial, partition, id: entry.id, error: describe(error) }, 'live.entry-failed')
    },
    isUnavailable: isRedisUnavailable,
    onTurn: liveWorks.succeeded,
    onBatch: (batches, durationMs) => observe('live', batches, durationMs),
  })
  const history = runHistory()
  const upkeep = Promise.all([janitor(), maintenance()])
  own({ [Symbol.asyncDispose]: async () => void (await Promise.allSettled([live, history, upkeep])) })

  async function runHistory(): Promise<void> {
    const historyWorks = context.readiness.addRecency('history-reads', readyWithinMs)
    await migrateUntilDone()
    await readLog({
      ...common,
      reader: 'history',
      readConnection: redis.openReader('queue', 'history'),
      maximumEntriesPerPartition: historyEntriesPerPartition,
      gatherMs: historyGatherMs,
      handle: async (batches) => note(await handleHistory(database, generation, batches)),
      setAside: async (entry, partition, error) => {
        log.error({ serial: entry.serial, partition, id: entry.id, error: describe(error) }, 'history.entry-set-aside')
        note(await setAsideEntry(database, generation, entry, partition, error))
      },
      isUnavailable: (error) => !isEntryToBlame(error),
      onTurn: historyWorks.succeeded,
      onBatch: (batches, durationMs) => observe('history', batches, durationMs),
    })
  }

  function note(outcome: { stored: number; duplicates: number; setAside: number }): void {
    metrics.history.inc({ outcome: 'stored' }, outcome.stored)
    metrics.history.inc({ outcome: 'duplicate' }, outcome.duplicates)
    metrics.history.inc({ outcome: 'set-aside' }, outcome.setAside)
  }

  function observe(reader: string, batches: readonly { entries: unknown[] }[], durationMs: number): void {
    metrics.batchSeconds.observe({ reader }, durationMs / 1000)
    metrics.batchEntries.inc(
      { reader },
      batches.reduce((sum, batch) => sum + batch.entries.length, 0),
    )
  }

  async function migrateUntilDone(): Promise<void> {
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

  function janitor(): Promise<void> {
    const logs = [
      { log: messagesLog, connection: redis.queue },
      ...topicLogs.map((topic) => ({ log: topic, connection: redis.state })),
    ]
    return runJanitor({ logs, keys: redis.keys, expired: metrics.expired, logger: log, signal })
  }

  async function maintenance(): Promise<void> {
    for (let maintainedAt = 0; !signal.aborted; ) {
      await pause(rollUpEveryMs, signal)
      if (signal.aborted) return
      try {
        await rollUpDueHours(database, { now: Date.now() })
        if (Date.now() - maintainedAt > maintainEveryMs) {
          await maintainPartitions(database, { now: Date.now() })
          maintainedAt = Date.now()
        }
      } catch (error) {
        log.warn({ error: describe(error) }, 'history.maintenance-failed')
      }
    }
  }
}
