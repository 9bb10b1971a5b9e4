import { connect } from 'node:net'
import { encodeReport, type MessagePayloads, MessageType, uplinkTopic } from '@stellacontrol/protocol'
import { inspectPartition, messagesLog, parseEntries, readConnection, subscribeMessage } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectDevice, devices, startTestReceiver, type TestReceiver } from './testing/test-receiver.ts'

let receiver: TestReceiver

beforeAll(async () => {
  receiver = await startTestReceiver()
})
afterAll(async () => {
  await receiver[Symbol.asyncDispose]()
})

const serialOf = (index: number) => devices[index]?.serial as string
const reportTopic = (index: number) => uplinkTopic(serialOf(index), 'report')
let sequence = 0
const report = () => Buffer.from(encodeReport({ bootId: 1, seq: ++sequence, uptimeS: 1 }))

/** What the queue holds of a device, newest last. */
async function queued(serial: string) {
  const { queue, keys } = receiver.redis
  const stream = keys.stream(messagesLog.name, keys.partitionOf(serial))
  const entries = parseEntries(await queue.command(stream, ['XRANGE', stream, '-', '+'], { buffers: true }))
  return entries.filter((entry) => entry.serial === serial).map((entry) => entry.fields.get('p') as Buffer)
}

async function refusal(options: Parameters<typeof connectDevice>[2]): Promise<Error> {
  const outcome = await connectDevice(receiver.port, 0, options).catch((error: Error) => error)
  if (outcome instanceof Error) return outcome
  await outcome.endAsync(true)
  throw new Error('the connection was not refused')
}

describe('who may connect', () => {
  test('a device with its secret connects, and its report is in the queue byte for byte when PUBACK arrives', async () => {
    const client = await connectDevice(receiver.port, 1)
    const payload = report()
    await client.publishAsync(reportTopic(1), payload, { qos: 1 })
    expect((await queued(serialOf(1))).at(-1)).toEqual(payload)
    await client.endAsync()
  })

  test.each([
    ['a wrong secret', { password: 'wrong' }],
    ['no credentials', { username: undefined, password: undefined }],
    ['an unknown device', { clientId: 'NOBODY01', username: 'NOBODY01' }],
    ['a client id that is another device', { clientId: serialOf(2) }],
    ['a client id with a wildcard', { clientId: 'SC+00001', username: 'SC+00001' }],
    ['a client id that names a prototype', { clientId: '__proto__', username: '__proto__' }],
    [
      'a last will on another topic',
      { will: { topic: 'x', payload: Buffer.from('x'), qos: 0 as const, retain: false } },
    ],
    ['MQTT 5', { protocolVersion: 5 as const }],
  ])('%s is refused', async (_, options) => {
    await expect(refusal(options)).resolves.toBeInstanceOf(Error)
  })

  test('a device reconnects while PostgreSQL is away, and a device nobody has seen is refused', async () => {
    const known = await connectDevice(receiver.port, 3)
    await known.endAsync()
    await receiver.postgres.kill()
    try {
      const again = await connectDevice(receiver.port, 3)
      await again.publishAsync(reportTopic(3), report(), { qos: 1 })
      await again.endAsync()
      await expect(connectDevice(receiver.port, 4)).rejects.toThrow()
    } finally {
      await receiver.postgres.restart()
    }
    await waitFor(
      async () => {
        const client = await connectDevice(receiver.port, 4)
        await client.endAsync()
        return true
      },
      { what: 'PostgreSQL to be asked again', deadlineMs: 15_000 },
    )
  })
})

