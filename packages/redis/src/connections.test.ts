import { MessageType } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { subscribeMessage } from './bus/subscribe-message.ts'
import { ConnectionRegistry, readConnection } from './connections.ts'
import { startTestRedis, type TestRedis } from './testing/test-redis.ts'

let servers: TestRedis
let first: ConnectionRegistry
let second: ConnectionRegistry
const announced: { serialNumber: string; epoch: number; reason?: string }[] = []

beforeAll(async () => {
  servers = await startTestRedis()
  const { state, keys } = servers.redis
  first = new ConnectionRegistry({ state, keys, receiver: 'receiver-1' })
  second = new ConnectionRegistry({ state, keys, receiver: 'receiver-2' })
  for (const type of [MessageType.DeviceConnected, MessageType.DeviceDisconnected]) {
    await subscribeMessage({ type, reader: 'test', handler: (event) => void announced.push(event) })
  }
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})

const heldBy = async (serial: string) => {
  const { state, keys } = servers.redis
  return (await readConnection(state, keys, serial))?.receiver
}

async function eventsOf(serialNumber: string, count: number): Promise<typeof announced> {
  const events = () => announced.filter((event) => event.serialNumber === serialNumber)
  await waitFor(() => events().length >= count, { what: `${count} events` })
  // Nothing more is coming: a marker of the same partitions is announced later than anything before it.
  const marker = `${serialNumber}-MARKER`
  await first.disconnected(marker, await first.connected(marker), 'end')
  return events()
}

test('the late end of an old connection changes nothing and is not announced', async () => {
  const old = await first.connected('MOVED0001')
  const fresh = await second.connected('MOVED0001')
  expect(fresh).toBeGreaterThan(old)
  expect(await first.disconnected('MOVED0001', old, 'timeout')).toBe(false)
  expect(await heldBy('MOVED0001')).toBe('receiver-2')
  expect(await second.disconnected('MOVED0001', fresh, 'closed')).toBe(true)
  expect(await heldBy('MOVED0001')).toBeUndefined()
  expect(await first.disconnected('MOVED0001', old, 'timeout')).toBe(false)
  const ends = (await eventsOf('MOVED0001', 3)).filter(({ reason }) => reason !== undefined)
  expect(ends.map(({ epoch }) => epoch)).toEqual([fresh])
})

test('an end that is told twice, as after a lost reply, is announced once', async () => {
  const epoch = await first.connected('TWICE0001')
  expect(await first.disconnected('TWICE0001', epoch, 'closed')).toBe(true)
  expect(await first.disconnected('TWICE0001', epoch, 'closed')).toBe(true)
  const events = await eventsOf('TWICE0001', 2)
  expect(events.filter(({ reason }) => reason !== undefined)).toHaveLength(1)
})

test('epochs grow over ends and over many connections of the same millisecond', async () => {
  const epochs: number[] = []
  for (let round = 0; round < 50; round++) {
    const epoch = await (round % 2 === 0 ? first : second).connected('GROWS0001')
    if (round % 3 === 0) await first.disconnected('GROWS0001', epoch, 'closed')
    epochs.push(epoch)
  }
  expect(epochs).toEqual([...new Set(epochs)].sort((left, right) => left - right))
})

test('reasons with quotes, lines and control characters arrive as they were', async () => {
  const reason = 'said "bye"\n\\ and \u0001 left \u20ac'
  const epoch = await first.connected('QUOTE0001')
  await first.disconnected('QUOTE0001', epoch, reason)
  expect((await eventsOf('QUOTE0001', 2)).map((event) => event.reason)).toContain(reason)
})

test('prolonging tells which of very many connections are not ours any more', async () => {
  const serials = Array.from({ length: 1_200 }, (_, index) => `MANY${index}`)
  const connections = await Promise.all(
    serials.map(async (serial) => ({ serial, epoch: await first.connected(serial) })),
  )
  await second.connected('MANY7')
  await first.disconnected('MANY1100', connections[1100]?.epoch ?? 0, 'closed')
  expect((await first.prolong(connections)).sort()).toEqual(['MANY1100', 'MANY7'])
  const { state, keys } = servers.redis
  const key = keys.connection('MANY8')
  expect(Number(await state.command(key, ['PTTL', key]))).toBeGreaterThan(170_000)
})
