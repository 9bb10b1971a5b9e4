import { type DeviceStatus, MessageType } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusLog } from '../log/catalogue.ts'
import { parseEntries } from '../log/entry.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'
import { createMessage, publishMessage } from './messages.ts'
import { acceptStatuses, readStatuses, type StatusUpdate, statusUpdateOf } from './statuses.ts'

let servers: TestRedis

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

const update = (serial: string, bootId: number, sequence: number): StatusUpdate => ({
  serial,
  bootId,
  sequence,
  json: `{"bootId":${bootId},"sequence":${sequence},"serial":"${serial}"}`,
})

function accept(serial: string, ...versions: [bootId: number, sequence: number][]): Promise<boolean[]> {
  const { state, keys } = servers.redis
  const updates = versions.map(([bootId, sequence]) => update(serial, bootId, sequence))
  return acceptStatuses(state, keys, keys.partitionOf(serial), updates)
}

async function statusOf(serial: string): Promise<{ bootId: number; sequence: number } | undefined> {
  const [json] = await readStatuses(servers.redis.state, servers.redis.keys, [serial])
  return json === undefined ? undefined : JSON.parse(json)
}

async function announcedOf(serial: string): Promise<[number, number][]> {
  const { state, keys } = servers.redis
  const stream = keys.stream(statusLog.name, keys.partitionOf(serial))
  const entries = parseEntries(await state.command(stream, ['XRANGE', stream, '-', '+'], { buffers: true }))
  return entries
    .filter((entry) => entry.serial === serial)
    .map(({ fields }) => JSON.parse(String(fields.get('m'))))
    .map(({ bootId, sequence }) => [bootId, sequence])
}

test('only what is newer by boot and then by sequence is accepted, within a batch too', async () => {
  expect(await accept('ORDER1', [3, 10], [3, 9], [3, 10], [3, 11], [2, 99], [4, 0], [3, 12])).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
    false,
  ])
  expect(await statusOf('ORDER1')).toMatchObject({ bootId: 4, sequence: 0 })
  expect(await announcedOf('ORDER1')).toEqual([
    [3, 10],
    [3, 11],
    [4, 0],
  ])
})

test('a replayed batch, as after a crash before the commit, announces nothing again and loses nothing', async () => {
  const versions = Array.from({ length: 50 }, (_, index): [number, number] => [1, index])
  await accept('REPLAY1', ...versions.slice(0, 30))
  expect(await accept('REPLAY1', ...versions)).toEqual(versions.map((_, index) => index >= 30))
  expect(await announcedOf('REPLAY1')).toEqual(versions)
})

test('numbers beyond 32 bits keep their order', async () => {
  const large = 2 ** 40
  expect(await accept('LARGE1', [large, large], [large, large - 1], [large, large + 1])).toEqual([true, false, true])
})

test('a status that somebody else wrote by hand gives way to the first report', async () => {
  const key = servers.redis.keys.status('HAND1')
  await servers.redis.state.command(key, ['SET', key, 'no status at all'])
  expect(await accept('HAND1', [0, 0])).toEqual([true])
})

test('statuses are read in the order asked for, with gaps where a device has none', async () => {
  await accept('READ1', [1, 1])
  await accept('READ2', [1, 2])
  const { state, keys } = servers.redis
  const read = await readStatuses(state, keys, ['READ2', 'NONE', 'READ1'])
  expect(read.map((json) => json && JSON.parse(json).sequence)).toEqual([2, undefined, 1])
  expect(await readStatuses(state, keys, [])).toEqual([])
})

test('the identity of a status stands first in its JSON, whatever order it was made in', () => {
  const status = { serial: 'MADE1', sequence: 7, at: 'now', bootId: 3 } as unknown as DeviceStatus
  expect(statusUpdateOf(status).json).toMatch(/^\{"bootId":3,"sequence":7,/)
  expect(JSON.parse(statusUpdateOf(status).json)).toEqual(status)
})

test('publishing a status by hand follows the same rule', async () => {
  const publish = (sequence: number) =>
    publishMessage({
      message: createMessage(MessageType.DeviceStatus, { bootId: 1, sequence, serial: 'BYHAND1' } as DeviceStatus),
    })
  await publish(5)
  await publish(4)
  await publish(6)
  expect(await announcedOf('BYHAND1')).toEqual([
    [1, 5],
    [1, 6],
  ])
})

test('a crash between accepting and committing, at any point, ends with every status announced once and in order', async () => {
  const { state, keys } = servers.redis
  const serial = 'CRASH1'
  const versions = Array.from({ length: 40 }, (_, index): [number, number] => [1, index])
  // The connection is cut while accepts are under way; whoever repeats cannot know which of them took effect.
  const repeat = async (from: number): Promise<void> => {
    try {
      await accept(serial, ...versions.slice(from, from + 10))
    } catch {
      await state.ready()
      await repeat(from)
    }
  }
  for (let from = 0; from < 40; from += 10) {
    const accepting = repeat(from)
    state.drop('test')
    await accepting
  }
  await waitFor(() => state.isReady)
  expect(await announcedOf(serial)).toEqual(versions)
  expect(keys.partitionOf(serial)).toBeGreaterThanOrEqual(0)
})
