import { MessageType } from '@stellacontrol/protocol'
import { type FaultProxy, startFaultProxy, waitFor } from '@stellacontrol/test-servers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMessage, publishMessage } from '../bus/messages.ts'
import { acceptStatuses, readStatuses } from '../bus/statuses.ts'
import { subscribeMessage } from '../bus/subscribe-message.ts'
import { RedisConnection } from '../connection.ts'
import { appendMessages, rawMessageOf } from '../log/message-queue.ts'
import { openRedis, type Redis } from '../redis.ts'
import { isRedisUnavailable } from '../redis-errors.ts'
import { parseRedisUrl } from '../redis-url.ts'
import { startTestReader, testMessages } from '../testing/test-reader.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'

let servers: TestRedis
let queueProxy: FaultProxy
let stateProxy: FaultProxy
/** Reaches both servers through proxies; `servers.redis` goes directly. */
let redis: Redis

beforeEach(async () => {
  servers = await startTestRedis()
  queueProxy = await startFaultProxy({ target: { port: servers.queue.port } })
  stateProxy = await startFaultProxy({ target: { port: servers.state.port } })
  redis = openRedis({
    name: 'proxied',
    environment: {
      ...servers.environment,
      REDIS_QUEUE_URL: `redis://127.0.0.1:${queueProxy.port}`,
      REDIS_STATE_URL: `redis://127.0.0.1:${stateProxy.port}`,
    },
  })
  await Promise.all([redis.queue.ready(), redis.state.ready()])
})
afterEach(async () => {
  await redis[Symbol.asyncDispose]()
  await Promise.all([queueProxy.stop(), stateProxy.stop()])
  await servers[Symbol.asyncDispose]()
})

test('a lost reply to an append is an error for the caller; repeated, the message is there twice and makes one status', async () => {
  const [message] = testMessages(1)
  if (!message) return
  queueProxy.set({ dropReplies: true })
  const appending = appendMessages(redis.queue, redis.keys, [message])
  appending.catch(() => undefined)
  await waitFor(() => queueProxy.lostBytes() > 0, { what: 'the reply to be lost' })
  queueProxy.reset()
  await expect(appending).rejects.toSatisfy(isRedisUnavailable)
  queueProxy.set({})
  await redis.queue.ready(10_000)
  await appendMessages(redis.queue, redis.keys, [message])
  const seen: number[] = []
  const verdicts: boolean[] = []
  const reader = startTestReader(servers.redis, {
    reader: 'live',
    instance: 'a',
    onEntry: async (entry) => {
      const { serial, receivedAt: sequence } = rawMessageOf(entry)
      seen.push(sequence)
      const json = `{"bootId":1,"sequence":${sequence},"serial":"${serial}"}`
      const partition = redis.keys.partitionOf(serial)
      const update = { serial, bootId: 1, sequence, json }
      verdicts.push(...(await acceptStatuses(servers.redis.state, redis.keys, partition, [update])))
    },
  })
  await waitFor(() => verdicts.length === 2, { what: 'both copies to be handled' })
  expect(seen).toEqual([message.receivedAt, message.receivedAt])
  expect(verdicts).toEqual([true, false])
  await reader.stop()
})

test('a half-open link under steady writes is noticed and replaced within ten seconds', async () => {
  const outcomes: { at: number; ok: boolean }[] = []
  const confirmed: number[] = []
  let next = 1_700_000_000_000
  const writing = setInterval(() => {
    const batch = testMessages(5, 'WRITE', next)
    next += batch.length
    appendMessages(redis.queue, redis.keys, batch).then(
      () => {
        confirmed.push(...batch.map(({ receivedAt }) => receivedAt))
        outcomes.push({ at: performance.now(), ok: true })
      },
      (error) => {
        expect(isRedisUnavailable(error)).toBe(true)
        outcomes.push({ at: performance.now(), ok: false })
      },
    )
  }, 20)
  await waitFor(() => confirmed.length > 100, { what: 'steady writes' })
  queueProxy.set({ blackHole: true })
  const brokenAt = performance.now()
  await waitFor(() => queueProxy.lostBytes() > 0)
  await waitFor(() => outcomes.some(({ ok }) => !ok), { what: 'callers to be told', deadlineMs: 10_000 })
  queueProxy.set({})
  const known = confirmed.length
  await waitFor(() => confirmed.length > known, { what: 'writes to go on', deadlineMs: 10_000 })
  expect(performance.now() - brokenAt).toBeLessThan(10_000)
  clearInterval(writing)
})

test('a server that accepts connections and says nothing is given up and tried again', async () => {
  queueProxy.set({ blackHole: true })
  queueProxy.reset()
  await waitFor(() => !redis.queue.isReady, { what: 'the loss to be noticed' })
  await waitFor(() => queueProxy.connections() > 0, { what: 'a connection nobody greets' })
  queueProxy.set({})
  await redis.queue.ready(10_000)
  expect(await redis.queue.command(undefined, ['PING'])).toBe('PONG')
})

