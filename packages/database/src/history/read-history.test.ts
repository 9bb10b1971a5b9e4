import type { History, Report } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { type Scope, systemScope } from '../scope.ts'
import { bruteForce, type Reading } from '../testing/brute-force-history.ts'
import { entryOf, sampleReport } from '../testing/sample-reports.ts'
import { startTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { maintainPartitions } from './maintain-partitions.ts'
import { readHistory } from './read-history.ts'
import { rollUpDueHours } from './roll-ups.ts'
import { writeHistory } from './write-history.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const now = Date.UTC(2026, 5, 15, 12, 10)
const serial = 'DEVICE-1'
let server: TestDatabase
let database: Database
let lastId = 0
/** Everything that was stored of DEVICE-1. */
const reports: Report[] = []

beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
  await database.query(
    `insert into organisation (kind, name, parent_id) values ('manufacturer', 'Maker', null), ('customer', 'Hotel', 1);
     insert into device (serial, organisation_id, model, name)
     select 'DEVICE-' || n, 2, 'iR5', 'Device ' || n from generate_series(1, 3) n`,
  )
  for (let at = now - 40 * dayMs, seq = 1; at < now - 8 * dayMs; at += 600_000, seq++) {
    reports.push(sampleReport(1, seq, at))
  }
  // Two days of silence, then with a band that is missing and values that are absent or cannot be true.
  for (let at = now - 6 * dayMs, seq = 1; at < now; at += 600_000, seq++) reports.push(dented(sampleReport(2, seq, at)))
  // Ten minutes of live mode.
  for (let at = now - 600_000, seq = 1; at < now; at += 1000, seq++) {
    reports.push({ ...sampleReport(3, seq, at), mode: 2, intervalS: 1 })
  }
  await store(reports)
})
afterAll(() => server.stop())

function dented(report: Report): Report {
  const [first, ...others] = report.bands ?? []
  if (report.seq === undefined || report.seq === null || report.seq % 3 > 0) return report
  const silent = others.map((band) => ({ ...band, uplinkInDbm10: undefined, downlinkInBelowDb10: undefined }))
  const hot = { ...report.environment, boardTemperatureDc: 9999 }
  return { ...report, environment: hot, bands: report.seq % 2 > 0 ? silent : [...silent, ...(first ? [first] : [])] }
}

async function store(stored: readonly Report[], receivedAt = now, name = serial) {
  const entries = stored.map((report) => entryOf(`${++lastId}-0`, name, report, receivedAt))
  const [result] = await writeHistory(database, { queueGeneration: 'q', partitions: [{ partition: 0, entries }], now })
  expect(result?.stored).toBe(stored.length)
}

const readings: Record<string, [scale: number, tolerance: number, read: Reading]> = {
  boardCelsius: [10, 0.051, ({ environment }) => plausible(environment?.boardTemperatureDc, 1500)],
  fanSpeedRpm: [1, 0.51, ({ environment }) => plausible(environment?.fans?.[0]?.speedRpm, 20_000)],
  fanDrivePercent: [1, 0.51, ({ environment }) => plausible(environment?.fans?.[0]?.drivePercent, 100)],
  cpuLoadPercent: [1, 0.51, ({ device }) => plausible(device?.cpuLoadPercent, 100)],
  supplyVolts: [1000, 0.0051, ({ power }) => plausible(power?.supplyMv, 100_000)],
  memoryFreeKilobytes: [1, 50.1, ({ device }) => plausible(device?.memoryFreeKb, 2 ** 31)],
  'B1.gainActualDb': [10, 0.051, (report) => plausible(bandOf(report, 1)?.gainActualDb10, 1200)],
  'B20.uplinkInputDbm': [10, 0.051, (report) => plausible(bandOf(report, 20)?.uplinkInDbm10, 200)],
  'B3.downlinkInputDbm': [
    10,
    0.051,
    (report) => {
      const band = bandOf(report, 3)
      const average = plausible(band?.downlinkInDbm10, 200)
      return average && { ...average, below: band?.downlinkInBelowDb10 ?? 0, above: band?.downlinkInAboveDb10 ?? 0 }
    },
  ],
}

