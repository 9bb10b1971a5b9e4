import { MessageType } from '@stellacontrol/protocol'
import { CodedError } from '@stellacontrol/runtime'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useCache } from '../cache.ts'
import { openRedis } from '../redis.ts'
import { redisUnavailable } from '../redis-errors.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'
import { createMessage, publishMessage } from './messages.ts'
import { subscribeMessage } from './subscribe-message.ts'
import { decideFailure, maximumAttempts, RejectedMessage } from './topic-handler.ts'

let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

const activate = (serialNumber: string) =>
  publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber }) })

async function setAsideOf(reader: string): Promise<string[]> {
  const { state, keys } = servers.redis
  const texts: string[] = []
  for (let partition = 0; partition < keys.partitions; partition++) {
    const key = keys.setAside('device-activated', partition, reader)
    texts.push(JSON.stringify(await state.command(key, ['XRANGE', key, '-', '+'])))
  }
  return texts.filter((text) => text !== '[]')
}

test('a live subscription sees what is published from then on: of one device, or of all', async () => {
  const one: string[] = []
  const all: string[] = []
  await activate('LIVE-BEFORE')
  const subscriptions = [
    await subscribeMessage({
      type: MessageType.DeviceActivated,
      serialNumber: 'LIVE-1',
      handler: ({ serialNumber }) => void one.push(serialNumber),
    }),
    await subscribeMessage({
      type: MessageType.DeviceActivated,
      handler: ({ serialNumber }) => void all.push(serialNumber),
    }),
  ]
  await activate('LIVE-1')
  await activate('LIVE-2')
  await waitFor(() => all.length >= 2)
  expect(all).toEqual(['LIVE-1', 'LIVE-2'])
  expect(one).toEqual(['LIVE-1'])
  await subscriptions[0]?.[Symbol.asyncDispose]()
  await activate('LIVE-1')
  await waitFor(() => all.length === 3)
  expect(one).toEqual(['LIVE-1'])
  await subscriptions[1]?.[Symbol.asyncDispose]()
})

test('a live handler that throws is called for the next message all the same', async () => {
  const seen: string[] = []
  const subscription = await subscribeMessage({
    type: MessageType.DeviceActivated,
    handler: ({ serialNumber }) => {
      seen.push(serialNumber)
      throw new Error('broken')
    },
  })
  await activate('THROW-1')
  await activate('THROW-2')
  await waitFor(() => seen.length === 2)
  await subscription[Symbol.asyncDispose]()
})

test('a durable subscription sees everything from the moment it resolved, also what came while nobody ran', async () => {
  const seen: string[] = []
  const subscribe = () =>
    subscribeMessage({
      type: MessageType.DeviceActivated,
      reader: 'durable',
      handler: ({ serialNumber }) => void seen.push(serialNumber),
    })
  await activate('DURABLE-BEFORE')
  const first = await subscribe()
  await Promise.all(Array.from({ length: 20 }, (_, index) => activate(`DURABLE-${index}`)))
  await waitFor(() => seen.length === 20)
  await first[Symbol.asyncDispose]()
  await Promise.all(Array.from({ length: 20 }, (_, index) => activate(`DURABLE-AWAY-${index}`)))
  const second = await subscribe()
  await waitFor(() => seen.length === 40)
  expect(new Set(seen).size).toBe(40)
  expect(seen).not.toContain('DURABLE-BEFORE')
  await second[Symbol.asyncDispose]()
})

test('two instances of one reader share the messages, and another reader sees them all', async () => {
  const other = openRedis({ name: 'other', environment: servers.environment })
  const seen = { a: [] as string[], b: [] as string[], all: [] as string[] }
  const note =
    (list: string[]) =>
    ({ serialNumber }: { serialNumber: string }) =>
      void list.push(serialNumber)
  const type = MessageType.DeviceActivated
  const subscriptions = [
    await subscribeMessage({ type, reader: 'shared', handler: note(seen.a) }),
    await subscribeMessage({ type, reader: 'shared', handler: note(seen.b) }),
    await subscribeMessage({ type, reader: 'alone', handler: note(seen.all) }),
  ]
  let sent = 0
  await waitFor(
    async () => {
      await activate(`SHARED-${sent++}`)
      return seen.a.length > 0 && seen.b.length > 0
    },
    { what: 'both instances to work', deadlineMs: 20_000 },
  )
  await waitFor(() => seen.all.length === sent && seen.a.length + seen.b.length === sent)
  expect([...seen.a, ...seen.b].sort()).toEqual([...seen.all].sort())
  for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})

