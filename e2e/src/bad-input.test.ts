import { encodeReport, type Report, uplinkTopic } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import type { MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Chance } from './chaos/chance.ts'
import { readLedgerCounts } from './chaos/ledger-counts.ts'
import { type Stack, type StackDevice, startStack } from './stack/stack.ts'
import {
  connectDevice,
  ledgerDifference,
  publish,
  sampleReport,
  setAsideOf,
  settledAt,
  statusOf,
  storedOf,
} from './testing/device-traffic.ts'
import { extremeReport } from './testing/extreme-report.ts'

/** Each test has a device of its own; boot 1 is its past. */
const bootId = 2
const goodSeq = 1_000
const dayMs = 86_400_000
let stack: Stack
let used = 0
const open: MqttClient[] = []

beforeAll(async () => {
  stack = await startStack({ devices: 60 })
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.endAsync(true)))
  expect(await ledgerDifference(stack)).toBe(0)
})
afterAll(() => stack?.[Symbol.asyncDispose]())

async function connected(): Promise<{ device: StackDevice; serial: string; client: MqttClient }> {
  const device = stack.devices[used++] as StackDevice
  const client = await connectDevice(stack, device)
  client.on('error', () => undefined)
  open.push(client)
  return { device, serial: device.serial, client }
}

/** A good report still arrives, at all its places. */
async function sendGood(client: MqttClient, serial: string) {
  await publish(client, serial, sampleReport({ bootId, seq: goodSeq }))
  return settledAt(stack, serial, bootId, goodSeq)
}

const good = { bootId, seq: goodSeq }
const whole = sampleReport({ bootId, seq: 1 })
const manyBands = Array.from({ length: 17 }, (_, index) => ({ band: index + 1, state: 3 }))

describe('acknowledged and set aside with its bytes and reason', () => {
  test.each<[string, string, Uint8Array]>([
    ['a message without bytes', 'empty', new Uint8Array()],
    ['a report of 5,000 bytes', 'oversized', Buffer.concat([whole, Buffer.alloc(5_000)])],
    ['bytes that are no protobuf', 'undecodable', Buffer.from([255, 0, 1, 2, 254])],
    ['text', 'undecodable', Buffer.from('{"boardCelsius":48.3}')],
    ['a report that was cut short', 'undecodable', whole.slice(0, -3)],
    ['a report without boot_id', 'missing-identity', encodeReport({ seq: 1, uptimeS: 5 })],
    ['a report without seq', 'missing-identity', encodeReport({ bootId, uptimeS: 5 })],
    ['a report with seq 0', 'missing-identity', encodeReport({ bootId, seq: 0 })],
    ['a report with 17 bands', 'too-many-elements', sampleReport({ bootId, seq: 1, bands: manyBands })],
  ])('%s: %s', async (_, reason, payload) => {
    const { client, serial } = await connected()
    await publish(client, serial, payload)
    await sendGood(client, serial)
    expect(await setAsideOf(stack, serial)).toEqual([{ reason, payload: Buffer.from(payload) }])
    expect(await storedOf(stack, serial)).toMatchObject([good])
  })

  test.each<[string, string, () => number]>([
    ['measured two days ahead', 'future-dated', () => Date.now() + 2 * dayMs],
    ['measured three years ago', 'past-dated', () => Date.now() - 3 * 365 * dayMs],
    ['measured when no calendar reaches', 'future-dated', () => Number.MAX_SAFE_INTEGER],
  ])('%s: %s, and it is the status all the same', async (_, reason, sentAt) => {
    const { client, serial } = await connected()
    const payload = sampleReport({ bootId, seq: 1, sentAtMs: sentAt() })
    await publish(client, serial, payload)
    const status = await settledAt(stack, serial, bootId, 1)
    if (reason === 'future-dated') expect(status.at).toBe(status.receivedAt)
    expect(await setAsideOf(stack, serial)).toEqual([{ reason, payload: Buffer.from(payload) }])
    await sendGood(client, serial)
    expect(await storedOf(stack, serial)).toMatchObject([good])
  })
})