function bandOf(report: Report, band: number) {
  return report.bands?.find((candidate) => candidate.band === band)
}

function plausible(value: number | null | undefined, maximum: number) {
  return typeof value === 'number' && value <= maximum ? { average: value } : undefined
}

async function read(fromAt: number, toAt: number, points: number, scope: Scope = systemScope) {
  const [from, to] = [new Date(fromAt).toISOString(), new Date(toAt).toISOString()]
  return readHistory(database, scope, { serial, from, to, points, metrics: Object.keys(readings) }, now)
}

function expectEqualsBruteForce(history: History | undefined, fromAt: number, toAt: number) {
  const inRange = reports.filter(({ sentAtMs }) => (sentAtMs ?? 0) >= fromAt && (sentAtMs ?? 0) < toAt)
  for (const series of history?.series ?? []) {
    const [scale, tolerance, reading] = readings[series.metric] ?? [1, 0, () => undefined]
    const expected = bruteForce(inRange, history?.bucketMs ?? 0, scale, reading)
    const shown = (history?.at ?? [])
      .map((at, index) => ({ at, ...pick(series, index) }))
      .filter(({ average }) => average !== null)
    expect(shown.map(({ at }) => at)).toEqual(expected.map(({ at }) => at))
    shown.forEach((bucket, index) => {
      const { minimum, average, maximum } = expected[index] ?? { minimum: 0, average: 0, maximum: 0 }
      expect(Math.abs((bucket.minimum ?? 0) - minimum), series.metric).toBeLessThan(tolerance)
      expect(Math.abs((bucket.average ?? 0) - average), series.metric).toBeLessThan(tolerance)
      expect(Math.abs((bucket.maximum ?? 0) - maximum), series.metric).toBeLessThan(tolerance)
    })
  }
  expect(history?.series).toHaveLength(Object.keys(readings).length)
}

function pick(series: History['series'][number], index: number) {
  const value = (column: (number | null)[]) => column[index] ?? null
  return { minimum: value(series.minimum), average: value(series.average), maximum: value(series.maximum) }
}

test('a day shows what its reports say, normal and live ones together', async () => {
  const history = await read(now - dayMs, now, 500)
  expect(history).toMatchObject({ source: 'reports', bucketMs: 300_000 })
  expectEqualsBruteForce(history, now - dayMs, now)
})

test('silence is a gap: its buckets are missing', async () => {
  const history = await read(now - 9 * dayMs, now - 5 * dayMs, 500)
  expect(history?.source).toBe('reports')
  expect(history?.at.some((at) => at > now - 8 * dayMs + 600_000 && at < now - 6 * dayMs - history.bucketMs)).toBe(
    false,
  )
  expectEqualsBruteForce(history, now - 9 * dayMs, now - 5 * dayMs)
})

test('before any hour is rolled up, a month is computed from the reports of its due hours', async () => {
  const from = now - 31 * dayMs - 600_000
  expectEqualsBruteForce(await read(from, now, 500), Math.floor(from / hourMs) * hourMs, now)
})

test('roll-ups equal a recomputation from the reports, and the present hour is in the chart', async () => {
  while ((await rollUpDueHours(database, { now, limit: 500 })) > 0);
  const left = await database.query<{ hour: number }>('select hour from rollup_due')
  expect(left.map(({ hour }) => hour)).toEqual([Date.UTC(2026, 5, 15, 12)])
  const from = Math.floor((now - 30 * dayMs) / (2 * hourMs)) * 2 * hourMs
  const history = await read(from, now, 500)
  expect(history).toMatchObject({ source: 'hours', bucketMs: 2 * hourMs })
  expect(history?.at.at(-1)).toBe(Date.UTC(2026, 5, 15, 12))
  expectEqualsBruteForce(history, from, now)
})

