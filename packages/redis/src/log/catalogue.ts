import { messageTopics } from '@stellacontrol/protocol'

/**
 * The logs of the platform. A log is a partitioned, leased, at-least-once stream with independent readers; the queue of
 * device messages and every durable topic are one.
 */
export interface LogSpecification {
  name: string
  server: 'queue' | 'state'
  /** Nothing is trimmed before these readers have a cursor, even if they have never run. */
  requiredReaders: readonly string[]
  /** Where a reader starts that was never seen before. */
  newReaderStarts: 'oldest' | 'newest'
  /** Entries live this long at most; what a reader had not read by then is counted as expired. */
  maximumAgeMs: number
  /** At most this many entries per partition; 0 = bounded by the server's memory alone. */
  maximumEntries: number
  /** The same while no reader is known: what those see who follow the log without being its readers. 0 = as many. */
  maximumEntriesWithoutReader: number
}

const dayMs = 86_400_000

/** Raw device messages between receiver and processor: bounded by memory, and then PUBACK stops. */
export const messagesLog: LogSpecification = {
  name: 'messages',
  server: 'queue',
  requiredReaders: ['live', 'history'],
  newReaderStarts: 'oldest',
  maximumAgeMs: dayMs,
  maximumEntries: 0,
  maximumEntriesWithoutReader: 0,
}

/** A durable topic keeps a day, or what fits: a reader that stays away longer is told how much it missed. */
export function topicLog(topic: string): LogSpecification {
  return {
    name: topic,
    server: 'state',
    requiredReaders: [],
    newReaderStarts: 'newest',
    maximumAgeMs: dayMs,
    maximumEntries: 20_000,
    maximumEntriesWithoutReader: 2_000,
  }
}

export const statusLog = topicLog(messageTopics.DeviceStatus.topic)

/** Every topic's log, for the janitor. Several types of message may share a topic. */
export const topicLogs: readonly LogSpecification[] = [
  ...new Set(Object.values(messageTopics).map(({ topic }) => topic)),
].map(topicLog)