describe('what a device may do', () => {
  test.each([
    ["another device's topic", () => uplinkTopic(serialOf(2), 'report')],
    ['a topic of nobody', () => 'anything/else'],
    ['a system topic', () => '$SYS/x'],
    ['its own downlink', () => `sc/v1/${serialOf(5)}/down/command`],
  ])('a publish to %s ends the connection and stores nothing', async (_, topic) => {
    const before = await queued(serialOf(2))
    const client = await connectDevice(receiver.port, 5)
    client.publish(topic(), report(), { qos: 1 })
    await waitFor(() => !client.connected, { what: 'the connection to end' })
    expect(await queued(serialOf(2))).toEqual(before)
  })

  test('it may subscribe to its own downlink and to nothing else', async () => {
    const client = await connectDevice(receiver.port, 5)
    const own = await client.subscribeAsync(`sc/v1/${serialOf(5)}/down/#`, { qos: 1 })
    expect(own[0]?.qos).toBe(1)
    for (const filter of ['#', 'sc/v1/+/down/#', `sc/v1/${serialOf(6)}/down/#`, uplinkTopic(serialOf(6), 'report')]) {
      await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow()
    }
    await client.endAsync()
  })

  test('undecodable bytes are taken: what they are worth is decided behind the queue', async () => {
    const client = await connectDevice(receiver.port, 6)
    const garbage = Buffer.from([255, 0, 1, 2, 254])
    await client.publishAsync(reportTopic(6), garbage, { qos: 1 })
    expect(await queued(serialOf(6))).toEqual([garbage])
    await client.endAsync()
  })

  test('a packet that is too large ends the connection, and others are unharmed', async () => {
    const other = await connectDevice(receiver.port, 7)
    const client = await connectDevice(receiver.port, 6)
    client.publish(reportTopic(6), Buffer.alloc(20_000), { qos: 1 })
    await waitFor(() => !client.connected, { what: 'the connection to end' })
    await other.publishAsync(reportTopic(7), report(), { qos: 1 })
    await other.endAsync()
  })

  test('more reports than a device may send end its connection', async () => {
    const slow = await receiver.startAnother({ STELLA_MQTT_REPORTS_PER_SECOND: '1' })
    const client = await connectDevice(slow.port, 8)
    for (let index = 0; index < 50; index++) client.publish(reportTopic(8), report(), { qos: 1 })
    await waitFor(() => !client.connected, { what: 'the connection to end' })
    expect((await queued(serialOf(8))).length).toBeLessThanOrEqual(6)
    await slow.service[Symbol.asyncDispose]()
  })
})

describe('bytes that are not MQTT', () => {
  test.each([
    ['a declared length of 256 MiB before signing in', 'ffffffff7f'],
    ['a PUBLISH as the first packet', '300a0003612f6268656c6c6f'],
    ['a CONNECT that declares 64 KiB', '10808004'],
    ['a length of five bytes', '10ffffffff7f'],
    ['the packet that crashed an old aedes', '101000044d5154540502003c0321001400006202d301e0020020'],
  ])('%s closes that connection and nothing else', async (_, hex) => {
    const socket = connect({ host: '127.0.0.1', port: receiver.port })
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.on('error', () => undefined)
    socket.write(Buffer.from(hex, 'hex'))
    await closed
    const client = await connectDevice(receiver.port, 9)
    await client.publishAsync(reportTopic(9), report(), { qos: 1 })
    await client.endAsync()
  })

  test('a connection that says nothing is closed', async () => {
    const socket = connect({ host: '127.0.0.1', port: receiver.port })
    await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  })
})

describe('PUBACK', () => {
  test('is not sent while the queue is frozen, and comes after it answers', async () => {
    const client = await connectDevice(receiver.port, 10)
    receiver.queue.pause()
    let isAcknowledged = false
    const published = client.publishAsync(reportTopic(10), report(), { qos: 1 }).then(() => {
      isAcknowledged = true
    })
    // A marker that has nothing to do with the queue: by its answer the publish has long been handled.
    const marker = await connectDevice(receiver.port, 11)
    await marker.endAsync()
    expect(isAcknowledged).toBe(false)
    receiver.queue.resume()
    await published
    expect((await queued(serialOf(10))).length).toBeGreaterThanOrEqual(1)
    await client.endAsync()
  })

  test('is not sent while the queue is full, and devices get through when there is room again', async () => {
    const { queue } = receiver.redis
    await queue.command(undefined, ['CONFIG', 'SET', 'maxmemory', '1000'])
    const client = await connectDevice(receiver.port, 10)
    const before = (await queued(serialOf(10))).length
    const published = client.publishAsync(reportTopic(10), report(), { qos: 1 })
    const marker = await connectDevice(receiver.port, 11)
    await marker.endAsync()
    expect((await queued(serialOf(10))).length).toBe(before)
    await queue.command(undefined, ['CONFIG', 'SET', 'maxmemory', '0'])
    await published
    expect((await queued(serialOf(10))).length).toBe(before + 1)
    await client.endAsync()
  })

  test('outlives kill -9 of the queue: what was acknowledged is there, what was not is sent again', async () => {
    const client = await connectDevice(receiver.port, 10)
    const acknowledged: Buffer[] = []
    for (let index = 0; index < 50; index++) {
      const payload = report()
      await client.publishAsync(reportTopic(10), payload, { qos: 1 })
      acknowledged.push(payload)
    }
    await receiver.queue.kill()
    await receiver.queue.restart()
    await receiver.redis.queue.ready()
    const kept = await queued(serialOf(10))
    for (const payload of acknowledged) expect(kept.some((candidate) => candidate.equals(payload))).toBe(true)
    await client.endAsync(true)
  })
})

