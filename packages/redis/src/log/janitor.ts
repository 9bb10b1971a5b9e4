import { type Counter, describe, type Log, pause } from '@stellacontrol/runtime'
import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import { isRedisUnavailable } from '../redis-errors.ts'
import type { LogSpecification } from './catalogue.ts'

/** Often enough that a topic nobody reads does not outgrow its bound by much: 80 small calls for all topics. */
const everyMs = 2_000
/** sc1_expire drops at most so many entries per call. */
const droppedPerCall = 1_000

/**
 * Keeps logs within their age and length until the signal aborts. Any number of instances may run it; each call drops at most
 * 1,000 entries of a partition, so it never holds up Redis.
 */
export async function runJanitor(options: {
  logs: readonly { log: LogSpecification; connection: RedisConnection }[]
  keys: Keys
  expired: Counter<'log'>
  logger: Log
  signal: AbortSignal
}): Promise<void> {
  const { logs, keys, expired, logger, signal } = options
  while (!signal.aborted) {
    const away = new Set<RedisConnection>()
    for (const { log, connection } of logs) {
      if (away.has(connection)) continue
      try {
        const unread = await expireLog(connection, keys, log)
        if (unread > 0) {
          expired.inc({ log: log.name }, unread)
          logger.error({ log: log.name, entries: unread }, 'log.entries-expired-unread')
        }
      } catch (error) {
        if (isRedisUnavailable(error)) away.add(connection)
        logger.warn({ log: log.name, error: describe(error) }, 'log.expire-failed')
      }
    }
    await pause(everyMs, signal)
  }
}

/** Drops what outlived the log in every partition. Returns how many entries some reader had not read. */
export async function expireLog(connection: RedisConnection, keys: Keys, log: LogSpecification): Promise<number> {
  const limits = [log.maximumAgeMs, log.maximumEntries, log.maximumEntriesWithoutReader].map(String)
  let unread = 0
  for (let partition = 0; partition < keys.partitions; partition++) {
    const partitionKeys = [keys.stream(log.name, partition), keys.readers(log.name, partition)]
    for (let dropped = droppedPerCall; dropped >= droppedPerCall; ) {
      const reply = (await connection.call('sc1_expire', partitionKeys, limits)) as [number, number]
      dropped = reply[0]
      unread += reply[1]
    }
  }
  return unread
}
