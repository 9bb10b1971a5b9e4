import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestReader, testMessages } from '../testing/test-reader.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'
import { messagesLog, topicLog } from './catalogue.ts'
import { appendMessages, rawMessageOf } from './message-queue.ts'
import { PartitionLeases } from './partition-leases.ts'

let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis({ partitions: 2 })
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

test('whoever lost a lease can neither commit nor release nor note an entry; the heir can', async () => {
  const { state, keys } = servers.redis
  const [stream, readers] = [keys.stream('stolen', 0), keys.readers('stolen', 0)]
  const lease = (owner: string, leaseMs: number) =>
    state.call('sc1_lease', [stream, readers], ['reader', owner, String(leaseMs), 'oldest']) as Promise<number[]>
  const id = String(await state.command(stream, ['XADD', stream, '*', 's', 'X', 'm', '{}']))
  const commit = (epoch: number) =>
    state.call('sc1_commit', [stream, readers], ['reader', '', String(epoch), '0-0', id, '1', '0'])
  const cursor = () => state.command(readers, ['HGET', readers, 'cursor:reader'])

  expect(await lease('first', 100)).toEqual([1, 1, '0-0', 0])
  expect((await lease('second', 60_000))[0]).toBe(0)
  await waitFor(async () => (await lease('second', 60_000))[0] === 1, { what: 'the lease to run out' })
  expect(await commit(1)).toEqual([-1])
  expect(await cursor()).toBe('0-0')
  expect(await state.call('sc1_try', [readers], ['reader', '1', id])).toBe(-1)
  expect(await state.call('sc1_release', [readers], ['reader', 'first', '1'])).toBe(0)
  expect((await lease('first', 100))[0]).toBe(0)
  expect(await commit(2)).toEqual([1])
  expect(await cursor()).toBe(id)
})

test('a takeover counts as stuck only while there was something to read', async () => {
  const { state, keys } = servers.redis
  const [stream, readers] = [keys.stream('idle', 0), keys.readers('idle', 0)]
  const takeOver = async (owner: string) => {
    const values = ['reader', owner, '30', 'oldest']
    const ask = async () => (await state.call('sc1_lease', [stream, readers], values)) as number[]
    return waitFor(async () => {
      const reply = await ask()
      return reply[0] === 1 ? reply : undefined
    })
  }
  for (const owner of ['a', 'b', 'c']) expect((await takeOver(owner))[3]).toBe(0)
  await state.command(stream, ['XADD', stream, '*', 's', 'X', 'm', '{}'])
  expect((await takeOver('d'))[3]).toBe(1)
  expect((await takeOver('e'))[3]).toBe(2)
})

test('a hold that ended is not the next one of the same partition, so a batch read under it is not worked on', async () => {
  const { redis } = servers
  const log = topicLog('holds')
  const options = { connection: redis.state, keys: redis.keys, log, reader: 'reader', leaseMs: 400 }
  await using leases = new PartitionLeases({ ...options, owner: 'me' })
  await waitFor(() => leases.usable().length === 2)
  const [old] = leases.usable()
  if (!old) return
  leases.lost(old)
  expect(leases.isUsable(old)).toBe(false)
  await waitFor(() => leases.usable().length === 2, { what: 'the partition to be taken again' })
  expect(leases.isHeld(old)).toBe(false)
  expect(leases.usable()).not.toContain(old)
})

test('a lease that cannot be renewed is not used to its very end', async () => {
  const { redis } = servers
  const options = { connection: redis.state, keys: redis.keys, log: topicLog('paused'), reader: 'reader', leaseMs: 800 }
  await using leases = new PartitionLeases({ ...options, owner: 'me' })
  const [owned] = await waitFor(() => (leases.usable().length === 2 ? leases.usable() : undefined))
  servers.state.pause()
  await waitFor(() => leases.usable().length === 0, { intervalMs: 5 })
  expect(leases.isHeld(owned)).toBe(true)
  await waitFor(() => !leases.isHeld(owned))
  servers.state.resume()
  await waitFor(() => leases.usable().length === 2, { what: 'the leases to come back' })
})

test('instances join and leave, and every partition is held by exactly one of them again', async () => {
  const { redis } = servers
  const options = { connection: redis.state, keys: redis.keys, log: topicLog('moves'), reader: 'reader', leaseMs: 400 }
  const open = (owner: string) => new PartitionLeases({ ...options, owner })
  const first = open('first')
  await waitFor(() => first.usable().length === 2)
  const second = open('second')
  await waitFor(() => first.usable().length === 1 && second.usable().length === 1, { what: 'a share for each' })
  expect(first.usable()[0]?.partition).not.toBe(second.usable()[0]?.partition)
  await first[Symbol.asyncDispose]()
  await waitFor(() => second.usable().length === 2, { what: 'the rest to move' })
  await second[Symbol.asyncDispose]()
  const key = redis.keys.members('moves', 'reader')
  expect(await redis.state.command(key, ['EXISTS', key])).toBe(0)
})

test('a reader whose commits a failover lost goes back, so that entries with older ids than its own are not skipped', async () => {
  const { redis } = servers
  const seen: number[] = []
  const reader = startTestReader(redis, {
    reader: 'history',
    instance: 'a',
    leaseMs: 400,
    onEntry: (entry) => void seen.push(rawMessageOf(entry).receivedAt),
  })
  const [message] = testMessages(1)
  if (!message) return
  const partition = redis.keys.partitionOf(message.serial)
  const [stream, readers] = [
    redis.keys.stream(messagesLog.name, partition),
    redis.keys.readers(messagesLog.name, partition),
  ]
  const cursor = () => redis.queue.command(readers, ['HGET', readers, 'cursor:history'])
  await appendMessages(redis.queue, redis.keys, [message])
  await waitFor(async () => (await cursor()) !== '0-0' && seen.length === 1)
  // What a replica holds that missed the last moments: no entry, the cursor before it, and a clock that is behind.
  await redis.queue.command(stream, ['DEL', stream])
  await redis.queue.command(readers, ['HSET', readers, 'cursor:history', '5-0'])
  await redis.queue.command(stream, ['XADD', stream, '6-0', 's', message.serial, 't', '77', 'p', 'x'])
  await waitFor(() => seen.includes(77), { what: 'the entry with an older id' })
  await reader.stop()
})
