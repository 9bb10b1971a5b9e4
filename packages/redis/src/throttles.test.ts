import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestRedis, type TestRedis } from './testing/test-redis.ts'
import { rateLimit, throttle } from './throttles.ts'

let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

test('of ten that want to alert at once exactly one may, and again in the next window', async () => {
  const ask = () => Promise.all(Array.from({ length: 10 }, () => throttle('sc:alert:TEST0001:overheating', 300)))
  expect((await ask()).filter(Boolean)).toHaveLength(1)
  expect((await ask()).filter(Boolean)).toHaveLength(0)
  await waitFor(() => throttle('sc:alert:TEST0001:overheating', 300), { what: 'the next window' })
})

test('the 1,001st call of an hour is refused, and is told when the next one fits', async () => {
  const key = 'sc:api:customer-1:calls'
  const verdicts = await Promise.all(Array.from({ length: 1_000 }, () => rateLimit({ key, limit: 1_000 })))
  expect(verdicts.every(({ allowed }) => allowed)).toBe(true)
  expect(verdicts.at(-1)).toMatchObject({ used: 1_000, remaining: 0, retryAfterMs: 0 })
  const refused = await rateLimit({ key, limit: 1_000 })
  expect(refused).toMatchObject({ allowed: false, used: 1_000, remaining: 0 })
  // One-minute buckets, the oldest counted whole: between an hour and an hour and a minute.
  expect(refused.retryAfterMs).toBeGreaterThan(3_599_000)
  expect(refused.retryAfterMs).toBeLessThanOrEqual(3_660_000)
  const expiryMs = Number(await servers.redis.state.command(key, ['PTTL', key]))
  expect(expiryMs).toBeGreaterThan(3_600_000)
})

test('concurrent callers together never get more than the limit, whatever their calls cost', async () => {
  const verdicts = await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      rateLimit({ key: 'sc:api:costs:calls', limit: 100, cost: (index % 3) + 1 }),
    ),
  )
  const used = verdicts.reduce((sum, { allowed }, index) => sum + (allowed ? (index % 3) + 1 : 0), 0)
  expect(used).toBeLessThanOrEqual(100)
  expect(used).toBeGreaterThan(97)
})

test('no window of the full length ever holds more than the limit, also across its boundaries', {
  timeout: 60_000,
}, async () => {
  const [limit, windowMs, bucketMs] = [20, 600, 100]
  const allowedAt: number[] = []
  const endAt = performance.now() + 3_000
  while (performance.now() < endAt) {
    const askedAt = performance.now()
    const { allowed } = await rateLimit({ key: 'sc:api:burst:calls', limit, windowMs, bucketMs })
    if (allowed) allowedAt.push(askedAt)
  }
  // A call is counted between asking and answering; a margin covers that.
  for (const from of allowedAt) {
    const inWindow = allowedAt.filter((at) => at >= from && at < from + windowMs - bucketMs)
    expect(inWindow.length).toBeLessThanOrEqual(limit)
  }
  // And it is not stuck: in three seconds four windows of calls pass.
  expect(allowedAt.length).toBeGreaterThanOrEqual(4 * limit)
})

test('a refused call is allowed when its time has come, and not before', async () => {
  const options = { key: 'sc:api:retry:calls', limit: 5, windowMs: 600, bucketMs: 100 }
  for (let call = 0; call < 5; call++) expect((await rateLimit(options)).allowed).toBe(true)
  const refused = await rateLimit(options)
  const askedAt = performance.now()
  expect(refused.allowed).toBe(false)
  await waitFor(async () => (await rateLimit(options)).allowed, { intervalMs: 5 })
  expect(performance.now() - askedAt).toBeGreaterThanOrEqual(refused.retryAfterMs - 30)
})

test('callers who keep calling at a steady rate below the limit are never refused', async () => {
  const options = { key: 'sc:api:steady:calls', limit: 40, windowMs: 500, bucketMs: 50 }
  let refused = 0
  let calls = 0
  await waitFor(
    async () => {
      if (!(await rateLimit(options)).allowed) refused++
      calls++
      return calls === 60
    },
    { intervalMs: 25 },
  )
  expect(refused).toBe(0)
})

test('a call that costs more than the limit never fits', async () => {
  expect(await rateLimit({ key: 'sc:api:huge:calls', limit: 5, cost: 6 })).toMatchObject({ allowed: false, used: 0 })
})
