import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'
import { messagesLog } from './catalogue.ts'
import type { LogEntry } from './entry.ts'
import { inspectPartition } from './inspect-log.ts'
import { appendMessages, rawMessageOf } from './message-queue.ts'
import { readLog } from './read-log.ts'

let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

function startReader(
  reader: string,
  instance: string,
  handleEntry: (entry: LogEntry) => void,
  setAside: (entry: LogEntry) => void = () => {},
) {
  const { redis } = servers
  const stopping = new AbortController()
  const readConnection = redis.openReader('queue', `${reader}:${instance}`)
  const finished = readConnection.ready().then(() =>
    readLog({
      log: messagesLog,
      reader,
      instance,
      keys: redis.keys,
      connection: redis.queue,
      readConnection,
      handle: async (batches) => {
        for (const batch of batches) for (const entry of batch.entries) handleEntry(entry)
      },
      setAside: async (entry) => setAside(entry),
      isUnavailable: () => false,
      signal: stopping.signal,
    }),
  )
  return {
    async stop() {
      stopping.abort()
      await finished
      await readConnection[Symbol.asyncDispose]()
    },
  }
}

function messages(count: number, prefix = 'TEST') {
  return Array.from({ length: count }, (_, index) => ({
    serial: `${prefix}${String(index % 20).padStart(4, '0')}`,
    receivedAt: 1_700_000_000_000 + index,
    payload: Buffer.from([0, 255, index & 255, index >> 8]),
  }))
}

test('two readers each see every message in order per device, bytes unharmed, and the stream is trimmed behind both', async () => {
  const { redis } = servers
  const sent = messages(1000)
  const seen: Record<string, { serial: string; receivedAt: number; payload: Buffer }[]> = { live: [], history: [] }
  const live = startReader('live', 'a', (entry) => seen.live?.push(rawMessageOf(entry)))
  const history = startReader('history', 'a', (entry) => seen.history?.push(rawMessageOf(entry)))
  for (let index = 0; index < sent.length; index += 100) {
    await appendMessages(redis.queue, redis.keys, sent.slice(index, index + 100))
  }
  await waitFor(() => seen.live?.length === 1000 && seen.history?.length === 1000, {
    what: 'both readers to see 1,000 messages',
    deadlineMs: 15_000,
  })
  for (const reader of ['live', 'history']) {
    for (let device = 0; device < 20; device++) {
      const serial = `TEST${String(device).padStart(4, '0')}`
      const expected = sent.filter((message) => message.serial === serial)
      expect(seen[reader]?.filter((message) => message.serial === serial)).toEqual(expected)
    }
  }
  await waitFor(
    async () => {
      const states = await Promise.all(
        Array.from({ length: redis.keys.partitions }, (_, partition) =>
          inspectPartition(redis.queue, redis.keys, { log: messagesLog, reader: 'history', partition }),
        ),
      )
      const appended = states.reduce((sum, state) => sum + state.appended, 0)
      return appended === 1000 && states.every((state) => state.length === 0 && state.queued === 0)
    },
    { what: 'the streams to be empty', deadlineMs: 10_000 },
  )
  await Promise.all([live.stop(), history.stop()])
})

test('an entry that always fails alone is set aside once, and everything around it is handled', async () => {
  const { redis } = servers
  const poison = Buffer.from('poison')
  const batch = messages(50, 'BAD')
  batch[17] = { ...(batch[17] as (typeof batch)[number]), payload: poison }
  const handled = new Set<number>()
  const aside: LogEntry[] = []
  const live = startReader('live', 'a', () => {})
  const history = startReader(
    'history',
    'a',
    (entry) => {
      const message = rawMessageOf(entry)
      if (message.payload.equals(poison)) throw new Error('cannot be handled')
      handled.add(message.receivedAt)
    },
    (entry) => aside.push(entry),
  )
  await appendMessages(redis.queue, redis.keys, batch)
  await waitFor(() => handled.size === 49 && aside.length === 1, { what: 'one set aside', deadlineMs: 15_000 })
  expect(rawMessageOf(aside[0] as LogEntry).payload).toEqual(poison)
  await Promise.all([live.stop(), history.stop()])
})

test('instances share the partitions, and a stopped one hands over without loss or disorder', async () => {
  const { redis } = servers
  const seen = new Map<string, number[]>()
  const byInstance: Record<string, number> = { a: 0, b: 0 }
  const note = (instance: string) => (entry: LogEntry) => {
    const message = rawMessageOf(entry)
    byInstance[instance] = (byInstance[instance] ?? 0) + 1
    seen.set(message.serial, [...(seen.get(message.serial) ?? []), message.receivedAt])
  }
  const live = startReader('live', 'x', () => {})
  const a = startReader('history', 'a', note('a'))
  const b = startReader('history', 'b', note('b'))
  const sent = messages(2000, 'SHARE')
  let next = 0
  const send = async (count: number) => {
    await appendMessages(redis.queue, redis.keys, sent.slice(next, next + count))
    next += count
  }
  const total = () => [...seen.values()].reduce((sum, list) => sum + list.length, 0)
  await waitFor(
    async () => {
      if (next < 1500) await send(20)
      return (byInstance.a ?? 0) > 0 && (byInstance.b ?? 0) > 0
    },
    { what: 'both instances to work', deadlineMs: 20_000 },
  )
  await b.stop()
  await send(2000 - next)
  await waitFor(() => total() >= 2000, { what: 'all messages', deadlineMs: 15_000 })
  for (const [serial, moments] of seen) {
    const expected = sent.filter((message) => message.serial === serial).map((message) => message.receivedAt)
    expect(moments).toEqual(expected)
  }
  await Promise.all([live.stop(), a.stop()])
})
