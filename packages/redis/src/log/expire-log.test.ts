import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspectQueue, startTestReader, sumOf, testMessages } from '../testing/test-reader.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'
import { type LogSpecification, messagesLog, topicLog } from './catalogue.ts'
import { inspectPartition } from './inspect-log.ts'
import { expireLog } from './janitor.ts'
import { appendMessages, rawMessageOf } from './message-queue.ts'
import { oldestUnreadAt } from './oldest-unread.ts'
import { forgetReader, registerReader } from './register-reader.ts'

let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis({ partitions: 1 })
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

const serial = 'EXPIRE0001'

/** Appends entries whose ids say that they are this old. */
async function appendAged(log: LogSpecification, count: number, ageMs: number): Promise<string[]> {
  const { redis } = servers
  const connection = log.server === 'queue' ? redis.queue : redis.state
  const stream = redis.keys.stream(log.name, 0)
  const at = Date.now() - ageMs
  const ids = Array.from({ length: count }, (_, index) => `${at}-${index}`)
  await Promise.all(
    ids.map((id) => connection.command(stream, ['XADD', stream, id, 's', serial, 't', '1', 'p', 'x', 'm', '{}'])),
  )
  return ids
}

test('what outlived the log is dropped, and what a reader had not read is counted for that reader alone', async () => {
  const { redis } = servers
  const log: LogSpecification = { ...messagesLog, maximumAgeMs: 60_000 }
  await registerReader(redis.queue, redis.keys, log, 'history')
  await appendAged(log, 1_200, 600_000)
  await registerReader(redis.queue, redis.keys, { ...log, newReaderStarts: 'newest' }, 'live')
  await appendAged(log, 300, 1_000)

  expect(await expireLog(redis.queue, redis.keys, log)).toBe(1_200)
  const inspect = (reader: string) => inspectPartition(redis.queue, redis.keys, { log, reader, partition: 0 })
  expect(await inspect('history')).toMatchObject({ appended: 1_500, length: 300, queued: 300, expired: 1_200 })
  expect(await inspect('live')).toMatchObject({ queued: 300, expired: 0 })
  expect(await expireLog(redis.queue, redis.keys, log)).toBe(0)

  const seen: number[] = []
  const readers = ['live', 'history'].map((reader) =>
    startTestReader(redis, {
      reader,
      instance: 'a',
      onEntry: (entry) => void seen.push(rawMessageOf(entry).receivedAt),
    }),
  )
  await waitFor(() => seen.length === 600, { what: 'both readers to read what is left' })
  await waitFor(async () => sumOf(await inspectQueue(redis, 'history'), 'length') === 0)
  expect(await inspect('history')).toMatchObject({ appended: 1_500, queued: 0, expired: 1_200 })
  await Promise.all(readers.map((reader) => reader.stop()))
})

test('a batch that is committed after the janitor moved the cursor into it keeps the count right', async () => {
  const { redis } = servers
  const log: LogSpecification = { ...topicLog('commit-race'), maximumAgeMs: 60_000 }
  const partitionKeys = [redis.keys.stream(log.name, 0), redis.keys.readers(log.name, 0)]
  await registerReader(redis.state, redis.keys, log, 'slow')
  await redis.state.call('sc1_lease', partitionKeys, ['slow', 'me', '60000', 'newest'])
  await appendAged(log, 100, 600_000)
  const young = await appendAged(log, 50, 1_000)
  await expireLog(redis.state, redis.keys, log)
  const values = ['slow', '', '1', '0-0', young[19] as string, '120', '0']
  expect(await redis.state.call('sc1_commit', partitionKeys, values)).toEqual([20])
  const state = await inspectPartition(redis.state, redis.keys, { log, reader: 'slow', partition: 0 })
  expect(state).toMatchObject({ appended: 150, queued: 30, expired: 100, length: 30 })
})