describe('refused: the connection ends without PUBACK, and nothing is kept', () => {
  test.each<[string, (client: MqttClient, device: StackDevice, other: string) => void]>([
    [
      "another device's topic",
      (client, _, other) => client.publish(uplinkTopic(other, 'report'), Buffer.from(whole), { qos: 1 }),
    ],
    ['a topic of nobody', (client) => client.publish('sc/v2/anything', Buffer.from(whole), { qos: 1 })],
    [
      'a retained report',
      (client, { serial }) =>
        client.publish(uplinkTopic(serial, 'report'), Buffer.from(whole), { qos: 1, retain: true }),
    ],
    ['QoS 2', (client, { serial }) => client.publish(uplinkTopic(serial, 'report'), Buffer.from(whole), { qos: 2 })],
    [
      'a packet of 20,000 bytes',
      (client, { serial }) => client.publish(uplinkTopic(serial, 'report'), Buffer.alloc(20_000), { qos: 1 }),
    ],
  ])('%s', async (_, send) => {
    const { client, device, serial } = await connected()
    const other = stack.devices[used++] as StackDevice
    const before = await readLedgerCounts(stack)
    send(client, device, other.serial)
    await waitFor(() => !client.connected, { what: 'the connection to end' })
    const again = await connectDevice(stack, device)
    open.push(again)
    await sendGood(again, serial)
    expect(await statusOf(stack, other.serial)).toBeUndefined()
    expect((await readLedgerCounts(stack)).appended).toBe(before.appended + 1)
  })
})

describe('stored', () => {
  test('a replayed report once, and its repeats are counted as duplicates', async () => {
    const { client, serial } = await connected()
    const before = await readLedgerCounts(stack)
    const payload = sampleReport({ bootId, seq: 7 })
    for (let time = 0; time < 3; time++) await publish(client, serial, payload)
    await sendGood(client, serial)
    await publish(client, serial, payload)
    await waitFor(async () => (await readLedgerCounts(stack)).duplicates === before.duplicates + 3, {
      what: 'duplicates',
    })
    expect(await storedOf(stack, serial)).toMatchObject([{ bootId, seq: 7 }, good])
    expect((await statusOf(stack, serial))?.sequence).toBe(goodSeq)
  })

  test('reports out of order all, and the status is the newest by boot and sequence', async () => {
    const { client, serial } = await connected()
    const order = [
      { bootId: 2, seq: 3 },
      { bootId: 2, seq: 1 },
      { bootId: 1, seq: 99 },
      { bootId: 2, seq: 2 },
    ]
    for (const identity of order) await publish(client, serial, sampleReport(identity))
    await settledAt(stack, serial, 2, 3)
    expect(await storedOf(stack, serial)).toMatchObject([order[2], order[1], order[3], order[0]])
    await sendGood(client, serial)
  })

  test('a report of a new boot whose clock went back is newer all the same', async () => {
    const { client, serial } = await connected()
    await publish(client, serial, sampleReport({ bootId: 1, seq: 50 }))
    const earlier = Date.now() - 30 * dayMs
    await publish(client, serial, sampleReport({ bootId: 2, seq: 1, sentAtMs: earlier }))
    const status = await settledAt(stack, serial, 2, 1)
    expect(Date.parse(status.at)).toBe(earlier)
    await sendGood(client, serial)
  })

  test('the greatest numbers that a device can count to', async () => {
    const { client, serial } = await connected()
    const greatest = 4_294_967_295
    await publish(client, serial, sampleReport({ bootId: greatest, seq: greatest, uptimeS: greatest }))
    await settledAt(stack, serial, greatest, greatest)
    expect(await storedOf(stack, serial)).toHaveLength(1)
    expect(await setAsideOf(stack, serial)).toEqual([])
  })

  test.each<[string, Report]>([
    ['a clock that shows 1970', { sentAtMs: 12_000 }],
    ['no clock', {}],
  ])('%s: the moment follows from the boot, the same for every repeat', async (_, clock) => {
    const { client, serial } = await connected()
    const startedAt = Date.now()
    const withoutClock = (seq: number, uptimeS: number) =>
      encodeReport({ bootId, seq, uptimeS, intervalS: 600, ...clock })
    await publish(client, serial, withoutClock(1, 30))
    await settledAt(stack, serial, bootId, 1)
    await publish(client, serial, withoutClock(2, 90))
    await settledAt(stack, serial, bootId, 2)
    await publish(client, serial, withoutClock(1, 30))
    await publish(client, serial, withoutClock(3, 150))
    const status = await settledAt(stack, serial, bootId, 3)
    expect(status.at).toBe(status.receivedAt)
    const [first, second, third] = await storedOf(stack, serial)
    expect(await storedOf(stack, serial)).toHaveLength(3)
    expect(first?.at).toBeGreaterThanOrEqual(startedAt - 1)
    expect(first?.at).toBeLessThanOrEqual(Date.now())
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(60_000)
    expect((third?.at ?? 0) - (first?.at ?? 0)).toBe(120_000)
  })

  test('an unknown model, with the limits of all models', async () => {
    const { client, serial } = await connected()
    await publish(client, serial, sampleReport({ bootId, seq: 1, device: { model: 'iR99\0<script>' } }))
    const status = await settledAt(stack, serial, bootId, 1)
    expect(status.model).toBe('iR99\0<script>')
    expect(status.severity).toBe('normal')
    expect(await storedOf(stack, serial)).toHaveLength(1)
    await sendGood(client, serial)
  })

  test('unknown fields and values of newer firmware: known ones are read, unknown ones shown as unknown', async () => {
    const { client, serial } = await connected()
    const unknownFields = Buffer.from([0xa0, 0x38, 0x2a, 0xaa, 0x38, 0x03, 0x6e, 0x65, 0x77])
    const unknownState: number = 60
    const bands = [{ band: 20, state: unknownState, gainActualDb10: 694 }]
    await publish(client, serial, Buffer.concat([sampleReport({ bootId, seq: 1, bands }), unknownFields]))
    const status = await settledAt(stack, serial, bootId, 1)
    expect(status.bands).toMatchObject([{ band: 'B20', state: 'unknown', gainActualDb: 69.4 }])
    expect(await storedOf(stack, serial)).toHaveLength(1)
    await sendGood(client, serial)
  })

  test('values that cannot be true are absent and named', async () => {
    const { client, serial } = await connected()
    const bands = [{ band: 20, state: 3, gainActualDb10: 694, downlinkInDbm10: -2_000 }]
    const modem = { bearer: 4, rsrpDbm10: 0 }
    await publish(client, serial, sampleReport({ bootId, seq: 1, bands, modem }))
    const status = await settledAt(stack, serial, bootId, 1)
    expect(status.implausibleValues).toEqual(expect.arrayContaining(['B20.downlinkInputDbm', 'modemRsrpDbm']))
    expect(status.bands[0]?.downlinkInputDbm).toBeUndefined()
    expect(status.bands[0]?.gainActualDb).toBe(69.4)
    expect(status.modem.rsrpDbm).toBeUndefined()
    const [row] = await stack.database.query<{ rsrp: number }>(
      'select rsrp from report join device on device.id = device_id where serial = $1',
      [serial],
    )
    expect(row?.rsrp).toBe(-32_768)
    await sendGood(client, serial)
  })

  test('a band that is named twice counts once, the first time', async () => {
    const { client, serial } = await connected()
    const bands = [
      { band: 20, state: 3, gainActualDb10: 694 },
      { band: 20, state: 6, gainActualDb10: 100 },
      { band: 0, state: 3 },
    ]
    await publish(client, serial, sampleReport({ bootId, seq: 1, bands }))
    const status = await settledAt(stack, serial, bootId, 1)
    expect(status.bands).toMatchObject([{ band: 'B20', state: 'active', gainActualDb: 69.4 }])
    expect(status.implausibleValues).toEqual(['B20', 'band'])
    await sendGood(client, serial)
  })
})