test('an idle connection notices a half-open link by itself', async () => {
  queueProxy.set({ blackHole: true })
  await waitFor(() => !redis.queue.isReady, { what: 'the loss to be noticed', deadlineMs: 10_000 })
})

test('while Redis is frozen what callers pile up is bounded, in number and in bytes', async () => {
  servers.queue.pause()
  const codes: Record<string, number> = {}
  const note = (error: { code: string }) => {
    codes[error.code] = (codes[error.code] ?? 0) + 1
  }
  const set = (value: Buffer | string) => redis.queue.command('key', ['SET', 'key', value]).catch(note)
  const large = Array.from({ length: 100 }, () => set(Buffer.alloc(1024 * 1024)))
  await waitFor(() => codes['redis-overloaded'] === 37, { what: 'all beyond 64 MiB to be refused' })
  const small = Array.from({ length: 20_000 }, () => set('small'))
  await waitFor(() => codes['redis-overloaded'] === 37 + 63, { what: 'all beyond 20,000 commands to be refused' })
  await Promise.all([...large, ...small])
  expect(codes).toEqual({ 'redis-overloaded': 100, 'redis-unavailable': 20_000 })
  servers.queue.resume()
  await redis.queue.ready(15_000)
  expect(await redis.queue.command('key', ['SET', 'key', 'again'])).toBe('OK')
})

test('a subscriber that was away during 100 changes knows the newest one after its reconnect hook', async () => {
  const serial = 'LIVE0001'
  let known = 0
  const read = async () => {
    const [status] = await readStatuses(servers.redis.state, redis.keys, [serial])
    known = Math.max(known, JSON.parse(status ?? '{"sequence":0}').sequence)
  }
  await redis.subscriber.subscribe(redis.keys.channel('device-status', serial), (message) => {
    known = JSON.parse(message).sequence
  })
  redis.subscriber.onReconnect(() => void read())
  const accept = async (sequence: number) => {
    const json = `{"bootId":1,"sequence":${sequence},"serial":"${serial}"}`
    const partition = redis.keys.partitionOf(serial)
    await acceptStatuses(servers.redis.state, redis.keys, partition, [{ serial, bootId: 1, sequence, json }])
  }
  await accept(1)
  await waitFor(() => known === 1, { what: 'the subscription to work' })
  stateProxy.set({ refuse: true })
  stateProxy.reset()
  for (let sequence = 2; sequence <= 101; sequence++) await accept(sequence)
  expect(known).toBe(1)
  stateProxy.set({})
  await waitFor(() => known === 101, { what: 'the newest status' })
  await accept(102)
  await waitFor(() => known === 102, { what: 'live messages again' })
})

test('a subscriber behind a half-open link comes back by itself', async () => {
  let seen = 0
  let reconnects = 0
  await redis.subscriber.subscribe('sc:alert:*', () => void seen++)
  redis.subscriber.onReconnect(() => void reconnects++)
  stateProxy.set({ blackHole: true })
  await waitFor(() => stateProxy.lostBytes() > 0, { what: 'something to be lost' })
  await waitFor(() => !redis.state.isReady, { what: 'the loss to be noticed', deadlineMs: 10_000 })
  stateProxy.set({})
  await waitFor(() => reconnects === 1, { what: 'the subscription to be made again', deadlineMs: 15_000 })
  const marker = async () => {
    await servers.redis.state.command(undefined, ['PUBLISH', 'sc:alert:X', 'marker'])
    return seen > 0
  }
  await waitFor(marker, { what: 'a message' })
})

test('durable messages go on through flapping connections, each handled at least once and in order', async () => {
  const handled: string[] = []
  const subscription = await subscribeMessage({
    type: MessageType.DeviceActivated,
    reader: 'flapping',
    handler: ({ serialNumber }) => void handled.push(serialNumber),
  })
  const flapping = setInterval(() => stateProxy.reset(), 700)
  for (let index = 0; index < 200; index++) {
    await publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber: `F${index}` }) })
  }
  await waitFor(() => handled.length > 20, { what: 'messages while the link flaps', deadlineMs: 20_000 })
  clearInterval(flapping)
  await waitFor(() => new Set(handled).size === 200, { what: 'all messages', deadlineMs: 15_000 })
  await subscription[Symbol.asyncDispose]()
})

test('a connection that is closed while it dials stays closed, and tells those who wait', async () => {
  stateProxy.set({ blackHole: true })
  const url = parseRedisUrl(`redis://127.0.0.1:${stateProxy.port}`)
  const connection = new RedisConnection({ name: 'short', url })
  const waiting = connection.ready(8_000)
  waiting.catch(() => undefined)
  await connection[Symbol.asyncDispose]()
  await expect(waiting).rejects.toMatchObject({ code: 'redis-unavailable' })
  await expect(connection.command(undefined, ['PING'])).rejects.toMatchObject({ code: 'redis-unavailable' })
})