describe('connections', () => {
  test('are announced with growing epochs, and only the end of the newest one is announced', async () => {
    const { redis, port } = receiver
    const events: { type: string; epoch: number }[] = []
    const note = (type: string) => (event: MessagePayloads['DeviceConnected']) => {
      if (event.serialNumber === serialOf(0)) events.push({ type, epoch: event.epoch })
    }
    const connected = await subscribeMessage({ type: MessageType.DeviceConnected, handler: note('connected') })
    const ended = await subscribeMessage({ type: MessageType.DeviceDisconnected, handler: note('disconnected') })
    const first = await connectDevice(port, 0)
    await waitFor(() => events.length === 1, { what: 'the first connection to be announced' })
    const second = await connectDevice(port, 0)
    await waitFor(() => !first.connected, { what: 'the first connection to be closed' })
    await waitFor(() => events.filter(({ type }) => type === 'connected').length === 2, {
      what: 'the second announcement',
    })
    const record = await readConnection(redis.state, redis.keys, serialOf(0))
    expect(record?.epoch).toBe(events.filter(({ type }) => type === 'connected')[1]?.epoch)
    await second.endAsync()
    await waitFor(() => events.at(-1)?.type === 'disconnected' && events.at(-1)?.epoch === record?.epoch, {
      what: 'the end to be announced',
    })
    expect(await readConnection(redis.state, redis.keys, serialOf(0))).toBeUndefined()
    await connected[Symbol.asyncDispose]()
    await ended[Symbol.asyncDispose]()
  })

  test('that begin or end while the state Redis is away are announced when it is back', async () => {
    const { redis, port, state } = receiver
    const record = () => readConnection(redis.state, redis.keys, serialOf(1))
    await state.kill()
    const client = await connectDevice(port, 1, { connectTimeout: 15_000 })
    await state.restart()
    await waitFor(record, { what: 'the connection to be recorded', deadlineMs: 15_000 })
    await state.kill()
    await client.endAsync()
    await state.restart()
    await waitFor(async () => (await record()) === undefined, { what: 'the end to be recorded', deadlineMs: 15_000 })
  })

  test('at another receiver end the older connection here', async () => {
    const other = await receiver.startAnother()
    const here = await connectDevice(receiver.port, 0)
    await waitFor(() => readConnection(receiver.redis.state, receiver.redis.keys, serialOf(0)), { what: 'the record' })
    const there = await connectDevice(other.port, 0)
    await waitFor(() => !here.connected, { what: 'the older connection to be closed' })
    expect(there.connected).toBe(true)
    await there.endAsync()
    await other.service[Symbol.asyncDispose]()
  })
})

test('counters of the queue show exactly what was appended', async () => {
  const { redis } = receiver
  const count = async () => {
    const states = await Promise.all(
      Array.from({ length: redis.keys.partitions }, (_, partition) =>
        inspectPartition(redis.queue, redis.keys, { log: messagesLog, reader: 'history', partition }),
      ),
    )
    return states.reduce((sum, state) => sum + state.appended, 0)
  }
  const before = await count()
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${receiver.port}`, {
    ...{ clientId: serialOf(11), username: serialOf(11), password: devices[11]?.secret ?? '' },
    reconnectPeriod: 0,
  })
  await Promise.all(Array.from({ length: 100 }, () => client.publishAsync(reportTopic(11), report(), { qos: 1 })))
  expect(await count()).toBe(before + 100)
  await client.endAsync()
})
