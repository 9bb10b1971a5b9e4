import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { libraryBuild, loadFunctions, librarySource as source } from './functions.ts'
import { appendMessages } from './log/message-queue.ts'
import type { RawClient } from './raw-client.ts'
import { testMessages } from './testing/test-reader.ts'
import { startTestRedis, type TestRedis } from './testing/test-redis.ts'

let servers: TestRedis
let client: RawClient

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})
beforeEach(async () => {
  client = await new Promise<RawClient>((resolve) => {
    const connection = servers.redis.openExtra('queue', 'probe')
    connection.onReady(async (raw) => resolve(raw))
  })
})

const withBuild = (build: number) => source.replace(/-- build: \d+/, `-- build: ${build}`)

async function presentBuild(): Promise<number> {
  const reply = await client.send(undefined, ['FUNCTION', 'LIST', 'LIBRARYNAME', 'sc1', 'WITHCODE'], false)
  return Number(/-- build: (\d+)/.exec(JSON.stringify(reply))?.[1])
}

test('a newer build replaces an older one, and an older process never replaces a newer build', async () => {
  expect(await presentBuild()).toBe(libraryBuild)
  await loadFunctions(client, withBuild(libraryBuild + 5))
  expect(await presentBuild()).toBe(libraryBuild + 5)
  await loadFunctions(client, withBuild(libraryBuild + 4))
  expect(await presentBuild()).toBe(libraryBuild + 5)
  await appendMessages(servers.redis.queue, servers.redis.keys, testMessages(10))
})

test('the next major lives beside this one', async () => {
  const next = source.replace('name=sc1', 'name=sc2').replaceAll("'sc1_", "'sc2_")
  await client.send(undefined, ['FUNCTION', 'LOAD', next], false)
  const { queue, keys } = servers.redis
  const members = keys.members('messages', 'upgrade')
  expect(await queue.call('sc1_join', [members], ['old', '1000'])).toEqual(['old'])
  expect(await queue.call('sc2_join', [members], ['new', '1000'])).toEqual(['new', 'old'])
})

test('a server that lost its Functions gets them at the next call, once for all callers', async () => {
  await client.send(undefined, ['FUNCTION', 'FLUSH'], false)
  const { queue, keys } = servers.redis
  await Promise.all(Array.from({ length: 200 }, () => appendMessages(queue, keys, testMessages(1))))
  expect(await presentBuild()).toBe(libraryBuild)
  const info = String(await queue.command(undefined, ['INFO', 'commandstats']))
  const loads = Number(/cmdstat_function\|load:calls=(\d+)/.exec(info)?.[1])
  // The first start, the newer build, the next major, and this one.
  expect(loads).toBe(4)
})

test('a server that was emptied and restarted gets them with the new connection', async () => {
  await client.send(undefined, ['FUNCTION', 'FLUSH'], false)
  await servers.queue.restart()
  await waitFor(async () => {
    await servers.redis.queue.ready()
    await appendMessages(servers.redis.queue, servers.redis.keys, testMessages(1))
    return true
  })
})

test('the library calls nothing that walks the keyspace, and reads no range without a limit', () => {
  const code = source.replaceAll(/^ *--.*$/gm, '')
  const calls = [...code.matchAll(/redis\.call\('([A-Z]+)'[^\n]*/g)]
  expect(calls.length).toBeGreaterThan(40)
  for (const [call, command] of calls) {
    expect(['KEYS', 'SCAN', 'SMEMBERS', 'FLUSHALL', 'EVAL']).not.toContain(command)
    if (command === 'XRANGE' || command === 'XREVRANGE') expect(call).toContain("'COUNT'")
  }
  expect(code).not.toMatch(/\b(while|repeat)\b/)
})

test('an expression of the library that fails says which function it was', async () => {
  const { queue, keys } = servers.redis
  await expect(queue.call('sc1_commit', [keys.stream('x', 0), keys.readers('x', 0)], [])).rejects.toThrow(/sc1_commit/)
})
