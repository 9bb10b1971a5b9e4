import { MessageType } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { topicLog } from '../log/catalogue.ts'
import { startTestRedis, type TestRedis } from '../testing/test-redis.ts'
import { createMessage, publishMessage } from './messages.ts'
import { isGap, tailTopic } from './tail-topic.ts'

let servers: TestRedis
const log = topicLog('device-activated')

beforeAll(async () => {
  servers = await startTestRedis()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

function startTail() {
  const stopping = new AbortController()
  const seen: string[] = []
  const gaps: number[][] = []
  let isStarted = false
  const finished = tailTopic({
    redis: servers.redis,
    log,
    name: 'test',
    onEntries: (batches) => {
      for (const { entries } of batches) for (const { serial } of entries) seen.push(serial)
    },
    onGap: async (partitions) => void gaps.push(partitions),
    onRead: () => {
      isStarted = true
    },
    signal: stopping.signal,
  })
  const stop = async () => {
    stopping.abort()
    await finished
  }
  return { seen, gaps, isStarted: () => isStarted, stop }
}

const activate = (serialNumber: string) =>
  publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber }) })

test('two tails both see everything that is announced after their start, in order per device', async () => {
  await activate('BEFORE-0001')
  const tails = [startTail(), startTail()]
  await waitFor(() => tails.every((tail) => tail.gaps.length === 1), { what: 'both tails to start' })
  const sent = Array.from({ length: 200 }, (_, index) => `TAIL-${String(index % 7)}`)
  for (const serial of sent) await activate(serial)
  for (const tail of tails) {
    await waitFor(() => tail.seen.length === 200, { what: 'a tail to see 200 messages' })
    expect([...tail.seen].sort()).toEqual([...sent].sort())
    expect(tail.gaps).toEqual([[0, 1, 2, 3]])
    await tail.stop()
  }
})

test('entries that were trimmed before the tail had read them are told as a gap of their partition', async () => {
  const { state, keys } = servers.redis
  const tail = startTail()
  await waitFor(() => tail.isStarted(), { what: 'the tail to read' })
  const serial = 'TRIMMED-0001'
  const stream = keys.stream(log.name, keys.partitionOf(serial))
  // Appended and trimmed in one transaction: no reader can see the entry.
  const script = "redis.call('XADD', KEYS[1], '*', 's', 'X', 'm', '{}') redis.call('XTRIM', KEYS[1], 'MAXLEN', 0)"
  await state.command(stream, ['EVAL', script, '1', stream])
  await waitFor(() => tail.gaps.length === 2, { what: 'a gap to be told' })
  expect(tail.gaps[1]).toEqual([keys.partitionOf(serial)])
  await activate(serial)
  await waitFor(() => tail.seen.includes(serial), { what: 'the tail to go on' })
  await tail.stop()
})

test('after Redis was away the tail tells a gap of every partition and goes on', async () => {
  const tail = startTail()
  await waitFor(() => tail.isStarted(), { what: 'the tail to read' })
  await servers.state.restart()
  await waitFor(() => tail.gaps.length >= 2, { what: 'the gap after the restart' })
  expect(tail.gaps.at(-1)).toEqual([0, 1, 2, 3])
  await servers.redis.state.ready()
  await activate('AGAIN-0001')
  await waitFor(() => tail.seen.includes('AGAIN-0001'), { what: 'the tail to go on' })
  await tail.stop()
})

test('a gap is what was dropped beyond the position, a skipped entry, or a stream that lost its data', () => {
  const position = { id: '5-0', ordinal: 10 }
  expect(isGap(position, { appended: 10, length: 3, lastId: '5-0' })).toBe(false)
  expect(isGap(position, { appended: 12, length: 2, lastId: '6-0' })).toBe(false)
  expect(isGap(position, { appended: 12, length: 1, lastId: '6-0' })).toBe(true)
  expect(isGap(position, { appended: 11, length: 11, lastId: '5-0' })).toBe(true)
  expect(isGap(position, { appended: 0, length: 0, lastId: '0-0' })).toBe(true)
})
