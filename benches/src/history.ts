import { rmSync } from 'node:fs'
import {
  apiRole,
  compactClosedPartitions,
  type Database,
  type HistoryEntry,
  maintainPartitions,
  migrate,
  openDatabase,
  readHistory,
  registerFleet,
  rollUpDueHours,
  type Scope,
  systemScope,
  withScope,
  writeHistory,
} from '@stellacontrol/database'
import { decodeReport, encodeReport } from '@stellacontrol/protocol'
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
const rowsPerCall = 5_000
const variants = Array.from({ length: 500 }, (_, variant) => encodeReport(fullReport(variant)))

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
    const endAt = beginningOfMonth(Date.now())
    await maintainPartitions(database, { now: endAt })
    await registerFleet(database, fleet())
    const written = await writePast(database, endAt)
    const rolledUp = await rollUpAll(database, endAt)
    const open = await sizeOf(database, endAt)
    const startedAt = performance.now()
    await compactClosedPartitions(database, { now: endAt + 31 * dayMs })
    const compactSeconds = (performance.now() - startedAt) / 1000
    await database.withConnection((connection) => connection.query('vacuum analyze'), { statementTimeoutMs: 600_000 })
    await using api = openDatabase({ url: server.apiUrl, role: apiRole, applicationName: 'history-bench' })
    const month = await measureCharts(api, { days: 30, fromDevices: devices, endAt, seconds: seconds / 2 })
    const year = await measureCharts(api, { days: 365, fromDevices: yearDevices, endAt, seconds: seconds / 2 })
    return {
      rows: written.rows,
      devices,
      ...(await sizeOf(database, endAt)),
      bytesPerRowWhileMonthIsOpen: open.bytesPerRow,
      compactSeconds: Math.round(compactSeconds),
      copyRowsPerSecond: Math.round(written.rows / written.seconds),
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

/**
 * Writes everything through the history writer, one call after the other. Time goes on from call to call, so that hours are
 * open as in operation. Only the calls are timed: making and decoding the reports is not the writer's work.
 */
async function writePast(database: Database, endAt: number): Promise<{ rows: number; seconds: number }> {
  const written = { rows: 0, seconds: 0 }
  let entries: HistoryEntry[] = []
  const flush = async (now: number) => {
    const startedAt = performance.now()
    const [result] = await writeHistory(database, {
      queueGeneration: 'bench',
      partitions: [{ partition: 0, entries }],
      now,
    })
    written.seconds += (performance.now() - startedAt) / 1000
    written.rows += result?.stored ?? 0
    entries = []
  }
  const wholeFleetAt = endAt - monthDays * dayMs
  for (let at = endAt - yearDays * dayMs; at < endAt; at += intervalMs) {
    const reporting = at < wholeFleetAt ? yearDevices : devices
    for (let device = 0; device < reporting; device++) entries.push(entryOf(device, at))
    if (entries.length >= rowsPerCall) await flush(at)
  }
  await flush(endAt)
  return written
}

/** The entry as it comes from the queue. */
function entryOf(device: number, at: number): HistoryEntry {
  // Devices are spread over their interval.
  const sentAtMs = at + ((device * 7919) % intervalMs)
  const seq = Math.floor(at / intervalMs)
  const body = variants[(device + seq) % variants.length] ?? new Uint8Array()
  const payload = Buffer.concat([encodeReport({ bootId: 7, seq, sentAtMs, uptimeS: 86_400 }), body])
  const decoded = decodeReport(payload)
  return { id: `${at}-${device}`, serial: serialOf(device), receivedAt: sentAtMs + 300, payload, decoded }
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

/**
 * Heap and all indexes of the newest month, whose rows came as a whole fleet sends them, per report; and what an hour of roll-ups
 * takes in addition. As long as a month is open, the pages of its index are half full.
 */
async function sizeOf(database: Database, endAt: number): Promise<Record<string, number>> {
  const month = `report_${new Date(endAt - dayMs).toISOString().slice(0, 7).replace('-', '_')}`
  const [row] = await database.query<{
    bytes: number
    heap: number
    reports: number
    hour_bytes: number
    hours: number
  }>(
    `select pg_total_relation_size($1::regclass) as bytes, pg_table_size($1::regclass) as heap,
       (select count(*) from ${month}) as reports,
       (select sum(pg_total_relation_size(relid))::bigint from (
         select relid from pg_partition_tree('device_hour') union all select relid from pg_partition_tree('band_hour')
       ) as tree) as hour_bytes,
       (select count(*) from device_hour) as hours`,
    [month],
  )
  if (row === undefined) throw new Error('no sizes')
  const perReport = (bytes: number) => Math.round((bytes / row.reports) * 10) / 10
  return {
    bytesPerRow: perReport(row.bytes),
    bytesPerRowOfHeap: perReport(row.heap),
    bytesPerRolledUpHour: Math.round(row.hour_bytes / row.hours),
  }
}

function beginningOfMonth(at: number): number {
  const moment = new Date(at)
  return Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth())
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

/** As the application service does for a customer: its role, its scope, under row-level security. */
async function measureCharts(database: Database, { days, fromDevices, endAt, seconds }: Charts) {
  const [customer] = await withScope(database, systemScope, (queries) =>
    queries.query<{ id: number }>('select organisation_id as id from device limit 1'),
  )
  const scope: Scope = { kind: 'organisations', ids: [customer?.id ?? 0] }
  const latencies: number[] = []
  const [from, to] = [new Date(endAt - days * dayMs).toISOString(), new Date(endAt).toISOString()]
  const untilAt = performance.now() + seconds * 1000
  for (let index = 0; performance.now() < untilAt || index < 20; index++) {
    const serial = serialOf((index * 7919) % fromDevices)
    const startedAt = performance.now()
    const request = { serial, from, to, metrics: chartMetrics, points: 500 }
    const history = await withScope(database, scope, (queries) => readHistory(queries, scope, request))
    latencies.push(performance.now() - startedAt)
    if ((history?.at.length ?? 0) < 300) throw new Error(`${serial} has a chart of ${history?.at.length} points`)
  }
  latencies.sort((left, right) => left - right)
  const percentile = (fraction: number) =>
    Math.round((latencies[Math.floor(fraction * (latencies.length - 1))] ?? 0) * 10) / 10
  return { count: latencies.length, latencyMs: { p50: percentile(0.5), p99: percentile(0.99) } }
}
