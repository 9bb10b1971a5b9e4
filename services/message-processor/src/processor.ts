import { type Database, openDatabase } from '@stellacontrol/database'
import {
  checkInstallation,
  isRedisUnavailable,
  messagesLog,
  openRedis,
  type Redis,
  readLog,
  runJanitor,
  topicLogs,
} from '@stellacontrol/redis'
import { describe, readConfiguration, type ServiceContext } from '@stellacontrol/runtime'
import { processorConfiguration } from './configuration.ts'
import { handleHistory, isEntryToBlame, setAsideEntry } from './history.ts'
import { handleLive } from './live.ts'
import { createProcessorMetrics, type ProcessorMetrics } from './processor-metrics.ts'
import { maintainHistory, prepareDatabase } from './upkeep.ts'

const maximumConnections = 4
/** History is in no hurry: larger transactions cost less. */
const historyGatherMs = 100
/** What a turn takes of each partition: larger turns are hardly faster and hold twice the memory while a backlog drains. */
const historyEntriesPerPartition = 250
const liveEntriesPerPartition = 100
/** Costs a busy pipeline a few milliseconds of latency and saves it most of its commands; a quiet one does not wait. */
const liveBusyGatherMs = 10
const readyWithinMs = 15_000

interface Processor {
  context: ServiceContext
  redis: Redis
  database: Database
  queueGeneration: string
  metrics: ProcessorMetrics
}

/** Opens the processor: two independent readers of the queue, and the upkeep of logs and history. */
export async function openProcessor(context: ServiceContext): Promise<void> {
  const { name, environment, log, own, signal } = context
  const configuration = readConfiguration(processorConfiguration, environment)
  const redis = own(openRedis({ name, environment, log }))
  const { generation: queueGeneration } = await checkInstallation(redis)
  const database = own(openDatabase({ url: configuration.DATABASE_URL, applicationName: name, maximumConnections }))
  const metrics = createProcessorMetrics(context.metrics)
  const processor = { context, redis, database, queueGeneration, metrics }
  const work = [
    readLive(processor),
    readHistory(processor),
    keepLogs(processor),
    maintainHistory({ database, log, signal }),
  ]
  own({ [Symbol.asyncDispose]: async () => void (await Promise.allSettled(work)) })
}

/** The reader `live`: from the queue to the latest status and its announcement. It needs no PostgreSQL. */
function readLive({ context, redis, metrics }: Processor): Promise<void> {
  const works = context.readiness.addRecency('live', readyWithinMs)
  return readLog({
    ...readerOptions(context, redis, metrics, 'live'),
    maximumEntriesPerPartition: liveEntriesPerPartition,
    busyGatherMs: liveBusyGatherMs,
    handle: async (batches) => {
      const { skipped, ...outcomes } = await handleLive(redis, batches)
      for (const [outcome, count] of Object.entries({ ...outcomes, ...skipped })) metrics.live.inc({ outcome }, count)
    },
    setAside: async (entry, partition, error) => {
      metrics.live.inc({ outcome: 'failed' })
      context.log.error({ serial: entry.serial, partition, id: entry.id, error: describe(error) }, 'live.entry-failed')
    },
    isUnavailable: isRedisUnavailable,
    onTurn: works.succeeded,
  })
}

/** The reader `history`: from the queue to PostgreSQL, exactly once. */
async function readHistory({ context, redis, database, queueGeneration, metrics }: Processor): Promise<void> {
  const { log, signal } = context
  const works = context.readiness.addRecency('history-reads', readyWithinMs)
  const note = (outcome: { stored: number; duplicates: number; setAside: number }) => {
    metrics.history.inc({ outcome: 'stored' }, outcome.stored)
    metrics.history.inc({ outcome: 'duplicate' }, outcome.duplicates)
    metrics.history.inc({ outcome: 'set-aside' }, outcome.setAside)
  }
  await prepareDatabase({ database, log, signal })
  await readLog({
    ...readerOptions(context, redis, metrics, 'history'),
    maximumEntriesPerPartition: historyEntriesPerPartition,
    gatherMs: historyGatherMs,
    handle: async (batches) => note(await handleHistory(database, queueGeneration, batches)),
    setAside: async (entry, partition, error) => {
      log.error({ serial: entry.serial, partition, id: entry.id, error: describe(error) }, 'history.entry-set-aside')
      note(await setAsideEntry(database, queueGeneration, entry, partition, error))
    },
    isUnavailable: (error) => !isEntryToBlame(error),
    onTurn: works.succeeded,
  })
}

function readerOptions(context: ServiceContext, redis: Redis, metrics: ProcessorMetrics, reader: 'live' | 'history') {
  return {
    log: messagesLog,
    reader,
    instance: redis.instance,
    keys: redis.keys,
    connection: redis.queue,
    readConnection: redis.openReader('queue', reader),
    logger: context.log,
    signal: context.signal,
    onBatch: (batches: readonly { entries: unknown[] }[], durationMs: number) => {
      metrics.batchSeconds.observe({ reader }, durationMs / 1000)
      metrics.batchEntries.inc(
        { reader },
        batches.reduce((sum, { entries }) => sum + entries.length, 0),
      )
    },
  }
}

/** Drops what outlived the queue or a topic, and counts what a reader had not read. */
function keepLogs({ context, redis, metrics }: Processor): Promise<void> {
  const topics = topicLogs.map((log) => ({ log, connection: redis.state }))
  return runJanitor({
    logs: [{ log: messagesLog, connection: redis.queue }, ...topics],
    keys: redis.keys,
    expired: metrics.expired,
    logger: context.log,
    signal: context.signal,
  })
}
