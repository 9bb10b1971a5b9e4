import { redisCommand, waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RedisConnection } from '../connection.ts'
import { libraryBuild } from '../functions.ts'
import { appendMessages, rawMessageOf } from '../log/message-queue.ts'
import { conformanceTests } from '../testing/conformance.ts'
import { inspectQueue, startTestReader, sumOf, testMessages } from '../testing/test-reader.ts'
import { startTestCluster } from '../testing/test-redis.ts'
import { rateLimit } from '../throttles.ts'

let installation: Awaited<ReturnType<typeof startTestCluster>>

beforeAll(async () => {
  installation = await startTestCluster()
})
afterAll(async () => {
  await installation[Symbol.asyncDispose]()
})

conformanceTests(() => installation.redis)

const portOf = async (key: string): Promise<number> => {
  const ports = installation.cluster.nodes.map(({ port }) => port)
  for (const port of ports) {
    const reply = await redisCommand(port, 'TYPE', key).catch((error: Error) => error.message)
    if (typeof reply === 'string' && !reply.startsWith('MOVED')) return port
  }
  throw new Error(`nobody serves ${key}`)
}

test('everything of one partition lies in one slot, and the partitions lie on several nodes', async () => {
  const { keys } = installation.redis
  const [anyPort] = installation.cluster.nodes.map(({ port }) => port)
  const slotOf = (key: string) => redisCommand(anyPort ?? 0, 'CLUSTER', 'KEYSLOT', key)
  const nodes = new Set<number>()
  for (let partition = 0; partition < keys.partitions; partition++) {
    const serial =
      Array.from({ length: 99 }, (_, index) => `S${index}`).find((s) => keys.partitionOf(s) === partition) ?? ''
    const names = [
      keys.stream('messages', partition),
      keys.readers('messages', partition),
      keys.stream('device-status', partition),
      keys.setAside('device-status', partition, 'reader'),
      keys.status(serial),
      keys.connection(serial),
      keys.credential(serial),
      keys.stream('alert', partition),
      keys.alertDeadlines(partition),
      keys.alertState(serial),
      keys.incidents(serial),
      keys.alertThrottle(serial, 'hot', 'fan-1'),
    ]
    expect(new Set(await Promise.all(names.map(slotOf))).size).toBe(1)
    nodes.add(await portOf(keys.stream('messages', partition)))
  }
  expect(nodes.size).toBeGreaterThan(1)
})

test('every master has the Functions, and one that lost them gets them again', async () => {
  for (const { port } of installation.cluster.nodes) {
    const list = JSON.stringify(await redisCommand(port, 'FUNCTION', 'LIST', 'WITHCODE'))
    expect(list).toContain(`-- build: ${libraryBuild}`)
    await redisCommand(port, 'FUNCTION', 'FLUSH')
  }
  const calls = Array.from({ length: 30 }, (_, index) => rateLimit({ key: `sc:api:{c${index}}:calls`, limit: 1 }))
  expect((await Promise.all(calls)).every(({ allowed }) => allowed)).toBe(true)
})

test('a partition whose slot moves to another node is written and read on, in order', async () => {
  const { redis, cluster } = installation
  const { keys } = redis
  const slot = Number(await redisCommand(cluster.nodes[0]?.port ?? 0, 'CLUSTER', 'KEYSLOT', keys.stream('messages', 1)))
  const fromPort = await portOf(keys.stream('messages', 1))
  const target = cluster.nodes.find(({ port }) => port !== fromPort)
  const ids = new Map<number, string>()
  for (const { port } of cluster.nodes) ids.set(port, String(await redisCommand(port, 'CLUSTER', 'MYID')))
  const toPort = target?.port ?? 0

  const seen = new Map<string, number[]>()
  const live = startTestReader(redis, { reader: 'live', instance: 'b' })
  const history = startTestReader(redis, {
    reader: 'history',
    instance: 'b',
    onEntry: (entry) => {
      const { serial, receivedAt } = rawMessageOf(entry)
      seen.set(serial, [...(seen.get(serial) ?? []), receivedAt])
    },
  })
  const sent = testMessages(400, 'SLOT')
  let appended = 0
  const append = async () => {
    const batch = sent.slice(appended, appended + 20)
    await appendMessages(redis.queue, keys, batch)
    appended += batch.length
  }
  while (appended < 100) await append()
  await redisCommand(toPort, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids.get(fromPort) ?? '')
  await redisCommand(fromPort, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids.get(toPort) ?? '')
  const moving = (await redisCommand(fromPort, 'CLUSTER', 'GETKEYSINSLOT', slot, 1000)) as string[]
  for (const key of moving) await redisCommand(fromPort, 'MIGRATE', '127.0.0.1', toPort, key, 0, 5000)
  for (const { port } of cluster.nodes) {
    await redisCommand(port, 'CLUSTER', 'SETSLOT', slot, 'NODE', ids.get(toPort) ?? '')
  }
  expect(moving).toContain(keys.readers('messages', 1))
  while (appended < 400) await append()
  await waitFor(() => [...seen.values()].flat().length >= 400, { what: 'all messages', deadlineMs: 20_000 })
  for (const [serial, moments] of seen) {
    const expected = sent.filter((message) => message.serial === serial).map(({ receivedAt }) => receivedAt)
    expect([...new Set(moments)]).toEqual(expected)
  }
  expect(await portOf(keys.stream('messages', 1))).toBe(toPort)
  await Promise.all([live.stop(), history.stop()])
})

test('while one node is away the other partitions go on, and its own come back with it', {
  timeout: 60_000,
}, async () => {
  const { redis, cluster } = installation
  const { keys } = redis
  const deadPort = await portOf(keys.stream('messages', 0))
  const dead = cluster.nodes.find(({ port }) => port === deadPort)
  const alive = Array.from({ length: keys.partitions }, (_, partition) => partition)
  const serialFor = (partition: number) =>
    Array.from({ length: 99 }, (_, index) => `N${index}`).find((s) => keys.partitionOf(s) === partition) ?? ''
  const portOfPartition = await Promise.all(alive.map((partition) => portOf(keys.stream('messages', partition))))
  const healthy = alive.find((partition) => portOfPartition[partition] !== deadPort) ?? -1
  const append = (partition: number) =>
    appendMessages(redis.queue, keys, [{ serial: serialFor(partition), receivedAt: 1, payload: Buffer.from('x') }])
  await dead?.kill()
  await expect(append(0)).rejects.toMatchObject({ code: 'redis-unavailable' })
  await waitFor(() => append(healthy).then(() => true), { what: 'a healthy partition to take a message' })
  const late = new RedisConnection({ name: 'late', url: redis.queue.url })
  await late.ready()
  const stream = keys.stream('messages', healthy)
  expect(await late.command(stream, ['XLEN', stream])).toBeGreaterThan(0)
  await late[Symbol.asyncDispose]()
  await dead?.restart()
  await waitFor(() => append(0).then(() => true), { what: 'the partition to come back', deadlineMs: 30_000 })
  expect(sumOf(await inspectQueue(redis, 'history'), 'queued')).toBeGreaterThanOrEqual(2)
})
