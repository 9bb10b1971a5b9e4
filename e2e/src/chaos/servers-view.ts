import { defaultPartitions, messageTopics } from '@stellacontrol/protocol'
import { createKeys, messagesLog, statusLog } from '@stellacontrol/redis'
import { type RedisReply, redisCommand } from '@stellacontrol/test-servers'
import type { Stack } from '../stack/stack.ts'

/** Looks into the Redis servers with plain commands: nothing here goes through the clients that are on trial. */
export const keys = createKeys({ partitions: defaultPartitions, cluster: false })
export const partitions = Array.from({ length: defaultPartitions }, (_, partition) => partition)
export const subscriberName = 'chaos-subscriber'
const readers = ['live', 'history'] as const

const asText = (reply: RedisReply | undefined) => (typeof reply === 'string' ? reply : '')

/** XINFO STREAM by name; undefined if the stream does not exist. */
async function streamFacts(port: number, stream: string): Promise<Map<string, RedisReply> | undefined> {
  const exists = await redisCommand(port, 'EXISTS', stream)
  if (exists === 0) return undefined
  const flat = (await redisCommand(port, 'XINFO', 'STREAM', stream)) as RedisReply[]
  const facts = new Map<string, RedisReply>()
  for (let index = 0; index + 1 < flat.length; index += 2) facts.set(String(flat[index]), flat[index + 1] ?? null)
  return facts
}

export interface QueueView {
  /** Entries ever appended. */
  appended: number
  /** Entries that some reader has not committed yet. */
  queued: number
  /** Entries that outlived the queue before history had read them. */
  expired: number
}

/** The queue over all partitions. */
export async function viewQueue({ queue }: Stack): Promise<QueueView> {
  const views = await Promise.all(
    partitions.map(async (partition) => {
      const facts = await streamFacts(queue.port, keys.stream(messagesLog.name, partition))
      const expired = await redisCommand(
        queue.port,
        'HGET',
        keys.readers(messagesLog.name, partition),
        'expired:history',
      )
      return {
        appended: Number(facts?.get('entries-added') ?? 0),
        queued: Number(facts?.get('length') ?? 0),
        expired: Number(expired ?? 0),
      }
    }),
  )
  return views.reduce((sum, view) => ({
    appended: sum.appended + view.appended,
    queued: sum.queued + view.queued,
    expired: sum.expired + view.expired,
  }))
}

/** The owners of all partitions for both readers; '' = nobody, or a lease that ran out. */
export async function viewOwners({ queue }: Stack): Promise<string[]> {
  const nowMs = Date.now()
  const owners = await Promise.all(
    partitions.map(async (partition) => {
      const fields = readers.flatMap((reader) => [`owner:${reader}`, `until:${reader}`])
      const reply = await redisCommand(queue.port, 'HMGET', keys.readers(messagesLog.name, partition), ...fields)
      const values = (reply as RedisReply[]).map(asText)
      return readers.map((_, index) => (Number(values[index * 2 + 1]) > nowMs ? (values[index * 2] ?? '') : ''))
    }),
  )
  return owners.flat()
}

/** True once the subscriber has a cursor in every partition of the topic: nothing that comes now can pass it by. */
export async function isSubscriberRegistered({ state }: Stack): Promise<boolean> {
  const cursors = await Promise.all(partitions.map((partition) => subscriberCursor(state.port, partition)))
  return cursors.every((cursor) => cursor !== '')
}

/** True once a reader of a topic, the subscriber of statuses unless told otherwise, has committed everything that was announced. */
export async function hasReaderFinished(
  { state }: Stack,
  { topic, reader }: { topic: string; reader: string } = { topic: statusLog.name, reader: subscriberName },
): Promise<boolean> {
  const verdicts = await Promise.all(
    partitions.map(async (partition) => {
      const facts = await streamFacts(state.port, keys.stream(topic, partition))
      const cursor = asText(await redisCommand(state.port, 'HGET', keys.readers(topic, partition), `cursor:${reader}`))
      return facts === undefined || asText(facts.get('last-generated-id')) === cursor
    }),
  )
  return verdicts.every(Boolean)
}

const alertTopic = messageTopics.Alert.topic

/** True once every status was looked at, every event of an incident recorded, and everybody told of it who is to be. */
export async function hasAlertingFinished(stack: Stack): Promise<boolean> {
  const readers = [
    { topic: statusLog.name, reader: 'alert-monitor' },
    ...['alert-monitor', 'notification-service', subscriberName].map((reader) => ({ topic: alertTopic, reader })),
  ]
  for (const reader of readers) if (!(await hasReaderFinished(stack, reader))) return false
  return (await redisCommand(stack.state.port, 'ZCARD', keys.alertsDue)) === 0
}

async function subscriberCursor(port: number, partition: number): Promise<string> {
  return asText(await redisCommand(port, 'HGET', keys.readers(statusLog.name, partition), `cursor:${subscriberName}`))
}

export interface StatusView {
  bootId: number
  sequence: number
  /** ISO 8601. */
  at: string
  receivedAt: string
}

/** The latest statuses of these devices; devices without one are left out. */
export async function viewStatuses({ state }: Stack, serials: readonly string[]): Promise<Map<string, StatusView>> {
  const reply = (await redisCommand(state.port, 'MGET', ...serials.map(keys.status))) as RedisReply[]
  const statuses = new Map<string, StatusView>()
  for (const [index, value] of reply.entries()) {
    if (typeof value === 'string') statuses.set(serials[index] as string, JSON.parse(value) as StatusView)
  }
  return statuses
}
