import { writeHistory } from '@stellacontrol/database'
import {
  decodeReport,
  encodeReport,
  type FleetSummary,
  type Ledger,
  ledgerSchema,
  type SetAside,
} from '@stellacontrol/protocol'
import { appendMessages, checkInstallation, messagesLog, parseEntries, rawMessageOf } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  harbourSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let operator: TestClient

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  operator = await application.signIn()
})
afterAll(() => application.stop())

let sequence = 0
const message = (serial: string, payload?: Buffer) => {
  const report = { bootId: 1, seq: ++sequence, sentAtMs: Date.now(), mode: 1, intervalS: 600 }
  return { serial, receivedAt: Date.now(), payload: payload ?? Buffer.from(encodeReport(report)) }
}

/** What the processor's history reader does, for one partition: up to `limit` entries behind the last one. */
async function storePartition(partition: number, afterId: string, limit: number): Promise<string> {
  const { redis, database } = application
  const stream = redis.keys.stream(messagesLog.name, partition)
  const command = ['XRANGE', stream, `(${afterId}`, '+', 'COUNT', String(limit)]
  const entries = parseEntries(await redis.queue.command(stream, command, { buffers: true }))
  if (entries.length === 0) return afterId
  const { generation } = await checkInstallation(redis)
  const batch = entries.map((entry) => {
    const raw = rawMessageOf(entry)
    return { id: entry.id, ...raw, decoded: decodeReport(raw.payload) }
  })
  await writeHistory(database, {
    queueGeneration: generation,
    partitions: [{ partition, entries: batch }],
    now: Date.now(),
  })
  return entries.at(-1)?.id ?? afterId
}

const cursors = ['0-0', '0-0', '0-0', '0-0']
async function storeSome(limit: number): Promise<void> {
  await Promise.all(
    cursors.map(async (cursor, partition) => {
      cursors[partition] = await storePartition(partition, cursor, limit)
    }),
  )
}

const readLedger = async () => (await operator.get<Ledger>('/v1/ledger')).body
const drained = () =>
  waitFor(async () => {
    await storeSome(500)
    const ledger = await readLedger()
    return ledger.queued === 0 ? ledger : undefined
  })

test('the ledger balances at every reading while messages are appended and stored', async () => {
  const { redis } = application
  let isRunning = true
  const work = async (step: () => Promise<void>) => {
    while (isRunning) await step()
  }
  const appending = work(() =>
    appendMessages(
      redis.queue,
      redis.keys,
      Array.from({ length: 10 }, (_, index) => message(harbourSerials[index] ?? '')),
    ),
  )
  const storing = work(() => storeSome(20))
  const ledgers: Ledger[] = []
  while (ledgers.length < 25) ledgers.push(await readLedger())
  isRunning = false
  await Promise.all([appending, storing])
  expect(ledgers.filter(({ balanced }) => !balanced)).toEqual([])
  expect(ledgers.at(-1)?.appended).toBeGreaterThan(ledgers[0]?.appended ?? 0)
  const last = await drained()
  expect(ledgerSchema.parse(last)).toEqual(last)
  expect(last).toMatchObject({ difference: 0, balanced: true, stored: sequence, appended: sequence, oldestQueuedMs: 0 })
})

test('an entry that vanished from the queue shows as a difference', async () => {
  const { redis } = application
  const before = await drained()
  await appendMessages(redis.queue, redis.keys, [message('HA-0001')])
  const stream = redis.keys.stream(messagesLog.name, redis.keys.partitionOf('HA-0001'))
  await redis.queue.command(stream, ['XTRIM', stream, 'MAXLEN', '0'])
  const ledger = await readLedger()
  expect([ledger.balanced, ledger.difference]).toEqual([false, before.difference + 1])
})

test('what was set aside is listed with its bytes, and goes through the queue again once', async () => {
  const { redis } = application
  const before = await drained()
  await appendMessages(redis.queue, redis.keys, [message('HA-0002', Buffer.from([0xff, 0xff, 0xff]))])
  const after = await drained()
  expect(after.setAside).toBe(before.setAside + 1)
  const list = await operator.get<{ items: SetAside[] }>('/v1/set-aside?limit=1')
  const [item] = list.body.items
  expect(item).toMatchObject({
    serial: 'HA-0002',
    reason: 'undecodable',
    bytes: 3,
    payloadBase64: '////',
    replayedAt: null,
  })
  const path = `/v1/set-aside/${item?.id}`
  const [viewer, owner] = [await application.signIn('StellaControl', 'viewer'), await application.signIn('Harbour')]
  expect((await viewer.post(`${path}/replay`, {})).body.code).toBe('forbidden')
  expect((await owner.post(`${path}/replay`, {})).body.code).toBe('forbidden')
  expect((await owner.get(path)).status).toBe(200)
  expect((await (await application.signIn('Meadow')).get(path)).body.code).toBe('set-aside-not-found')
  const [first, second] = await Promise.all([operator.post(`${path}/replay`, {}), operator.post(`${path}/replay`, {})])
  expect([first.status, second.status].sort()).toEqual([200, 409])
  const again = await drained()
  expect([again.appended, again.setAside]).toEqual([after.appended + 1, after.setAside + 1])
  expect((await operator.get<SetAside>(path)).body.replayedAt).not.toBeNull()
})

test('the fleet summary tells how long the oldest message has been waiting for a processor', async () => {
  const { redis } = application
  const waiting = async () => (await operator.get<FleetSummary>('/v1/fleet')).body.oldestUnprocessedMs
  const emptyQueue = async () => {
    for (let partition = 0; partition < redis.keys.partitions; partition++) {
      const stream = redis.keys.stream(messagesLog.name, partition)
      await redis.queue.command(stream, ['DEL', stream])
    }
    await waitFor(async () => (await waiting()) === 0, { what: 'nothing to wait' })
  }
  await emptyQueue()
  const appendedAt = Date.now()
  await appendMessages(redis.queue, redis.keys, [message('HA-0003')])
  const waitedMs = await waitFor(async () => {
    const shownMs = await waiting()
    return shownMs > 1_000 ? shownMs : undefined
  })
  expect(waitedMs).toBeLessThanOrEqual(Date.now() - appendedAt)
  await emptyQueue()
})
