import { waitFor } from '@stellacontrol/test-servers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readStatuses } from '../bus/statuses.ts'
import { statusLog } from '../log/catalogue.ts'
import { parseEntries } from '../log/entry.ts'
import { appendMessages, rawMessageOf } from '../log/message-queue.ts'
import { handledBy, type ReaderProcess, startReaderProcess } from '../testing/start-reader-process.ts'
import { inspectQueue, startTestReader, sumOf, testMessages } from '../testing/test-reader.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'

let servers: TestRedis
const processes: ReaderProcess[] = []

beforeEach(async () => {
  servers = await startTestRedis()
})
afterEach(async () => {
  for (const process of processes.splice(0)) process.kill('SIGKILL')
  await servers[Symbol.asyncDispose]()
})

function start(environment: Record<string, string>): ReaderProcess {
  const started = startReaderProcess({ ...servers.environment, READER: 'history', LEASE_MS: '1500', ...environment })
  processes.push(started)
  return started
}

/** The statuses that were announced of each device, in the order of the durable topic. */
async function announcedSequences(): Promise<Map<string, number[]>> {
  const { state, keys } = servers.redis
  const sequences = new Map<string, number[]>()
  for (let partition = 0; partition < keys.partitions; partition++) {
    const stream = keys.stream(statusLog.name, partition)
    const entries = parseEntries(await state.command(stream, ['XRANGE', stream, '-', '+'], { buffers: true }))
    for (const { serial, fields } of entries) {
      const { sequence } = JSON.parse(String(fields.get('m')))
      sequences.set(serial, [...(sequences.get(serial) ?? []), sequence])
    }
  }
  return sequences
}

test('a reader killed in the middle of a batch loses nothing, and each device stays in order', async () => {
  const { redis } = servers
  const sent = testMessages(600)
  await appendMessages(redis.queue, redis.keys, sent)
  const killed = start({ INSTANCE: 'killed', HANG_AT: String(sent[307]?.receivedAt), HANG_MS: '60000' })
  await waitFor(() => killed.lines.includes('hang'), { what: 'the middle of the batch' })
  expect(killed.lines.filter((line) => line.startsWith('handled')).length).toBeGreaterThan(10)
  killed.kill('SIGKILL')
  const heir = start({ INSTANCE: 'heir' })
  await waitFor(() => heir.lines.filter((line) => line.startsWith('handled')).length >= 600, { deadlineMs: 20_000 })
  const bySerial = (serial: string) => sent.filter((message) => message.serial === serial).map((m) => m.receivedAt)
  for (const [serial, moments] of handledBy(heir.lines)) expect(moments).toEqual(bySerial(serial))
  for (const [serial, sequences] of await announcedSequences()) expect(sequences).toEqual(bySerial(serial))
})

test('partitions of an instance that was killed are read by another one within ten seconds, with the usual lease', async () => {
  const { redis } = servers
  const survivorSaw = new Set<number>()
  const killed = start({ INSTANCE: 'killed', LEASE_MS: '' })
  const survivor = startTestReader(redis, {
    reader: 'history',
    instance: 'survivor',
    onEntry: (entry) => void survivorSaw.add(rawMessageOf(entry).receivedAt),
  })
  const warmUp = testMessages(400, 'WARM')
  await waitFor(
    async () => {
      await appendMessages(redis.queue, redis.keys, warmUp)
      return survivorSaw.size > 0 && killed.lines.some((line) => line.startsWith('handled'))
    },
    { what: 'both instances to read', intervalMs: 300, deadlineMs: 20_000 },
  )
  const sent = testMessages(400, 'AFTER', 1_800_000_000_000)
  killed.kill('SIGKILL')
  const killedAt = performance.now()
  await appendMessages(redis.queue, redis.keys, sent)
  await waitFor(() => sent.every(({ receivedAt }) => survivorSaw.has(receivedAt)), { deadlineMs: 10_000 })
  expect(performance.now() - killedAt).toBeLessThan(10_000)
  await survivor.stop()
})

