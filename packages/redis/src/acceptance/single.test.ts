import { redisCommand } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRedisUnavailable } from '../redis-errors.ts'
import { conformanceTests } from '../testing/conformance.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'

let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

conformanceTests(() => servers.redis)

test('a server that becomes a replica behind its address is given up until it is a master again', async () => {
  const { state } = servers.redis
  await state.command(undefined, ['REPLICAOF', '127.0.0.1', '1'])
  await expect(state.command('key', ['SET', 'key', 'value'])).rejects.toSatisfy(isRedisUnavailable)
  await expect(state.ready(1_500)).rejects.toSatisfy(isRedisUnavailable)
  await redisCommand(servers.state.port, 'REPLICAOF', 'NO', 'ONE')
  await state.ready(10_000)
  expect(await state.command('key', ['SET', 'key', 'value'])).toBe('OK')
})
