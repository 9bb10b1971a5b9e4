import { type DeviceStatus, MessageType } from '@stellacontrol/protocol'
import { readStatuses, subscribeMessage } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serials, startTestProcessor, type TestProcessor } from './testing/test-processor.ts'

let servers: TestProcessor

beforeAll(async () => {
  servers = await startTestProcessor()
  await servers.start()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

const normal = 1
const backfill = 3

async function statusOf(serial: string): Promise<DeviceStatus | undefined> {
  const [json] = await readStatuses(servers.redis.state, servers.redis.keys, [serial])
  return json === undefined ? undefined : JSON.parse(json)
}

async function untilSequence(serial: string, sequence: number): Promise<void> {
  await waitFor(async () => (await statusOf(serial))?.sequence === sequence, {
    what: `report ${sequence} of ${serial}`,
  })
}

test('a report becomes the status, an announcement and a row', async () => {
  const serial = serials[0] as string
  const announced: DeviceStatus[] = []
  const subscription = await subscribeMessage({
    type: MessageType.DeviceStatus,
    serialNumber: serial,
    handler: (status) => void announced.push(status),
  })
  const before = await servers.counts()
  await servers.send(serial, { bootId: 1, seq: 1, mode: normal, intervalS: 600, sentAtMs: Date.now() })
  await untilSequence(serial, 1)
  await waitFor(() => announced.length === 1, { what: 'the announcement' })
  expect(announced[0]).toEqual(await statusOf(serial))
  await waitFor(async () => (await servers.counts()).stored === before.stored + 1, { what: 'the row' })
  await subscription[Symbol.asyncDispose]()
})

test('late, repeated and backfilled reports are kept and never touch the latest status', async () => {
  const serial = serials[1] as string
  const before = await servers.counts()
  const at = Date.now()
  const report = (bootId: number, seq: number, mode = normal) => ({
    bootId,
    seq,
    mode,
    intervalS: 600,
    sentAtMs: at - 60_000 + seq,
  })
  await servers.send(serial, report(2, 5), report(2, 5), report(2, 3), report(1, 900), report(2, 9, backfill))
  await servers.send(serial, report(2, 6))
  await untilSequence(serial, 6)
  await waitFor(async () => (await servers.counts()).stored === before.stored + 5, { what: 'five rows' })
  expect((await servers.counts()).duplicates).toBe(before.duplicates + 1)
  expect(await statusOf(serial)).toMatchObject({ bootId: 2, sequence: 6 })
})

test('what cannot be decoded is set aside with its reason and holds up nothing', async () => {
  const serial = serials[2] as string
  const before = await servers.counts()
  const good = { bootId: 1, seq: 1, mode: normal, intervalS: 600, sentAtMs: Date.now() }
  await servers.send(serial, Buffer.from([255, 255, 255]), Buffer.alloc(0), Buffer.alloc(5000), { seq: 4 }, good)
  await untilSequence(serial, 1)
  await waitFor(async () => (await servers.counts()).setAside === before.setAside + 4, { what: 'four set aside' })
  const rows = await servers.database.query<{ reason: string }>('select reason from set_aside where serial = $1', [
    serial,
  ])
  expect(rows.map(({ reason }) => reason).toSorted()).toEqual(['empty', 'missing-identity', 'oversized', 'undecodable'])
})

test('reports of a device that is not in the registry are set aside', async () => {
  const before = await servers.counts()
  await servers.send('STRANGER1', { bootId: 1, seq: 1, sentAtMs: Date.now() })
  await waitFor(async () => (await servers.counts()).setAside === before.setAside + 1, { what: 'one set aside' })
})

test('PostgreSQL away changes nothing for the live path, and history catches up', async () => {
  const serial = serials[3] as string
  const before = await servers.counts()
  await servers.postgres.kill()
  const at = Date.now()
  for (let seq = 1; seq <= 20; seq++) {
    await servers.send(serial, { bootId: 1, seq, mode: normal, intervalS: 600, sentAtMs: at + seq })
  }
  await untilSequence(serial, 20)
  await servers.postgres.restart()
  await waitFor(async () => (await servers.counts()).stored === before.stored + 20, {
    what: 'history to catch up',
    deadlineMs: 30_000,
  })
  expect((await servers.counts()).duplicates).toBe(before.duplicates)
})

test('the state Redis away delays announcements and loses none', async () => {
  const serial = serials[4] as string
  const seen: number[] = []
  const subscription = await subscribeMessage({
    type: MessageType.DeviceStatus,
    reader: 'test-reader',
    handler: (status) => {
      if (status.serial === serial) seen.push(status.sequence)
    },
  })
  const at = Date.now()
  const send = (seq: number) =>
    servers.send(serial, { bootId: 1, seq, mode: normal, intervalS: 600, sentAtMs: at + seq })
  // A reader begins where the topic ends when it takes its first lease: wait until it surely has.
  for (let seq = 1; seen.length === 0; seq++) {
    await send(seq)
    await untilSequence(serial, seq)
  }
  await servers.state.kill()
  for (let seq = 1_000; seq < 1_020; seq++) await send(seq)
  await servers.state.restart()
  await untilSequence(serial, 1_019)
  await waitFor(() => seen.includes(1_019), { what: 'the newest announcement', deadlineMs: 30_000 })
  const missedNothing = Array.from({ length: 20 }, (_, index) => 1_000 + index)
  // At least once: what was handled but not committed when Redis died comes again, so that first sights are what is in order.
  const firstSeen = [...new Set(seen)]
  expect(firstSeen.filter((sequence) => sequence >= 1_000)).toEqual(missedNothing)
  expect(firstSeen.toSorted((left, right) => left - right)).toEqual(firstSeen)
  await subscription[Symbol.asyncDispose]()
})

test('a second processor takes over what the first one leaves', async () => {
  const serial = serials[5] as string
  const second = await servers.start()
  const at = Date.now()
  for (let seq = 1; seq <= 10; seq++) {
    await servers.send(serial, { bootId: 1, seq, mode: normal, intervalS: 600, sentAtMs: at + seq })
  }
  await untilSequence(serial, 10)
  await second[Symbol.asyncDispose]()
  await servers.send(serial, { bootId: 1, seq: 11, mode: normal, intervalS: 600, sentAtMs: at + 11 })
  await untilSequence(serial, 11)
})
