import { rmSync } from 'node:fs'
import {
  type Database,
  maintainPartitions,
  migrate,
  openDatabase,
  readHistory,
  registerFleet,
  rollUpDueHours,
  systemScope,
  writeHistory,
} from '@stellacontrol/database'
import type { Identity, Report } from '@stellacontrol/protocol'
import { startPostgres, temporaryFolder } from '@stellacontrol/test-servers'
import { fullReport } from './load-payload.ts'

const devices = 2_000
/** So many of them have a whole year of history. */
const yearDevices = 40
const yearDays = 365
/** All of them have so much: 2,000 x 31 days and 40 x 334 more, every ten minutes, are 10.85 million reports. */
const monthDays = 31
const intervalMs = 600_000
const hourMs = 3_600_000
const dayMs = 86_400_000
const writers = 2
const rowsPerCall = 5_000
const variants = Array.from({ length: 500 }, (_, variant) => fullReport(variant) as Report & Identity)

/**
 * Size of history on disk, how fast it is written, and how long charts take over at least 10 million full 5-band reports. The
 * reports go through the history writer in the order in which a fleet sends them: with ledger, marks and fsync.
 */
export async function historyBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  const folder = temporaryFolder()
  const server = await startPostgres({ folder })
  try {
    await using database = openDatabase({ url: server.url, applicationName: 'history-bench', maximumConnections: 4 })
    await migrate(database)
    const endAt = Math.floor(Date.now() / hourMs) * hourMs
    await maintainPartitions(database, { now: endAt })
    await registerFleet(database, fleet())
    const written = await writePast(database, endAt)
    const rolledUp = await rollUpAll(database, endAt)
    await database.query('vacuum analyze')
    const size = await sizeOf(database)
    const month = await measureCharts(database, { days: 30, fromDevices: devices, endAt, seconds: seconds / 2 })
    const year = await measureCharts(database, { days: 365, fromDevices: yearDevices, endAt, seconds: seconds / 2 })
    return {
      rows: written.rows,
      devices,
      ...size,
      copyRowsPerSecond: Math.round(written.rows / written.seconds),
      writers,
      rowsPerCall,
      hoursRolledUp: rolledUp.hours,
      hoursRolledUpPerSecond: Math.round(rolledUp.hours / rolledUp.seconds),
      chart30DaysMs: month.latencyMs,
      chart1YearMs: year.latencyMs,
      charts: { chart30Days: month.count, chart1Year: year.count },
    }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const serialOf = (device: number) => `BENCH-${String(device).padStart(5, '0')}`

function fleet() {
  const site = { organisation: 'Bench', kind: 'office', timeZone: 'UTC', latitude: 51, longitude: 4, address: '' }
  return {
    organisations: [{ name: 'Bench' }],
    sites: [{ ...site, name: 'Bench site' }],
    devices: Array.from({ length: devices }, (_, device) => {
      return {
        serial: serialOf(device),
        secret: `${device}`,
        model: 'iR5',
        name: `Device ${device}`,
        site: 'Bench site',
      }
    }),
  }
}

async function writePast(database: Database, endAt: number): Promise<{ rows: number; seconds: number }> {
  const startedAt = performance.now()
  const rows = await Promise.all(
    Array.from({ length: writers }, (_, partition) => writePartition(database, partition, endAt)),
  )
  return { rows: rows.reduce((sum, count) => sum + count, 0), seconds: (performance.now() - startedAt) / 1000 }
}

/** Every writer has its own devices. Time goes on from call to call, so that hours are open as in operation. */
async function writePartition(database: Database, partition: number, endAt: number): Promise<number> {
  let stored = 0
  let entries: ReturnType<typeof entryOf>[] = []
  const flush = async (now: number) => {
    const batch = { queueGeneration: 'bench', partitions: [{ partition, entries }], now }
    const [result] = await writeHistory(database, batch)
    stored += result?.stored ?? 0
    entries = []
  }
  const wholeFleetAt = endAt - monthDays * dayMs
  for (let at = endAt - yearDays * dayMs; at < endAt; at += intervalMs) {
    const reporting = at < wholeFleetAt ? yearDevices : devices
    for (let device = partition; device < reporting; device += writers) entries.push(entryOf(device, at))
    if (entries.length >= rowsPerCall) await flush(at)
  }
  await flush(endAt)
  return stored
}

const noBytes = new Uint8Array()

function entryOf(device: number, at: number) {
  // Devices are spread over their interval.
  const sentAtMs = at + ((device * 7919) % intervalMs)
  const seq = Math.floor(at / intervalMs)
  const variant = variants[(device + seq) % variants.length] as Report & Identity
  const report = { ...variant, bootId: 7, seq, sentAtMs, uptimeS: 86_400 }
  return {
    id: `${at}-${device}`,
    serial: serialOf(device),
    receivedAt: sentAtMs + 300,
    payload: noBytes,
    decoded: { report },
  }
}

async function rollUpAll(database: Database, endAt: number): Promise<{ hours: number; seconds: number }> {
  const startedAt = performance.now()
  const rollUp = async () => {
    let hours = 0
    for (let count = 1; count > 0; hours += count) count = await rollUpDueHours(database, { now: endAt + hourMs })
    return hours
  }
  const [first, second] = await Promise.all([rollUp(), rollUp()])
  return { hours: first + second, seconds: (performance.now() - startedAt) / 1000 }
}

/** Heap and all indexes of the tables and their partitions, per report; and what the roll-ups take in addition. */
async function sizeOf(database: Database): Promise<Record<string, number>> {
  const rows = await database.query<{ name: string; bytes: number; heap_bytes: number }>(
    `select root.relname as name, sum(pg_total_relation_size(tree.relid)) ::bigint as bytes,
       sum(pg_table_size(tree.relid))::bigint as heap_bytes
     from pg_class root cross join lateral pg_partition_tree(root.oid) as tree
     where root.relname in ('report', 'report_live', 'device_hour', 'band_hour') and tree.isleaf
     group by root.relname`,
  )
  const [count] = await database.query<{ reports: number; hours: number }>(
    'select (select count(*) from report) as reports, (select count(*) from device_hour) as hours',
  )
  const size = (name: string) => rows.find((row) => row.name === name) ?? { bytes: 0, heap_bytes: 0 }
  const [reports, hours] = [count?.reports ?? 1, count?.hours ?? 1]
  return {
    bytesPerRow: Math.round((size('report').bytes / reports) * 10) / 10,
    bytesPerRowOfHeap: Math.round((size('report').heap_bytes / reports) * 10) / 10,
    bytesPerRolledUpHour: Math.round((size('device_hour').bytes + size('band_hour').bytes) / hours),
  }
}

interface Charts {
  days: number
  fromDevices: number
  endAt: number
  seconds: number
}

/** What the device page asks for, of one random device after another: temperature, and gain and level of all bands. */
const chartMetrics = [
  'boardCelsius',
  ...[1, 3, 7, 8, 20].flatMap((band) => [`B${band}.gainActualDb`, `B${band}.downlinkOutputDbm`]),
]

async function measureCharts(database: Database, { days, fromDevices, endAt, seconds }: Charts) {
  const latencies: number[] = []
  const [from, to] = [new Date(endAt - days * dayMs).toISOString(), new Date(endAt).toISOString()]
  const untilAt = performance.now() + seconds * 1000
  for (let index = 0; performance.now() < untilAt || index < 20; index++) {
    const serial = serialOf((index * 7919) % fromDevices)
    const startedAt = performance.now()
    const history = await readHistory(database, systemScope, { serial, from, to, metrics: chartMetrics, points: 500 })
    latencies.push(performance.now() - startedAt)
    if ((history?.at.length ?? 0) < 300) throw new Error(`${serial} has a chart of ${history?.at.length} points`)
  }
  latencies.sort((left, right) => left - right)
  const percentile = (fraction: number) =>
    Math.round((latencies[Math.floor(fraction * (latencies.length - 1))] ?? 0) * 10) / 10
  return { count: latencies.length, latencyMs: { p50: percentile(0.5), p99: percentile(0.99) } }
}