test('an instance that was frozen for longer than its lease turns no status back, and its commit is refused', async () => {
  const { redis } = servers
  const old = testMessages(40)
  await appendMessages(redis.queue, redis.keys, old)
  const frozen = start({ INSTANCE: 'frozen', HANG_AT: String(old[20]?.receivedAt), HANG_MS: '200' })
  await waitFor(() => frozen.lines.includes('hang'), { what: 'work in progress' })
  frozen.kill('SIGSTOP')
  const heir = start({ INSTANCE: 'heir' })
  await waitFor(() => heir.lines.filter((line) => line.startsWith('handled')).length >= 40, { deadlineMs: 15_000 })
  const fresh = testMessages(40, 'TEST', 1_900_000_000_000)
  await appendMessages(redis.queue, redis.keys, fresh)
  await waitFor(() => heir.lines.filter((line) => line.startsWith('handled')).length >= 80, { deadlineMs: 15_000 })
  await waitFor(async () => sumOf(await inspectQueue(redis, 'history'), 'queued') === 0)
  const cursors = (await inspectQueue(redis, 'history')).map(({ cursor }) => cursor)
  frozen.kill('SIGCONT')
  await waitFor(() => frozen.lines.filter((line) => line.startsWith('handled')).length >= 40, {
    what: 'the frozen instance to finish what it had in hand',
  })
  expect((await inspectQueue(redis, 'history')).map(({ cursor }) => cursor)).toEqual(cursors)
  const serials = [...new Set(fresh.map(({ serial }) => serial))]
  const statuses = await readStatuses(redis.state, redis.keys, serials)
  for (const [index, status] of statuses.entries()) {
    const newest = fresh.filter(({ serial }) => serial === serials[index]).at(-1)
    expect(JSON.parse(status ?? '{}').sequence).toBe(newest?.receivedAt)
  }
  for (const sequences of (await announcedSequences()).values()) {
    expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => left - right))
  }
  expect(frozen.lines).not.toContain('committed')
})

test('an entry that ends the process is found and set aside, and its neighbours are handled', {
  timeout: 120_000,
}, async () => {
  const { redis } = servers
  const sent = testMessages(200)
  const fatal = sent[77] as (typeof sent)[number]
  fatal.payload = Buffer.from('fatal')
  await appendMessages(redis.queue, redis.keys, sent)
  const lines: string[] = []
  let starts = 0
  let current: ReaderProcess | undefined
  await waitFor(
    async () => {
      if (!current || current.hasEnded()) {
        lines.push(...(current?.lines ?? []))
        starts++
        current = start({ INSTANCE: `instance-${starts}`, FATAL: 'fatal', LEASE_MS: '800' })
      }
      return sumOf(await inspectQueue(redis, 'history'), 'queued') === 0 && starts > 1
    },
    { what: 'everything to be read', deadlineMs: 100_000, intervalMs: 100 },
  )
  lines.push(...(current?.lines ?? []))
  expect(lines.filter((line) => line === `aside ${fatal.receivedAt}`)).toHaveLength(1)
  const handled = new Set([...handledBy(lines).values()].flat())
  expect(handled).toEqual(new Set(sent.filter((message) => message !== fatal).map(({ receivedAt }) => receivedAt)))
  // Three starts that share the blame, three alone with the entry, one that sets it aside.
  expect(starts).toBe(7)
})

test('the queue killed under load keeps everything whose append was confirmed', async () => {
  const { redis, queue } = servers
  const confirmed: number[] = []
  let next = 1_700_000_000_000
  let isOver = false
  const writers = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      const batch = testMessages(50, 'LOAD', next)
      next += batch.length
      try {
        await appendMessages(redis.queue, redis.keys, batch)
        confirmed.push(...batch.map(({ receivedAt }) => receivedAt))
      } catch {
        await redis.queue.ready(10_000).catch(() => undefined)
      }
    }
  })
  for (let round = 1; round <= 3; round++) {
    await waitFor(() => confirmed.length >= round * 3_000, { what: 'load' })
    await queue.kill()
    await queue.restart()
  }
  const before = confirmed.length
  await waitFor(() => confirmed.length > before, { what: 'appends to go on' })
  isOver = true
  await Promise.all(writers)
  const stored = new Set<number>()
  for (let partition = 0; partition < redis.keys.partitions; partition++) {
    const stream = redis.keys.stream('messages', partition)
    const entries = parseEntries(await redis.queue.command(stream, ['XRANGE', stream, '-', '+'], { buffers: true }))
    for (const entry of entries) stored.add(rawMessageOf(entry).receivedAt)
  }
  expect(confirmed.filter((receivedAt) => !stored.has(receivedAt))).toEqual([])
})