test('600 reports at the edges of every field and 200 of random bytes are stored or set aside, and hold up nothing', async () => {
  const chance = new Chance(20_261_123, 'extreme reports')
  const before = await readLedgerCounts(stack)
  const devices = await Promise.all(Array.from({ length: 10 }, () => connected()))
  const rounds = 80
  for (let seq = 1; seq <= rounds; seq++) {
    await Promise.all(
      devices.map(async ({ client, serial }) => {
        const bytes = Buffer.from(
          Array.from({ length: 1 + Math.floor(chance.between(0, 60)) }, () => chance.between(0, 256)),
        )
        await publish(client, serial, seq % 4 === 0 ? bytes : extremeReport(chance, { bootId: 1, seq }))
      }),
    )
  }
  for (const { client, serial } of devices) await sendGood(client, serial)
  const after = await readLedgerCounts(stack)
  expect(after.appended - before.appended).toBe(devices.length * (rounds + 1))
  expect(after.stored - before.stored).toBeGreaterThan(devices.length * rounds * 0.3)
  const unstorable = await stack.database.query("select serial, detail from set_aside where reason = 'unstorable'")
  expect(unstorable).toEqual([])
})

test('bad messages between good ones of many devices cost the good ones nothing', async () => {
  const before = await readLedgerCounts(stack)
  const devices = await Promise.all(Array.from({ length: 8 }, () => connected()))
  const rounds = 25
  for (let seq = 1; seq <= rounds; seq++) {
    await Promise.all(
      devices.map(async ({ client, serial }, index) => {
        if ((seq + index) % 3 === 0) await publish(client, serial, Buffer.from([255, index]))
        await publish(client, serial, sampleReport({ bootId, seq }))
      }),
    )
  }
  for (const { serial } of devices) {
    await settledAt(stack, serial, bootId, rounds)
    expect((await storedOf(stack, serial)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: rounds }, (_, i) => i + 1),
    )
  }
  const after = await readLedgerCounts(stack)
  expect(after.stored - before.stored).toBe(devices.length * rounds)
  expect(after.setAside - before.setAside).toBe(Math.floor((devices.length * rounds) / 3))
})