test('a late report marks its hour again, and the next roll-up has it', async () => {
  const usual = sampleReport(4, 1, now - 20 * dayMs)
  const late = { ...usual, environment: { ...usual.environment, boardTemperatureDc: 950 } }
  await store([late])
  reports.push(late)
  const from = now - 30 * dayMs
  const before = await read(from, now, 500)
  expect(Math.max(...(before?.series[0]?.maximum ?? []).map(Number))).toBe(95)
  expect(await rollUpDueHours(database, { now })).toBe(1)
  expectEqualsBruteForce(
    await read(Math.floor(from / (2 * hourMs)) * 2 * hourMs, now, 500),
    Math.floor(from / (2 * hourMs)) * 2 * hourMs,
    now,
  )
})

test('what a late report adds never replaces a roll-up of more reports', async () => {
  const hour = Math.floor((now - 10 * dayMs) / hourMs) * hourMs
  await database.query(
    'update device_hour set samples = 3600, board_max = 1234 where device_id = 1 and hour = to_timestamp($1)',
    [hour / 1000],
  )
  await database.query('insert into rollup_due values (1, to_timestamp($1))', [hour / 1000])
  expect(await rollUpDueHours(database, { now })).toBe(1)
  const [row] = await database.query<{ samples: number; board_max: number }>(
    'select samples, board_max from device_hour where device_id = 1 and hour = to_timestamp($1)',
    [hour / 1000],
  )
  expect(row).toEqual({ samples: 3600, board_max: 1234 })
})

test('two processes roll up different hours', async () => {
  for (let at = now - 5 * dayMs, seq = 1; at < now - 4 * dayMs; at += 600_000, seq++) {
    await store([sampleReport(9, seq, at)], now, 'DEVICE-2')
  }
  const other = server.open()
  const counts = await Promise.all([
    rollUpDueHours(database, { now, limit: 20 }),
    rollUpDueHours(other, { now, limit: 20 }),
  ])
  const rest = await rollUpDueHours(database, { now, limit: 1000 })
  expect(counts[0] + counts[1] + rest).toBe(25)
  const [total] = await database.query<{ samples: number }>(
    'select sum(samples)::int as samples from device_hour where device_id = 2',
  )
  expect(total?.samples).toBe(144)
})

test('a device that is out of scope has no history, and neither has an unknown one', async () => {
  expect(await read(now - dayMs, now, 100, { kind: 'organisations', ids: [1] })).toBeUndefined()
  expect(await read(now - dayMs, now, 100, { kind: 'organisations', ids: [] })).toBeUndefined()
  expect((await read(now - dayMs, now, 100, { kind: 'organisations', ids: [2] }))?.at).not.toHaveLength(0)
})

test('a metric that is not kept and an empty range are refused by code', async () => {
  const request = { serial, from: new Date(now - dayMs).toISOString(), to: new Date(now).toISOString(), points: 100 }
  const refused = (metric: string, more = {}) =>
    expect(readHistory(database, systemScope, { ...request, metrics: [metric], ...more })).rejects
  await refused('B20.boardCelsius').toMatchObject({ code: 'history-metric-unknown' })
  await refused('B020.paCelsius').toMatchObject({ code: 'history-metric-unknown' })
  await refused('constructor').toMatchObject({ code: 'history-metric-unknown' })
  await refused('boardCelsius', { to: request.from }).toMatchObject({ code: 'history-range-invalid' })
})

test('live reports that expired are still seen through their roll-ups', async () => {
  const at = now - 30 * dayMs + 300_000
  const live = Array.from({ length: 60 }, (_, index) => ({
    ...sampleReport(5, index + 1, at + index * 10_000),
    intervalS: 10,
  }))
  await store(live, at + hourMs, 'DEVICE-3')
  await rollUpDueHours(database, { now })
  const { dropped } = await maintainPartitions(database, { now })
  expect(dropped).toEqual(['report_live_2026_05_16'])
  const history = await readHistory(
    database,
    systemScope,
    {
      serial: 'DEVICE-3',
      from: new Date(at - hourMs).toISOString(),
      to: new Date(at + hourMs).toISOString(),
      points: 500,
      metrics: ['boardCelsius'],
    },
    now,
  )
  expect(history).toMatchObject({ source: 'hours', bucketMs: hourMs })
  expect(history?.at.length).toBeGreaterThan(0)
})
