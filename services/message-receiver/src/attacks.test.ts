import { encodeReport, uplinkTopic } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ConnectThrottle, connectsPerMinutePerDevice } from './connect-throttle.ts'
import {
  answerUntilClosed,
  connectPacket,
  openRaw,
  publishPacket,
  type RawConnect,
  subscribePacket,
  unsubscribePacket,
} from './testing/raw-mqtt.ts'
import { connectDevice, devices, startTestReceiver, type TestReceiver } from './testing/test-receiver.ts'

const megabyte = 1024 * 1024
let receiver: TestReceiver
let checks = 0

beforeAll(async () => {
  receiver = await startTestReceiver()
})
afterEach(async () => {
  // Whatever was tried: a device that has nothing to do with it is served, and at once.
  const startedAt = performance.now()
  // Two in turn: one would connect more often than a device may in a minute.
  const bystander = checks++ % 2 === 0 ? 0 : 11
  const client = await connectDevice(receiver.port, bystander)
  await client.publishAsync(uplinkTopic(serialOf(bystander), 'report'), report, { qos: 1 })
  await client.endAsync()
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})
afterAll(async () => {
  await receiver[Symbol.asyncDispose]()
})

const serialOf = (index: number) => devices[index]?.serial as string
const report = Buffer.from(encodeReport({ bootId: 1, seq: 1, uptimeS: 1 }))
const credentialsOf = (index: number): RawConnect => ({
  ...{ clientId: serialOf(index), username: serialOf(index), password: devices[index]?.secret ?? '' },
})
/** CONNACK that refuses [MQTT 3.1.1, table 3.1]. */
const refusedWith = (code: number) => Buffer.from([0x20, 2, 0, code])
const notAuthorised = refusedWith(5)
const accepted = refusedWith(0)

async function signedIn(index: number, port = receiver.port) {
  const connection = await openRaw(port, connectPacket(credentialsOf(index)))
  await waitFor(() => connection.answer().length >= 4, { what: 'CONNACK' })
  expect(connection.answer()).toEqual(accepted)
  return connection
}

test('nobody comes in without credentials, nor with half of them', async () => {
  const { password } = credentialsOf(1)
  const clientId = serialOf(1)
  for (const attempt of [
    { clientId },
    { clientId, username: clientId },
    { clientId, username: clientId, password: '' },
  ]) {
    expect(await answerUntilClosed(receiver.port, connectPacket(attempt))).toEqual(notAuthorised)
  }
  const other = { clientId, username: serialOf(2), password: password ?? '' }
  expect(await answerUntilClosed(receiver.port, connectPacket(other))).toEqual(notAuthorised)
})

test('a client id that is no serial number is refused, whatever it means elsewhere', async () => {
  const serial = serialOf(1)
  const signs = [...'+#/$:*?\\"\'<>%{}|~^`, .;=&!@()[]\t\r\n\u007f\u00a0\u202e\u2028\ufeff'].map(
    (sign) => `${serial}${sign}`,
  )
  const names = ['', '+', '#', '$SYS', '__proto__', 'constructor', 'toString', serial.toLowerCase(), 'A'.repeat(300)]
  const claims = ['claim:', 'claim:claim:', `claim:${serial}/#`, 'claim:__proto__']
  const bytes = [
    Buffer.from(`${serial}\0`),
    Buffer.from([0x53, 0xff, 0xfe, 0x41]),
    Buffer.from([0xed, 0xa0, 0x80, 0x41]),
  ]
  for (const clientId of [...signs, ...names, ...claims, ...bytes]) {
    const { password } = credentialsOf(1)
    const attempt = connectPacket({ clientId, username: clientId, password: password as string })
    const answer = await answerUntilClosed(receiver.port, attempt)
    // Either it is refused in words, or it is not even MQTT and the connection just ends.
    expect([...answer.subarray(0, 3)], JSON.stringify(String(clientId))).toEqual(
      answer.length === 0 ? [] : [0x20, 2, 0],
    )
    expect(answer[3], JSON.stringify(String(clientId))).not.toBe(0)
  }
})

test.each([0, 1_201, 65_535])('a keep-alive of %i seconds is refused', async (keepAliveSeconds) => {
  const answer = await answerUntilClosed(receiver.port, connectPacket({ ...credentialsOf(2), keepAliveSeconds }))
  expect(answer[3]).not.toBe(0)
})

test('a declared length of 256 MiB ends the connection after the five bytes that say so, and costs no memory', async () => {
  const lie = Buffer.from('30ffffff7f', 'hex')
  const before = process.memoryUsage().rss
  for (let round = 0; round < 5; round++) {
    const connections = await Promise.all(
      Array.from({ length: 200 }, () => openRaw(receiver.port, Buffer.from('10ffffff7f', 'hex'))),
    )
    await waitFor(() => connections.every(({ isClosed }) => isClosed()), { what: 'all to be ended' })
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * megabyte)
  const device = await signedIn(3)
  device.socket.write(lie)
  await waitFor(device.isClosed, { what: 'the connection of a device to be ended' })
})

