import { liveMessageSchema } from '@stellacontrol/protocol'
import { acceptStatuses, statusUpdateOf } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishStatus, statusOf } from '../testing/statuses.ts'
import {
  harbourSerials,
  meadowSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { LiveClient, TestClient } from '../testing/test-client.ts'
import { maximumConnectionsPerUser } from './live-routes.ts'

let application: TestApplication
let operator: TestClient

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  operator = await application.signIn()
})
afterAll(() => application.stop())

const summariesOf = (live: LiveClient, serial: string) =>
  live.of('summary').flatMap(({ devices }) => devices.filter((device) => device.serial === serial))
const statusesOf = (live: LiveClient, serial: string) =>
  live.of('status').filter((message) => message.serial === serial)

/** Sends a status that is surely shown, and waits for it: whatever was sent before has then come, or never will. */
async function marker(live: LiveClient, serial: string, sequence: number): Promise<void> {
  await publishStatus(serial, sequence)
  await waitFor(() => statusesOf(live, serial).some(({ status }) => status.sequence === sequence), {
    what: 'the marker',
  })
}

test('whoever watches gets the present state at once and every newer one after it, as the schemas say', async () => {
  await publishStatus('HA-0001', 1)
  const live = await operator.openLive()
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0001', 'HA-0002'] })
  live.send({ type: 'watch', detail: 'summary', devices: ['HA-0001', 'HA-0002'] })
  live.send({ type: 'fleet', watch: true })
  await waitFor(() => statusesOf(live, 'HA-0001').length > 0 && summariesOf(live, 'HA-0002').length > 0)
  expect(summariesOf(live, 'HA-0002')[0]?.presence).toBe('never-seen')
  await publishStatus('HA-0001', 2)
  await waitFor(() => statusesOf(live, 'HA-0001').at(-1)?.status.sequence === 2)
  await publishStatus('HA-0002', 1)
  await waitFor(
    () => statusesOf(live, 'HA-0002').length === 1 && summariesOf(live, 'HA-0002').at(-1)?.presence === 'online',
  )
  await waitFor(() => live.of('fleet').length >= 2)
  for (const { message } of live.messages) expect(liveMessageSchema.parse(message)).toEqual(message)
  live.close()
})

test('a device that reports without pause is sent at most four times a second, ends with its newest state, and delays no other', async () => {
  const live = await operator.openLive()
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0003', 'HA-0004'] })
  live.send({ type: 'watch', detail: 'summary', devices: ['HA-0003'] })
  await waitFor(() => summariesOf(live, 'HA-0003').length > 0)
  const { state, keys } = application.redis
  const startedAt = performance.now()
  let sequence = 0
  while (performance.now() - startedAt < 2000) {
    const update = statusUpdateOf(statusOf('HA-0003', ++sequence))
    await acceptStatuses(state, keys, keys.partitionOf('HA-0003'), [update])
  }
  const elapsedMs = performance.now() - startedAt
  await waitFor(() => statusesOf(live, 'HA-0003').at(-1)?.status.sequence === sequence)
  await waitFor(() => summariesOf(live, 'HA-0003').length > 1)
  const most = Math.ceil(elapsedMs / 250) + 3
  expect(sequence).toBeGreaterThan(100)
  expect(statusesOf(live, 'HA-0003').length).toBeLessThanOrEqual(most)
  expect(summariesOf(live, 'HA-0003').length).toBeLessThanOrEqual(most)
  const times = live.messages.filter(({ message }) => message.type === 'status' && message.serial === 'HA-0003')
  for (const [position, { at }] of times.entries()) {
    // Timers and the network may move a message by some ms; a fifth message a second would be 50 ms early.
    if (position > 1) expect(at - (times[position - 1]?.at ?? 0)).toBeGreaterThan(200)
  }
  const publishedAt = performance.now()
  await marker(live, 'HA-0004', 1)
  expect(performance.now() - publishedAt).toBeLessThan(1000)
  live.close()
})

test('nobody is sent what belongs to others, whatever is watched', async () => {
  const customer = await application.signIn('Meadow')
  const live = await customer.openLive()
  await publishStatus('HA-0005', 1)
  live.send({ type: 'watch', detail: 'summary', devices: ['HA-0005', 'ME-0001'] })
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0005', 'ME-0001'] })
  live.send({ type: 'fleet', watch: true })
  await publishStatus('HA-0005', 2)
  await marker(live, 'ME-0001', 1)
  await waitFor(() => live.of('fleet').length > 0)
  expect(JSON.stringify(live.messages)).not.toMatch(/HA-|Harbour/)
  expect(live.of('fleet')[0]?.fleet.devices).toBe(meadowSerials.length)
  live.close()
})

