import { rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decidePassage, type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { type RedisServer, startRedis } from './redis.ts'
import { redisCommand } from './redis-command.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { waitFor } from './wait-for.ts'

const folder = temporaryFolder()
let redis: RedisServer
let proxy: FaultProxy

beforeAll(async () => {
  redis = await startRedis({ folder })
  proxy = await startFaultProxy({ target: redis })
})

afterAll(async () => {
  await proxy.stop()
  await redis.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** One connection through the proxy, with what came back so far. */
async function open(): Promise<{ socket: Socket; received: () => string; closedWith: () => string | undefined }> {
  const socket = connect(proxy.port, '127.0.0.1')
  let received = ''
  let closedWith: string | undefined
  socket.on('data', (chunk) => {
    received += chunk.toString()
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    closedWith = error.code
  })
  socket.on('close', () => {
    closedWith ??= 'end'
  })
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, received: () => received, closedWith: () => closedWith }
}

test('a healthy proxy passes both directions', async () => {
  proxy.set({})
  expect(await redisCommand(proxy.port, 'PING')).toBe('PONG')
})

test('with replies dropped, the server acts and the client hears nothing', async () => {
  const client = await open()
  const lostBefore = proxy.lostBytes()
  proxy.set({ dropReplies: true })
  client.socket.write('SET dropped yes\r\n')
  await waitFor(async () => (await redisCommand(redis.port, 'GET', 'dropped')) === 'yes')
  await waitFor(() => proxy.lostBytes() > lostBefore, { what: 'the reply to be dropped' })
  proxy.set({})
  client.socket.write('PING\r\n')
  await waitFor(() => client.received() !== '')
  expect(client.received()).toBe('+PONG\r\n')
  client.socket.destroy()
})

test('a half-open link swallows what is sent, and the connection stays up', async () => {
  const client = await open()
  client.socket.write('PING\r\n')
  await waitFor(() => client.received() === '+PONG\r\n')
  const before = proxy.lostBytes()
  proxy.set({ blackHole: true })
  client.socket.write('SET swallowed yes\r\n')
  await waitFor(() => proxy.lostBytes() === before + 'SET swallowed yes\r\n'.length)
  expect(client.closedWith()).toBeUndefined()
  proxy.set({})
  client.socket.write('EXISTS swallowed\r\n')
  await waitFor(() => client.received() === '+PONG\r\n:0\r\n')
  client.socket.destroy()
})

test('a reset cuts every connection at once', async () => {
  proxy.set({})
  const client = await open()
  client.socket.write('PING\r\n')
  await waitFor(() => client.received() !== '')
  proxy.reset()
  expect(await waitFor(() => client.closedWith())).toBe('ECONNRESET')
  await waitFor(() => proxy.connections() === 0)
})

test('refusing closes new connections', async () => {
  proxy.set({ refuse: true })
  await expect(redisCommand(proxy.port, 'PING')).rejects.toThrow()
  proxy.set({})
})

test('latency and limit make a piece of data wait', async () => {
  expect(decidePassage({ latencyMs: 30 }, 'request', 1)).toEqual({ waitMs: 30 })
  expect(decidePassage({ limitBytesPerSecond: 1_000 }, 'reply', 500)).toEqual({ waitMs: 500 })
  expect(decidePassage({ dropReplies: true }, 'request', 1)).toEqual({ waitMs: 0 })
  expect(decidePassage({ dropReplies: true }, 'reply', 1)).toBeUndefined()
  proxy.set({ latencyMs: 60 })
  const startedAt = performance.now()
  await redisCommand(proxy.port, 'PING')
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119)
  proxy.set({})
})