test('a handler that fails and recovers gets the same message again, in order, and holds up nobody else', async () => {
  const handled: string[] = []
  let isBroken = true
  const { keys } = servers.redis
  const broken = 'RECOVER-1'
  const partition = keys.partitionOf(broken)
  const neighbour = Array.from({ length: 50 }, (_, index) => `OTHER-${index}`).find(
    (s) => keys.partitionOf(s) !== partition,
  )
  const subscription = await subscribeMessage({
    type: MessageType.DeviceActivated,
    reader: 'recovering',
    handler: ({ serialNumber }) => {
      if (serialNumber === broken && isBroken) throw new Error('not yet')
      handled.push(serialNumber)
    },
  })
  const follower = Array.from({ length: 50 }, (_, index) => `SAME-${index}`).find(
    (s) => keys.partitionOf(s) === partition,
  )
  await activate(broken)
  await activate(follower ?? '')
  await activate(neighbour ?? '')
  await waitFor(() => handled.includes(neighbour ?? ''), { what: 'the neighbour' })
  expect(handled).toEqual([neighbour])
  isBroken = false
  await waitFor(() => handled.length === 3)
  expect(handled).toEqual([neighbour, broken, follower])
  expect(await setAsideOf('recovering')).toEqual([])
  await subscription[Symbol.asyncDispose]()
})

test('what a handler rejects is set aside at once with its reason, and the rest goes on', async () => {
  const handled: string[] = []
  const subscription = await subscribeMessage({
    type: MessageType.DeviceActivated,
    reader: 'rejecting',
    handler: ({ serialNumber }) => {
      if (serialNumber === 'REJECT-1') throw new RejectedMessage('nobody knows this device')
      handled.push(serialNumber)
    },
  })
  await activate('REJECT-1')
  for (let index = 0; index < 10; index++) await activate(`KEEP-${index}`)
  await waitFor(() => handled.length === 10)
  const aside = await setAsideOf('rejecting')
  expect(aside).toHaveLength(1)
  expect(aside[0]).toContain('REJECT-1')
  expect(aside[0]).toContain('nobody knows this device')
  await subscription[Symbol.asyncDispose]()
})

test('a handler that is stopped in the middle commits what it has done', async () => {
  const seen: string[] = []
  const stopping = new AbortController()
  const subscribe = (signal?: AbortSignal) =>
    subscribeMessage({
      type: MessageType.DeviceActivated,
      reader: 'stopping',
      handler: async ({ serialNumber }) => {
        seen.push(serialNumber)
        if (seen.length === 30) stopping.abort()
      },
      ...(signal ? { signal } : {}),
    })
  await subscribe(stopping.signal)
  for (let index = 0; index < 60; index++) await activate('STOP-1')
  await waitFor(() => stopping.signal.aborted)
  await waitFor(async () => {
    const key = servers.redis.keys.readers('device-activated', servers.redis.keys.partitionOf('STOP-1'))
    return (await servers.redis.state.command(key, ['HGET', key, 'owner:stopping'])) === ''
  })
  const second = await subscribe()
  await waitFor(() => seen.length >= 60)
  expect(seen).toHaveLength(60)
  await second[Symbol.asyncDispose]()
})

test('failures that say that somebody is away never set a message aside', () => {
  expect(decideFailure(redisUnavailable('gone'), 1_000)).toBe('wait')
  expect(decideFailure(new CodedError('database-unavailable', 'gone'), 1_000)).toBe('wait')
  expect(decideFailure(new Error('OOM command not allowed'), 1_000)).toBe('wait')
  expect(decideFailure(new Error('a bug'), maximumAttempts - 1)).toBe('retry')
  expect(decideFailure(new Error('a bug'), maximumAttempts)).toBe('set-aside')
  expect(decideFailure(new RejectedMessage('never'), 1)).toBe('set-aside')
})

test('the cache sets, reads, expires and removes by the names people write', async () => {
  await useCache(async (cache) => {
    await cache.set('sc:test:value', 'ä\u0000ö')
    expect(await cache.get('sc:test:value')).toBe('ä\u0000ö')
    expect(await cache.remove('sc:test:value')).toBe(true)
    expect(await cache.remove('sc:test:value')).toBe(false)
    expect(await cache.get('sc:test:value')).toBeUndefined()
    await cache.set('sc:test:short', 'x', { expiresInMs: 50 })
    await waitFor(async () => (await cache.get('sc:test:short')) === undefined)
    expect(await cache.command('sc:test:list', ['RPUSH', 'sc:test:list', 'a', 'b'])).toBe(2)
  })
})