test('a topic nobody reads keeps its newest entries only, and one with a reader keeps more', async () => {
  const { redis } = servers
  const log: LogSpecification = { ...topicLog('unread'), maximumEntries: 3_000, maximumEntriesWithoutReader: 500 }
  await appendAged(log, 2_600, 1_000)
  await expireLog(redis.state, redis.keys, log)
  const inspect = () => inspectPartition(redis.state, redis.keys, { log, reader: 'nobody', partition: 0 })
  expect(await inspect()).toMatchObject({ appended: 2_600, length: 500 })
  await registerReader(redis.state, redis.keys, log, 'somebody')
  await appendAged(log, 3_000, 500)
  expect(await expireLog(redis.state, redis.keys, log)).toBe(0)
  expect(await inspect()).toMatchObject({ length: 3_000 })
  await forgetReader(redis.state, redis.keys, log, 'somebody')
  await expireLog(redis.state, redis.keys, log)
  expect(await inspect()).toMatchObject({ length: 500 })
})

test('a backlog is counted exactly from any id, near the cursor and far from it', async () => {
  const { redis } = servers
  const log = topicLog('backlog')
  await registerReader(redis.state, redis.keys, log, 'other')
  await registerReader(redis.state, redis.keys, log, 'reader')
  const ids = await appendAged(log, 7_000, 5_000)
  const queued = async (afterId?: string) => {
    const after = afterId === undefined ? {} : { afterId }
    const options = { log, reader: 'reader', partition: 0, ...after }
    return (await inspectPartition(redis.state, redis.keys, options)).queued
  }
  expect(await queued()).toBe(7_000)
  expect(await queued(ids[99])).toBe(6_900)
  expect(await queued(ids[5_999])).toBe(1_000)
  const partitionKeys = [redis.keys.stream(log.name, 0), redis.keys.readers(log.name, 0)]
  await redis.state.call('sc1_lease', partitionKeys, ['reader', 'me', '60000', 'newest'])
  const cursor = ids[3_499] as string
  await redis.state.call('sc1_commit', partitionKeys, ['reader', '', '1', '0-0', cursor, '3500', '0'])
  // The same commit again, as after a lost reply.
  await redis.state.call('sc1_commit', partitionKeys, ['reader', '', '1', '0-0', cursor, '3500', '0'])
  expect(await queued()).toBe(3_500)
  expect(await queued(ids[3_399])).toBe(3_600)
  expect(await queued(ids[0])).toBe(6_999)
  expect(await queued(ids.at(-1))).toBe(0)
})

test('the age of the oldest unread entry is known, however long the backlog', async () => {
  const { redis } = servers
  const log = topicLog('ages')
  await registerReader(redis.state, redis.keys, log, 'reader')
  expect(await oldestUnreadAt(redis.state, redis.keys, { log, reader: 'reader' })).toBeUndefined()
  const [oldest] = await appendAged(log, 50, 90_000)
  await appendAged(log, 50, 1_000)
  const at = await oldestUnreadAt(redis.state, redis.keys, { log, reader: 'reader' })
  expect(at).toBe(Number(oldest?.split('-')[0]))
})

test('nothing of the queue is trimmed before both its readers are known', async () => {
  const fresh = await startTestRedis()
  const { redis } = fresh
  const seen: string[] = []
  const live = startTestReader(redis, { reader: 'live', instance: 'a', onEntry: ({ id }) => void seen.push(id) })
  await appendMessages(redis.queue, redis.keys, testMessages(500))
  await waitFor(async () => sumOf(await inspectQueue(redis, 'live'), 'queued') === 0 && seen.length === 500)
  expect(sumOf(await inspectQueue(redis, 'history'), 'queued')).toBe(500)
  const history = startTestReader(redis, { reader: 'history', instance: 'a' })
  await waitFor(async () => sumOf(await inspectQueue(redis, 'history'), 'length') === 0, { what: 'an empty queue' })
  await Promise.all([live.stop(), history.stop()])
  await fresh[Symbol.asyncDispose]()
})
