import { rmSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { identityOf, isSameProcessAlive } from './process-identity.ts'
import { startRedis } from './redis.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { redisCommand } from './redis-command.ts'
import { startRedisSentinel } from './redis-sentinel.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { waitFor } from './wait-for.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a durable server keeps what it confirmed through kill -9, on the same port', async () => {
  await using server = await startRedis({ folder, name: 'durable', durable: true })
  await redisCommand(server.port, 'SET', 'word', 'kept')
  const before = { port: server.port, pid: server.pid }
  await server.kill()
  expect(server.isRunning()).toBe(false)
  await server.restart()
  expect(server.port).toBe(before.port)
  expect(server.pid).not.toBe(before.pid)
  expect(await redisCommand(server.port, 'GET', 'word')).toBe('kept')
  expect(await redisCommand(server.port, 'CONFIG', 'GET', 'appendfsync')).toEqual(['appendfsync', 'always'])
})

test('a server without durability forgets over kill -9', async () => {
  await using server = await startRedis({ folder, name: 'forgetful' })
  await redisCommand(server.port, 'SET', 'word', 'lost')
  await server.kill()
  await server.restart()
  expect(await redisCommand(server.port, 'GET', 'word')).toBeNull()
})

test('a full server refuses to write and still answers', async () => {
  await using server = await startRedis({ folder, name: 'full', maximumMemoryBytes: 8_000_000 })
  const fill = async () => {
    for (let index = 0; index < 10; index += 1) await redisCommand(server.port, 'SET', index, 'x'.repeat(1_000_000))
  }
  await expect(fill()).rejects.toThrow(/OOM/)
  expect(await redisCommand(server.port, 'GET', 0)).toHaveLength(1_000_000)
})

test('a paused server answers nobody until it is resumed', async () => {
  await using server = await startRedis({ folder, name: 'paused' })
  server.pause()
  let answered = false
  const answer = redisCommand(server.port, 'PING').then((reply) => {
    answered = true
    return reply
  })
  await waitFor(() => identityOf(server.pid) !== undefined)
  expect(answered).toBe(false)
  server.resume()
  expect(await answer).toBe('PONG')
})

test('an end that nobody asked for is reported, and an asked one is not', async () => {
  await using server = await startRedis({ folder, name: 'crashing' })
  let crashes = 0
  server.onCrash(() => {
    crashes += 1
  })
  await server.restart()
  await server.stop()
  await server.restart()
  expect(crashes).toBe(0)
  process.kill(server.pid, 'SIGKILL')
  await waitFor(() => crashes === 1)
})

test('the folder of a running server is refused, by the number of its owner', async () => {
  await using server = await startRedis({ folder, name: 'owned' })
  const second = startRedis({ folder, name: 'owned' })
  await expect(second).rejects.toMatchObject({
    code: 'server-in-use',
    message: expect.stringContaining(`${process.pid}`),
  })
  expect(server.isRunning()).toBe(true)
})

test('a folder with blanks and quotes in its name works', async () => {
  await using server = await startRedis({ folder: `${folder}/it's a "folder"`, durable: true })
  expect(await redisCommand(server.port, 'SET', 'word', 'kept')).toBe('OK')
})

test('a stopped server is gone', async () => {
  const server = await startRedis({ folder, name: 'stopped' })
  const identity = identityOf(server.pid)
  await server.stop()
  await server.stop()
  expect(identity !== undefined && isSameProcessAlive(identity)).toBe(false)
})

test('a cluster of three serves every slot', async () => {
  const cluster = await startRedisCluster({ folder })
  try {
    const owners = await Promise.all(
      cluster.nodes.map((node) =>
        redisCommand(node.port, 'SET', '{07}:word', 'x').catch((error: Error) => error.message.split(' ')[0]),
      ),
    )
    expect(owners.sort()).toEqual(['MOVED', 'MOVED', 'OK'])
  } finally {
    await cluster.stop()
  }
})

test('sentinels promote the replica when the master dies', async () => {
  const sentinel = await startRedisSentinel({ folder })
  try {
    expect(await sentinel.currentMasterPort()).toBe(sentinel.master.port)
    await sentinel.master.kill()
    const isPromoted = async () => (await sentinel.currentMasterPort()) === sentinel.replica.port
    await waitFor(isPromoted, { deadlineMs: 20_000, what: 'the failover' })
  } finally {
    await sentinel.stop()
  }
}, 60_000)
