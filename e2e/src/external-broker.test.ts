import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { uplinkTopic } from '@stellacontrol/protocol'
import {
  type MosquittoServer,
  redisCommand,
  startMosquitto,
  temporaryFolder,
  waitFor,
} from '@stellacontrol/test-servers'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLedgerCounts } from './chaos/ledger-counts.ts'
import { type Stack, startStack } from './stack/stack.ts'
import {
  ledgerDifference,
  publish,
  queueDrained,
  sampleReport,
  setAsideOf,
  settledAt,
  statusOf,
  storedOf,
} from './testing/device-traffic.ts'
import { documentedReport, mosquittoPub } from './testing/mosquitto-pub.ts'

const bootId = 1
const deadlineMs = 30_000
let broker: MosquittoServer
let stack: Stack
let publisher: MqttClient
let used = 0

beforeAll(async () => {
  broker = await startMosquitto({ folder: temporaryFolder() })
  stack = await startStack({ devices: 60, receivers: 2, environment: { MQTT_URL: broker.url } })
  publisher = await mqtt.connectAsync(broker.url, { clientId: 'all-devices', reconnectPeriod: 200 })
  publisher.on('error', () => undefined)
})
afterAll(async () => {
  await publisher?.endAsync(true)
  await stack?.[Symbol.asyncDispose]()
  await broker?.stop()
})

const nextSerial = () => stack.devices[used++]?.serial as string
const send = (serial: string, seq: number) => publish(publisher, serial, sampleReport({ bootId, seq }))
const sequences = async (serial: string) => (await storedOf(stack, serial)).map(({ seq }) => seq)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

/** What a receiver has put into the queue since its start, by its own metrics. */
async function appendedBy(receiver: string): Promise<number> {
  const text = await (await fetch(`${stack.healthUrls[receiver]}/metrics`)).text()
  return Number(/^stella_messages_appended_total(?:\{.*\})? (\d+)/m.exec(text)?.[1] ?? 0)
}

describe('through Mosquitto', () => {
  test('reports are stored and become statuses, and two receivers share them', async () => {
    const serials = Array.from({ length: 10 }, nextSerial)
    for (const seq of upTo(20)) await Promise.all(serials.map((serial) => send(serial, seq)))
    for (const serial of serials) {
      await settledAt(stack, serial, bootId, 20)
      expect(await sequences(serial)).toEqual(upTo(20))
    }
    expect(await appendedBy('message-receiver-0')).toBeGreaterThan(0)
    expect(await appendedBy('message-receiver-1')).toBeGreaterThan(0)
    expect(await ledgerDifference(stack)).toBe(0)
  })

  test('reports of an unknown device are set aside, of no device skipped; those behind them arrive', async () => {
    const unknown = 'NOBODY-0001'
    await send(unknown, 1)
    await publisher.publishAsync('sc/v1/not a serial/up/report', Buffer.from('x'), { qos: 1 })
    const serial = nextSerial()
    await send(serial, 1)
    await settledAt(stack, serial, bootId, 1)
    expect((await setAsideOf(stack, unknown)).map(({ reason }) => reason)).toEqual(['unknown-device'])
    expect(await ledgerDifference(stack)).toBe(0)
  })

  test('after a restart of Mosquitto the receivers are back by themselves', async () => {
    const serial = nextSerial()
    await send(serial, 1)
    await settledAt(stack, serial, bootId, 1)
    await broker.restart()
    await waitFor(() => publisher.connected, { what: 'the publisher to be back', deadlineMs })
    // What comes before the receivers have subscribed again is the broker's to keep, and Mosquitto does not.
    let seq = 1
    await waitFor(
      async () => {
        await send(serial, ++seq)
        return ((await statusOf(stack, serial))?.sequence ?? 0) > 1
      },
      { what: 'reports to come through again', deadlineMs, intervalMs: 100 },
    )
    await send(serial, ++seq)
    await settledAt(stack, serial, bootId, seq)
  })

  test('what the queue did not take stays with the broker and comes again by itself when there is room', async () => {
    const serials = Array.from({ length: 5 }, nextSerial)
    const before = await readLedgerCounts(stack)
    await redisCommand(stack.queue.port, 'CONFIG', 'SET', 'maxmemory', '100kb')
    for (const seq of upTo(10)) await Promise.all(serials.map((serial) => send(serial, seq)))
    // Longer than the receivers' patience: every message was refused at least once.
    await waitFor(async () => (await refusedAppends()) > 0, { what: 'the receivers to give up', deadlineMs })
    expect((await readLedgerCounts(stack)).appended).toBe(before.appended)
    await redisCommand(stack.queue.port, 'CONFIG', 'SET', 'maxmemory', '0')
    for (const serial of serials) {
      await settledAt(stack, serial, bootId, 10)
      await waitFor(async () => (await storedOf(stack, serial)).length === 10, { what: 'all reports', deadlineMs })
    }
    expect(await ledgerDifference(stack)).toBe(0)
  })

  test('what came while no receiver ran is kept by the broker, and not confirmed before the queue has it', async () => {
    const serials = Array.from({ length: 5 }, nextSerial)
    await Promise.all(stack.receivers.map((receiver) => receiver.kill()))
    await Promise.all(upTo(200).flatMap((seq) => serials.map((serial) => send(serial, seq))))
    for (const receiver of stack.receivers) receiver.start()
    for (const serial of serials) {
      await waitFor(async () => (await storedOf(stack, serial)).length === 200, { what: 'all reports', deadlineMs })
      expect(await sequences(serial)).toEqual(upTo(200))
    }
    await queueDrained(stack)
    expect(await ledgerDifference(stack)).toBe(0)
  })

  test('mosquitto_pub sends the report of the protocol page from a file', async () => {
    const serial = nextSerial()
    const file = join(stack.folder, 'report.bin')
    writeFileSync(file, documentedReport())
    const where = ['-h', '127.0.0.1', '-p', String(broker.port)]
    await mosquittoPub([...where, '-q', '1', '-t', uplinkTopic(serial, 'report'), '-f', file])
    const status = await settledAt(stack, serial, 7, 42)
    expect(status.environment.boardCelsius).toBe(48.3)
    expect(status.bands).toMatchObject([{ band: 'B20', gainActualDb: 69.4 }])
    expect(await statusOf(stack, serial)).toEqual(status)
  })
})

async function refusedAppends(): Promise<number> {
  const logs = await Promise.all(
    stack.receivers.map(async ({ name }) => {
      const text = await (await fetch(`${stack.healthUrls[name]}/metrics`)).text()
      return Number(/^stella_messages_refused_total(?:\{.*\})? (\d+)/m.exec(text)?.[1] ?? 0)
    }),
  )
  return Math.min(...logs)
}