test('a later watch replaces the earlier one', async () => {
  const live = await operator.openLive()
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0006'] })
  await marker(live, 'HA-0006', 1)
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0007'] })
  await marker(live, 'HA-0007', 1)
  await publishStatus('HA-0006', 2)
  await marker(live, 'HA-0007', 2)
  expect(statusesOf(live, 'HA-0006')).toHaveLength(1)
  live.close()
})

test('a message that is not understood is answered, and the connection goes on', async () => {
  const live = await operator.openLive()
  for (const text of ['{', '{"type":"watch"}', '{"type":"watch","detail":"status","devices":["a b"]}', '[]'])
    live.socket.send(text)
  live.socket.send(Buffer.from([1, 2, 3]))
  live.socket.send(JSON.stringify({ type: 'watch', detail: 'summary', devices: Array(501).fill('HA-0001') }))
  await waitFor(() => live.of('problem').length === 6)
  expect(new Set(live.of('problem').map(({ problem }) => problem.code))).toEqual(new Set(['request-invalid']))
  live.send({ type: 'watch', detail: 'status', devices: ['HA-0008'] })
  await marker(live, 'HA-0008', 1)
  live.close()
})

test('who sends too much, or too large a message, is disconnected', async () => {
  const talker = await operator.openLive()
  // Offered and not taken: what a small message unpacks to would be nobody's choice.
  expect(talker.socket.extensions).toBe('')
  for (let count = 0; count < 150; count++) talker.send({ type: 'fleet', watch: false })
  await waitFor(() => talker.closed)
  expect(talker.closed?.code).toBe(1008)
  expect(talker.of('problem')[0]?.problem.code).toBe('too-many-messages')
  const shouter = await operator.openLive()
  shouter.socket.send('x'.repeat(70_000))
  await waitFor(() => shouter.closed)
  expect(shouter.closed?.code).toBe(1009)
})

test('one person has at most so many live connections, and a closed one makes room', async () => {
  const customer = await application.signIn('Harbour')
  const open = await Promise.all(Array.from({ length: maximumConnectionsPerUser }, () => customer.openLive()))
  const oneMore = await customer.openLive()
  await waitFor(() => oneMore.closed)
  expect(oneMore.of('problem')[0]?.problem.code).toBe('too-many-connections')
  open[0]?.close()
  await waitFor(async () => {
    const another = await customer.openLive()
    another.send({ type: 'fleet', watch: true })
    await waitFor(() => another.closed ?? another.of('fleet').length > 0)
    const isServed = another.closed === undefined
    if (isServed) open.push(another)
    return isServed
  })
  for (const live of open) live.close()
})

test('a reader that stops reading costs bounded memory, and gets the newest state when it reads again', async () => {
  const live = await operator.openLive()
  live.send({ type: 'watch', detail: 'status', devices: harbourSerials })
  await marker(live, 'HA-0010', 1)
  const paused = (live.socket as unknown as { _socket: { pause(): void; resume(): void } })._socket
  paused.pause()
  const { state, keys } = application.redis
  // About 30 kB a status: far more than socket buffers hold, within seconds.
  const findings = Array.from({ length: 300 }, () => ({ code: 'x'.repeat(60), severity: 'minor' as const }))
  let sequence = 1
  const skipped = async () =>
    Number(/stella_live_flushes_skipped\{[^}]*\} (\d+)/.exec((await operator.get<string>('/metrics')).body)?.[1])
  await waitFor(
    async () => {
      sequence++
      const updates = harbourSerials.map((serial) =>
        statusUpdateOf(statusOf(serial, sequence, { bootId: 2, findings })),
      )
      for (let partition = 0; partition < keys.partitions; partition++) {
        const part = updates.filter(({ serial }) => keys.partitionOf(serial) === partition)
        await acceptStatuses(state, keys, partition, part)
      }
      return (await skipped()) > 20
    },
    { what: 'the service to skip the slow reader', deadlineMs: 25_000, intervalMs: 200 },
  )
  const before = live.messages.length
  paused.resume()
  for (const serial of harbourSerials) {
    await waitFor(() => statusesOf(live, serial).at(-1)?.status.sequence === sequence, {
      what: `newest state of ${serial}`,
    })
  }
  // What had been buffered, and one newest state of each: not the backlog of everything in between.
  expect(live.messages.length - before).toBeLessThan(harbourSerials.length * sequence)
  live.close()
})

test('a service that stops says good-bye', async () => {
  const { url, service } = await application.startAnother()
  await waitUntilReady(url)
  const cookie = operator.cookie
  const other = Object.assign(application.client(), { url, cookie })
  const live = await other.openLive()
  await service[Symbol.asyncDispose]()
  await waitFor(() => live.closed)
  expect(live.closed?.code).toBe(1001)
})
