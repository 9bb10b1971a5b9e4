import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { acceptStatuses, readStatuses } from '../bus/statuses.ts'
import { parseEntries } from '../log/entry.ts'
import { appendMessages, rawMessageOf } from '../log/message-queue.ts'
import { isRedisUnavailable } from '../redis-errors.ts'
import { conformanceTests } from '../testing/conformance.ts'
import { startTestReader, testMessages } from '../testing/test-reader.ts'
import { startTestSentinel } from '../testing/test-redis.ts'

let installation: Awaited<ReturnType<typeof startTestSentinel>>

beforeAll(async () => {
  installation = await startTestSentinel()
})
afterAll(async () => {
  await installation[Symbol.asyncDispose]()
})

conformanceTests(() => installation.redis)

test('after a failover writes and readers go on by themselves; what may be lost is what the replica had not received', {
  timeout: 90_000,
}, async () => {
  const { redis, sentinel } = installation
  const seen = new Set<number>()
  const live = startTestReader(redis, { reader: 'live', instance: 'b' })
  const history = startTestReader(redis, {
    reader: 'history',
    instance: 'b',
    onEntry: (entry) => void seen.add(rawMessageOf(entry).receivedAt),
  })
  const confirmed: { receivedAt: number; at: number }[] = []
  let next = 1_700_000_000_000
  let isOver = false
  const writing = (async () => {
    while (!isOver) {
      const batch = testMessages(20, 'FAIL', next)
      next += batch.length
      try {
        await appendMessages(redis.queue, redis.keys, batch)
        for (const { receivedAt } of batch) confirmed.push({ receivedAt, at: performance.now() })
      } catch (error) {
        expect(isRedisUnavailable(error)).toBe(true)
        await redis.queue.ready(20_000).catch(() => undefined)
      }
    }
  })()
  const serials = Array.from({ length: 50 }, (_, index) => `KEPT${index}`)
  for (const serial of serials) {
    const update = { serial, bootId: 1, sequence: 1, json: `{"bootId":1,"sequence":1,"serial":"${serial}"}` }
    await acceptStatuses(redis.state, redis.keys, redis.keys.partitionOf(serial), [update])
  }
  await waitFor(() => confirmed.length >= 2_000 && seen.size > 0, { what: 'load' })
  await sentinel.master.kill()
  const killedAt = performance.now()
  await waitFor(() => confirmed.some(({ at }) => at > killedAt + 500), { what: 'writes to resume', deadlineMs: 30_000 })
  const resumedAt = performance.now()
  const after = confirmed.length
  await waitFor(() => confirmed.length > after + 1_000, { what: 'further writes' })
  isOver = true
  await writing
  expect(await sentinel.currentMasterPort()).toBe(sentinel.replica.port)
  const late = confirmed.filter(({ at }) => at >= resumedAt)
  await waitFor(() => late.every(({ receivedAt }) => seen.has(receivedAt)), { what: 'readers', deadlineMs: 20_000 })
  // Replication is asynchronous: only the tail of what was confirmed just before the kill may be gone.
  const lost = confirmed.filter(({ receivedAt }) => !seen.has(receivedAt))
  for (const { at } of lost) expect(at).toBeGreaterThan(killedAt - 1_000)
  expect(await readStatuses(redis.state, redis.keys, serials)).not.toContain(undefined)
  await Promise.all([live.stop(), history.stop()])
})

test('the former master comes back as a replica, and nobody writes to it', { timeout: 90_000 }, async () => {
  const { redis, sentinel } = installation
  await sentinel.master.restart()
  await redis.queue.ready(20_000)
  const [message] = testMessages(1, 'BACK', 1_900_000_000_000)
  if (!message) return
  await appendMessages(redis.queue, redis.keys, [message])
  const stream = redis.keys.stream('messages', redis.keys.partitionOf(message.serial))
  const entries = parseEntries(await redis.queue.command(stream, ['XRANGE', stream, '-', '+'], { buffers: true }))
  expect(entries.map((entry) => rawMessageOf(entry).receivedAt)).toContain(message.receivedAt)
  expect(await sentinel.currentMasterPort()).toBe(sentinel.replica.port)
})