describe('topics of too many levels, which crashed an older aedes,', () => {
  // 10,000 levels are as many as a packet of the size allowed can hold, and more.
  const topics = [101, 201, 10_000].map((levels) => ['x', ...Array(levels - 1).fill('')].join('/'))

  test.each(topics.map((topic) => [topic.length, topic] as const))('%i of them', async (_, topic) => {
    for (const attack of [publishPacket(topic, report), subscribePacket(topic), unsubscribePacket(topic)]) {
      const device = await signedIn(4)
      device.socket.write(attack)
      // SUBSCRIBE may be answered with a failure, UNSUBSCRIBE with nothing done; a publish ends the connection.
      await waitFor(() => device.isClosed() || device.answer().length > 4, { what: 'a refusal' })
      if (attack[0] === 0x82 && !device.isClosed()) expect(device.answer()[8]).toBe(0x80)
      if (attack[0] === 0x32) expect(device.answer().length).toBe(4)
      device.socket.destroy()
    }
    const willTopic = topic.slice(0, 3_000)
    const answer = await answerUntilClosed(receiver.port, connectPacket({ ...credentialsOf(4), willTopic }))
    expect(answer).toEqual(notAuthorised)
  })
})

test.each([
  ['a topic that is no UTF-8', Buffer.from([0x61, 0xff, 0xfe])],
  ['a topic with a NUL', Buffer.from('a\0b')],
  ['a topic without a letter', Buffer.alloc(0)],
  ['a topic with a wildcard', Buffer.from(uplinkTopic('+', 'report'))],
])('a publish to %s ends the connection without PUBACK', async (_, topic) => {
  const device = await signedIn(5)
  device.socket.write(publishPacket(topic, report))
  await waitFor(device.isClosed, { what: 'the connection to be ended' })
  expect(device.answer()).toEqual(accepted)
})

test('a last will is refused, also on a topic that its device may publish to', async () => {
  for (const willTopic of [uplinkTopic(serialOf(6), 'report'), uplinkTopic(serialOf(7), 'report'), '$SYS/x', '#']) {
    const attempt = connectPacket({ ...credentialsOf(6), willTopic })
    expect(await answerUntilClosed(receiver.port, attempt)).toEqual(notAuthorised)
  }
})

test('whoever sends CONNECT one byte at a time is ended after seconds, and keeps nobody waiting', async () => {
  const bytes = connectPacket({ ...credentialsOf(8), username: 'x'.repeat(3_000) })
  const slow = await Promise.all(Array.from({ length: 300 }, () => openRaw(receiver.port, bytes.subarray(0, 5))))
  let sent = 5
  const dripping = setInterval(() => {
    for (const { socket } of slow) socket.write(bytes.subarray(sent, sent + 1))
    sent++
  }, 100)
  try {
    const device = await connectDevice(receiver.port, 9)
    await device.endAsync()
    await waitFor(() => slow.every(({ isClosed }) => isClosed()), { what: 'all to be ended', deadlineMs: 10_000 })
  } finally {
    clearInterval(dripping)
  }
  expect(sent).toBeLessThan(bytes.length)
})

test('more connections than the receiver may hold are ended, and one that goes makes room', async () => {
  const small = await receiver.startAnother({ STELLA_MQTT_CONNECTIONS: '2' })
  const first = await signedIn(1, small.port)
  const second = await signedIn(2, small.port)
  expect(await answerUntilClosed(small.port, connectPacket(credentialsOf(3)))).toHaveLength(0)
  first.socket.destroy()
  const third = await waitFor(
    async () => {
      const connection = await openRaw(small.port, connectPacket(credentialsOf(3)))
      await waitFor(() => connection.isClosed() || connection.answer().length >= 4, { what: 'an answer' })
      return connection.isClosed() ? undefined : connection
    },
    { what: 'room for one more' },
  )
  expect(third.answer()).toEqual(accepted)
  expect(second.isClosed()).toBe(false)
  await small.service[Symbol.asyncDispose]()
})

test('a minute holds so many attempts of one name from one address, a second so many of all', () => {
  const throttle = new ConnectThrottle(1_000)
  const attempts = (count: number, address: string, at: number) =>
    Array.from({ length: count }, () => throttle.allows('IR-0001', address, at)).filter(Boolean).length
  expect(attempts(30, '192.0.2.1', 5_000)).toBe(connectsPerMinutePerDevice)
  expect(attempts(1, '192.0.2.2', 59_999)).toBe(1)
  expect(attempts(1, '192.0.2.1', 59_999)).toBe(0)
  expect(attempts(1, '192.0.2.1', 60_000)).toBe(1)
  const slow = new ConnectThrottle(3)
  const names = ['IR-0001', 'IR-0002', 'IR-0003', 'IR-0004', 'IR-0005']
  expect(names.map((name) => slow.allows(name, '192.0.2.1', 1_500))).toEqual([true, true, true, false, false])
  expect(slow.allows('IR-0006', '192.0.2.1', 2_000)).toBe(true)
})

test('whoever guesses at the secret of a device is turned away, and the device itself comes in', async () => {
  // More than two minutes take: however they fall, one of the minutes is full.
  const guess = connectPacket({ ...credentialsOf(10), password: 'a guess' })
  const guesses = Array.from({ length: 2 * connectsPerMinutePerDevice + 5 }, () =>
    answerUntilClosed(receiver.port, guess, '127.0.0.2'),
  )
  const answers = await Promise.all(guesses)
  expect(answers.filter((answer) => answer.equals(refusedWith(3))).length).toBeGreaterThan(0)
  expect(answers.filter((answer) => answer.equals(accepted))).toEqual([])
  const device = await signedIn(10)
  device.socket.destroy()
})
