import { readConfiguration } from '@stellacontrol/runtime'
import { expect, test } from 'vitest'
import { redisConfiguration } from './configuration.ts'
import { parseRedisUrl } from './redis-url.ts'

test('every documented form of address is understood', () => {
  expect(parseRedisUrl('redis://localhost')).toMatchObject({
    kind: 'single',
    nodes: [{ host: 'localhost', port: 6379 }],
  })
  expect(parseRedisUrl('rediss://user:p%40ss@host:6390/')).toMatchObject({
    tls: true,
    username: 'user',
    password: 'p@ss',
    nodes: [{ host: 'host', port: 6390 }],
  })
  expect(parseRedisUrl('redis://:secret@[::1]:7000')).toMatchObject({
    password: 'secret',
    nodes: [{ host: '::1', port: 7000 }],
  })
  expect(parseRedisUrl('redis-sentinel://a:1,b/name')).toMatchObject({
    kind: 'sentinel',
    masterName: 'name',
    nodes: [
      { host: 'a', port: 1 },
      { host: 'b', port: 26_379 },
    ],
  })
  expect(parseRedisUrl('redis-cluster://a:7000,b:7001')).toMatchObject({ kind: 'cluster' })
})

test('the configuration takes lists of hosts', () => {
  const environment = {
    REDIS_QUEUE_URL: 'redis-cluster://a:7000,b:7001',
    REDIS_STATE_URL: 'redis-sentinel://a:1,b:2/x',
  }
  expect(readConfiguration(redisConfiguration, environment)).toMatchObject({ ...environment, STELLA_PARTITIONS: 16 })
})

test('what is no address is refused, and a password never appears in the message', () => {
  const environment = { REDIS_QUEUE_URL: 'redis://:hunter2@host:99999', REDIS_STATE_URL: 'http://:hunter2@x' }
  expect(() => readConfiguration(redisConfiguration, environment)).toThrow(/REDIS_QUEUE_URL.*\n.*REDIS_STATE_URL/)
  expect(() => readConfiguration(redisConfiguration, environment)).not.toThrow(/hunter2/)
  expect(() => parseRedisUrl('redis://a:1,b:2')).toThrow(/redis-cluster/)
  expect(parseRedisUrl('redis://me:hunter2@host').display).toBe('redis://host')
})
