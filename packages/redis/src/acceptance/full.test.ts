import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RedisConnection } from '../connection.ts'
import { appendMessages, rawMessageOf } from '../log/message-queue.ts'
import { checkInstallation } from '../redis.ts'
import { isRedisUnavailable } from '../redis-errors.ts'
import { parseRedisUrl } from '../redis-url.ts'
import { inspectQueue, startTestReader, sumOf } from '../testing/test-reader.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'

const queueMemoryBytes = 12 * 1024 * 1024
let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis({ queueMemoryBytes })
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

test('a full queue refuses appends as "away", its readers go on and empty it, and appends work again', async () => {
  const { redis } = servers
  await checkInstallation(redis)
  const payload = Buffer.alloc(1_000, 1)
  let sent = 0
  const append = async () => {
    const batch = Array.from({ length: 200 }, (_, index) => ({
      serial: `FULL${(sent + index) % 50}`,
      receivedAt: sent + index,
      payload,
    }))
    await appendMessages(redis.queue, redis.keys, batch)
    sent += batch.length
  }
  const untilFull = async () => {
    for (;;) await append()
  }
  await expect(untilFull()).rejects.toSatisfy(isRedisUnavailable)
  expect(sent).toBeGreaterThan(1_000)
  await expect(append()).rejects.toThrow(/OOM/)

  // Whoever starts while the queue is full must be able to: the library is there, the installation is known.
  await redis.queue.command(undefined, ['CONFIG', 'SET', 'maxmemory', '1mb'])
  const late = new RedisConnection({ name: 'late', url: parseRedisUrl(servers.environment.REDIS_QUEUE_URL ?? '') })
  await late.ready()
  await late[Symbol.asyncDispose]()
  expect(await checkInstallation(redis)).toMatchObject({ partitions: 4 })
  await redis.queue.command(undefined, ['CONFIG', 'SET', 'maxmemory', String(queueMemoryBytes)])

  const seen: Record<'live' | 'history', Set<number>> = { live: new Set(), history: new Set() }
  const readers = (['live', 'history'] as const).map((reader) =>
    startTestReader(redis, {
      reader,
      instance: 'a',
      onEntry: (entry) => void seen[reader].add(rawMessageOf(entry).receivedAt),
    }),
  )
  await waitFor(() => seen.live.size === sent && seen.history.size === sent, { deadlineMs: 20_000 })
  await waitFor(async () => sumOf(await inspectQueue(redis, 'history'), 'length') === 0, { what: 'an empty queue' })
  await append()
  await waitFor(() => seen.history.size === sent, { what: 'what was appended afterwards' })
  await Promise.all(readers.map((reader) => reader.stop()))
})
