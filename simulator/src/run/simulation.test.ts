import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DecodeResult, decodeReport, parseUplinkTopic } from '@stellacontrol/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { planFleet } from '../fleet/plan-fleet.ts'
import { MqttConnection } from '../mqtt-connection.ts'
import { eventually } from '../testing/eventually.ts'
import { type Mosquitto, startMosquitto } from '../testing/mosquitto.ts'
import { readWitness, type WitnessRecord, witnessFlags } from '../witness.ts'
import { type Simulation, type SimulationOptions, startSimulation } from './simulation.ts'

let broker: Mosquitto
let stateFolder: string
let reader: Reader
const fast = { minimumMs: 10, maximumMs: 100 }

beforeEach(async () => {
  broker = await startMosquitto()
  stateFolder = mkdtempSync(join(tmpdir(), 'simulation-'))
  reader = new Reader(broker.port)
  await reader.open()
})
afterEach(async () => {
  await reader.close()
  await broker[Symbol.asyncDispose]()
  rmSync(stateFolder, { recursive: true, force: true })
})

interface Received {
  serial: string
  result: DecodeResult
}

/** Everything that the fleet published, as a subscriber of the broker sees it. */
class Reader {
  readonly received: Received[] = []
  readonly #connection: MqttConnection

  constructor(port: number) {
    this.#connection = new MqttConnection({
      host: '127.0.0.1',
      port,
      clientId: 'reader',
      reconnect: fast,
      onConnected: () => void this.#connection.subscribe('sc/v1/+/up/report'),
      onMessage: (topic, payload) => {
        const serial = parseUplinkTopic(topic)?.serial
        if (serial !== undefined) this.received.push({ serial, result: decodeReport(payload) })
      },
    })
  }

  async open(): Promise<void> {
    this.#connection.open()
    await eventually(() => this.#connection.isConnected && this.#connection.unacknowledged === 0, 'reader subscribed')
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  identities(serial?: string): string[] {
    return this.received
      .filter((one) => serial === undefined || one.serial === serial)
      .flatMap(({ serial: owner, result }) =>
        'report' in result ? [`${owner} ${result.report.bootId} ${result.report.seq}`] : [],
      )
  }
}

function start(options: Partial<SimulationOptions> & { count?: number } = {}): Simulation {
  const { count = 10, ...rest } = options
  const fleet = planFleet({ seed: 1, count, withFaults: false })
  return startSimulation({ fleet, mqttUrl: broker.url, stateFolder, intervalSeconds: 0.05, reconnect: fast, ...rest })
}

async function witnessed(): Promise<WitnessRecord[]> {
  const records: WitnessRecord[] = []
  for await (const record of readWitness(stateFolder)) records.push(record)
  return records
}

const identity = ({ serial, bootId, seq }: WitnessRecord): string => `${serial} ${bootId} ${seq}`

test('every device reports, and whatever the witness calls acknowledged was received', async () => {
  const simulation = start({ count: 30 })
  await eventually(() => simulation.statistics.acknowledged > 600, '600 acknowledged')
  expect(await simulation.drain(5_000)).toBe(true)
  await simulation.stop()
  const acknowledged = (await witnessed()).filter(({ kind }) => kind === 'acknowledged')
  expect(acknowledged.length).toBe(simulation.statistics.acknowledged)
  expect(new Set(acknowledged.map(({ serial }) => serial)).size).toBe(30)
  await eventually(() => reader.received.length >= acknowledged.length, 'all received')
  const received = new Set(reader.identities())
  expect(acknowledged.filter((record) => !received.has(identity(record)))).toEqual([])
})

test('reports of a device are numbered without a gap and arrive in order', async () => {
  const simulation = start({ count: 5 })
  await eventually(() => simulation.statistics.acknowledged > 100, '100 acknowledged')
  await simulation.stop()
  for (const serial of new Set(reader.received.map((one) => one.serial))) {
    expect(reader.identities(serial)).toEqual(reader.identities(serial).map((_, index) => `${serial} 2 ${index + 1}`))
  }
})

test('after kill -9 of the broker everything arrives: repeated, kept as backfill, then live again', async () => {
  const simulation = start({ count: 10 })
  await eventually(() => simulation.statistics.acknowledged > 100, 'running')
  await broker.kill()
  await eventually(() => simulation.statistics.waiting > 100, 'reports are kept')
  await broker.start()
  await reader.open()
  await eventually(() => simulation.statistics.waiting === 0, 'kept reports are sent')
  const acknowledged = simulation.statistics.acknowledged
  await eventually(() => simulation.statistics.acknowledged > acknowledged + 50, 'running again')
  expect(await simulation.drain(5_000)).toBe(true)
  await simulation.stop()
  const records = await witnessed()
  const sent = new Set(records.filter(({ kind }) => kind === 'sent').map(identity))
  const confirmed = new Set(records.filter(({ kind }) => kind === 'acknowledged').map(identity))
  expect([...sent].filter((report) => !confirmed.has(report))).toEqual([])
  expect(records.some(({ flags }) => (flags & witnessFlags.backfill) !== 0)).toBe(true)
  expect(simulation.statistics.dropped).toBe(0)
})

test('a new run has a new boot number, and a stopped backfill goes on where it was', async () => {
  const backfill = { days: 2, reportsPerSecond: 500, intervalSeconds: 600 }
  const perDevice = 288
  const first = start({ count: 4, backfill })
  await eventually(() => first.statistics.acknowledged > 300, 'some of the past')
  await first.stop()
  const second = start({ count: 4, backfill: { ...backfill, reportsPerSecond: 5_000 } })
  await second.backfilled
  await second.stop()
  const third = start({ count: 4, backfill })
  await third.backfilled
  await eventually(() => third.statistics.acknowledged > 0, 'a report of the third run')
  await third.stop()
  const records = (await witnessed()).filter(({ kind }) => kind === 'acknowledged')
  expect(new Set(records.map(({ bootId }) => bootId))).toEqual(new Set([1, 2, 3, 4]))
  const past = records.filter(({ bootId }) => bootId === 1)
  const distinct = new Set(past.map(identity))
  expect(distinct.size).toBeGreaterThan(4 * perDevice * 0.9)
  expect(past.length - distinct.size).toBeLessThan(4 * 16)
  const moments = new Map(past.map((record) => [identity(record), record.at]))
  for (const record of past) expect(record.at).toBe(moments.get(identity(record)))
})

test('message faults are in what is sent, and the witness knows of them', async () => {
  const fleet = planFleet({ seed: 1, count: 3, withFaults: false })
  const [truncating, doubling, reordering] = fleet.devices.map(({ serial }) => serial)
  const simulation = start({
    fleet,
    faults: [
      { fault: 'truncated-message', serial: truncating ?? '', start: 0, magnitude: 1 },
      { fault: 'duplicate-reports', serial: doubling ?? '', start: 0, magnitude: 1 },
      { fault: 'out-of-order-reports', serial: reordering ?? '', start: 0, magnitude: 0.5 },
    ],
  })
  await eventually(() => simulation.statistics.acknowledged > 120, 'running')
  await simulation.stop()
  const rejected = reader.received.filter(({ result }) => 'rejected' in result)
  expect(rejected.length).toBeGreaterThan(10)
  expect(rejected.every(({ serial }) => serial === truncating)).toBe(true)
  const records = await witnessed()
  expect(
    records.filter(({ serial }) => serial === truncating).every(({ flags }) => (flags & witnessFlags.damaged) !== 0),
  ).toBe(true)
  const doubled = reader.identities(doubling)
  expect(doubled.length).toBeGreaterThan(new Set(doubled).size * 1.5)
  const sequence = reader.identities(reordering).map((report) => Number(report.split(' ')[2]))
  expect(sequence).not.toEqual([...sequence].sort((one, other) => one - other))
})

test('an unplugged device keeps its reports and sends them later, oldest first; a rebooted one counts anew', async () => {
  const fleet = planFleet({ seed: 1, count: 2, withFaults: false })
  const [unplugged, looping] = fleet.devices.map(({ serial }) => serial)
  const simulation = start({
    fleet,
    faults: [
      { fault: 'lan-unplugged', serial: unplugged ?? '', start: 1, end: 3 },
      { fault: 'reboot-loop', serial: looping ?? '', start: 1, end: 2, magnitude: 100 },
    ],
  })
  const boots = (): Set<string> => new Set(reader.identities(looping).map((report) => report.split(' ')[1] ?? ''))
  await eventually(() => boots().has('3'), 'booted again', 15_000)
  await eventually(() => simulation.statistics.waiting === 0, 'kept reports are sent')
  await simulation.stop()
  const kept = reader.received.filter(
    ({ serial, result }) => serial === unplugged && 'report' in result && result.report.mode === 3,
  )
  expect(kept.length).toBeGreaterThan(10)
  const numbers = reader.identities(unplugged).map((report) => Number(report.split(' ')[2]))
  expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  const described = JSON.parse(readFileSync(join(stateFolder, 'faults.json'), 'utf8')) as {
    label: string
    start: string
  }[]
  expect(described.map(({ label }) => label)).toEqual([`lan-unplugged ${unplugged}`, `reboot-loop ${looping}`])
})

test('a device that was silent before the run has told its last report', async () => {
  const fleet = planFleet({ seed: 1, count: 2, withFaults: false })
  const [silent] = fleet.devices.map(({ serial }) => serial)
  const startedAt = Date.now()
  const simulation = start({ fleet, faults: [{ fault: 'offline', serial: silent ?? '', start: -5_700 }] })
  await eventually(() => reader.identities(silent).length > 0, 'last words')
  await eventually(() => simulation.statistics.connected === 1, 'silent again')
  await simulation.stop()
  expect(reader.identities(silent)).toHaveLength(1)
  const [record] = (await witnessed()).filter(({ serial }) => serial === silent)
  expect(record?.at ?? 0).toBeLessThan(startedAt - 5_700_000)
})

test('stopping is quick even while the broker is gone', async () => {
  const simulation = start({ count: 50 })
  await eventually(() => simulation.statistics.acknowledged > 50, 'running')
  await broker.kill()
  const from = performance.now()
  await simulation.stop()
  expect(performance.now() - from).toBeLessThan(1_400)
})
