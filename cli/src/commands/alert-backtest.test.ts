import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  addDevice,
  createOrganisation,
  createSite,
  type Database,
  type HistoryEntry,
  maintainPartitions,
  migrate,
  openDatabase,
  writeHistory,
} from '@stellacontrol/database'
import { type BacktestResult, decodeReport, encodeReport } from '@stellacontrol/protocol'
import { type PostgresServer, startPostgres, temporaryFolder } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommandLine } from '../command-line.ts'
import { createOutput } from '../output.ts'

const hourMs = 3_600_000
const intervalMs = 600_000
const untilAt = Math.floor(Date.now() / hourMs) * hourMs
const fromAt = untilAt - 48 * hourMs
const range = ['--from', new Date(fromAt).toISOString(), '--to', new Date(untilAt).toISOString()]
const rule = 'temperature-exceeded'
let folder: string
let postgres: PostgresServer
let database: Database

beforeAll(async () => {
  folder = temporaryFolder()
  postgres = await startPostgres({ folder })
  database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 2 })
  await migrate(database)
  const top = await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'StellaControl' })
  for (const [name, serial] of [
    ['Hotel', 'AB-0001'],
    ['Clinic', 'CD-0001'],
  ] as const) {
    const { id } = await createOrganisation(database, { parentId: top.id, kind: 'customer', name })
    const site = await createSite(database, {
      ...{ organisationId: id, name: `${name} lobby`, kind: 'hotel', timeZone: 'Europe/Brussels' },
      ...{ latitude: null, longitude: null, address: null },
    })
    await addDevice(database, { serial, organisationId: id, siteId: site.id, model: 'iR5', name: `${name} roof` })
  }
  await maintainPartitions(database, { now: untilAt })
  // Three hours at 82 °C here, 20 minutes there.
  const entries = [...reports('AB-0001', 10, 13), ...reports('CD-0001', 20, 20.3)]
  // Somebody took care of the three hours.
  await database.execute(
    `insert into incident (id, version, scope, device_id, organisation_id, rule, rule_name, class, severity, state, since,
       raised_at, changed_at, acknowledged_at, cleared_at, announced, text)
     select gen_random_uuid(), 1, serial, id, organisation_id, $1, $1, 'environment', 'critical', 'cleared', $2, $2, $2, $2, $3,
       true, 'hot' from device where serial = 'AB-0001'`,
    [rule, new Date(fromAt + 10.2 * hourMs), new Date(fromAt + 13.2 * hourMs)],
  )
  await writeHistory(database, { queueGeneration: 'test', partitions: [{ partition: 0, entries }], now: untilAt })
})
afterAll(async () => {
  await database.close()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})

let made = 0

/** Reports of ten minutes; the board is hot between these hours. */
function reports(serial: string, hotFrom: number, hotUntil: number): HistoryEntry[] {
  const count = (untilAt - fromAt) / intervalMs
  return Array.from({ length: count }, (_, index) => {
    const sentAtMs = fromAt + index * intervalMs
    const hours = (sentAtMs - fromAt) / hourMs
    const boardTemperatureDc = hours >= hotFrom && hours < hotUntil ? 820 : 430
    const payload = encodeReport({
      ...{ mode: 1, intervalS: 600, bootId: 1, seq: index + 1, sentAtMs, uptimeS: 60 },
      environment: { boardTemperatureDc },
    })
    const decoded = decodeReport(payload)
    if ('rejected' in decoded) throw new Error(decoded.detail)
    return { id: `${++made}-0`, serial, receivedAt: sentAtMs, payload, decoded }
  })
}

async function stella(...words: string[]): Promise<{ code: number; out: string; talk: string }> {
  const written = { out: '', talk: '' }
  const stream = (name: 'out' | 'talk') => ({
    write: (text: string) => {
      written[name] += text
    },
  })
  const output = createOutput({ out: stream('out'), talk: stream('talk'), noColor: true })
  const environment = { DATABASE_URL: postgres.url }
  const line = ['alerts', 'backtest', ...words]
  const code = await runCommandLine(line, environment, output, new AbortController().signal)
  return { code, ...written }
}

async function linesOf(...words: string[]): Promise<Record<string, unknown>[]> {
  const { code, out, talk } = await stella(...words, ...range, '--json')
  expect(code, talk).toBe(0)
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('a rule is run over the past, with holds and thresholds beside it, and told in tables', async () => {
  const { code, out } = await stella(rule, ...range, '--hold', '0m,1h', '--threshold', '85')
  expect(code).toBe(0)
  expect(out).toMatch(/^devices +2 of 2 reported, 576 reports$/m)
  expect(out).toMatch(/^as it is +2 +2 +0 +/m)
  expect(out).toMatch(/^held for 1 h +1 +1 +0 +/m)
  expect(out).toMatch(/^85 °C +0 +0 +1 +-$/m)
  expect(out).toMatch(/^AB-0001 +1 +3 h.* Hotel roof$/m)
  expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\dZ +3 h.* +\w+ +82 °C +AB-0001$/m)
})

test('JSON is progress, then the result', async () => {
  const lines = await linesOf(rule)
  expect(lines.map(({ type }) => type)).toEqual(['progress', 'result'])
  expect(lines.at(-1)).toMatchObject({ devices: 2, reports: 576, heeded: 1, worstDevices: [{ serial: 'AB-0001' }, {}] })
  const { firings } = lines.at(-1) as unknown as BacktestResult
  expect(firings.map(({ serial, heeded }) => [serial, heeded])).toEqual([
    ['AB-0001', true],
    ['CD-0001', false],
  ])
})

test('it counts the devices of a place, by the rule as it holds there', async () => {
  const only = async (...place: string[]) => (await linesOf(rule, ...place)).at(-1)
  expect(await only('--organisation', 'StellaControl')).toMatchObject({ devices: 2 })
  expect(await only('--organisation', 'Clinic')).toMatchObject({ devices: 1, worstDevices: [{ serial: 'CD-0001' }] })
  expect(await only('--site', 'Hotel lobby')).toMatchObject({ devices: 1, worstDevices: [{ serial: 'AB-0001' }] })
  expect(await only('--device', 'ab-0001')).toMatchObject({ devices: 1, reports: 288 })
  expect(await only('--model', 'iR3')).toMatchObject({ devices: 0, reports: 0, worstDevices: [] })
  expect(await only('--raise-at', '83', '--clear-at', '80')).toMatchObject({ worstDevices: [] })
})

test('a rule that nobody has yet is read from a file', async () => {
  const file = join(folder, 'warm.json')
  const levels = [{ severity: 'warning', raiseAt: 42, clearAt: 41 }]
  const written = {
    ...{ name: 'Warm board', class: 'environment', looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' } },
    ...{ levels, raise: { holdMs: 0, samples: 1 }, clear: { holdMs: 0, samples: 1 }, throttleMs: hourMs },
    ...{
      recurrence: 'never',
      recurrenceEndsAfterMs: hourMs,
      enabled: true,
      advice: 'Open a window.',
      basis: 'A test.',
    },
  }
  writeFileSync(file, JSON.stringify(written))
  expect((await linesOf('--rule', file)).at(-1)).toMatchObject({ rule: { name: 'Warm board' }, longestMs: 48 * hourMs })
  writeFileSync(file, JSON.stringify({ ...written, looksAt: { kind: 'measure', measure: 'roofCelsius', is: 'above' } }))
  expect(await stella('--rule', file)).toMatchObject({ code: 2, talk: expect.stringContaining('looksAt') })
  writeFileSync(file, 'no JSON')
  expect(await stella('--rule', file)).toMatchObject({ code: 2, talk: expect.stringContaining('JSON') })
})

test.each([
  [[], 2, 'Say the id of a rule'],
  [['no-rule'], 3, 'no rule "no-rule"'],
  [['firmware-changed'], 2, 'History does not keep'],
  [[rule, '--days', '91'], 2, '90 days'],
  [[rule, '--days', 'x'], 2, '90 days'],
  [[rule, '--from', 'yesterday'], 2, '--from'],
  [[rule, '--from', '2999-01-01'], 2, '90 days'],
  [[rule, '--hold', '400d'], 2, '400d'],
  [[rule, '--threshold', 'warm'], 2, 'thresholds'],
  [[rule, '--raise-at', '9000'], 2, 'raiseAt'],
  [[rule, '--rule', 'missing.json'], 1, 'missing.json'],
  [[rule, '--site', 'Attic'], 3, 'Attic'],
  [[rule, '--site', 'Hotel lobby', '--device', 'AB-0001'], 2, 'Say one of'],
])('%j is refused in words', async (words, code, told) => {
  const ended = await stella(...words)
  expect(ended).toMatchObject({ code, out: '', talk: expect.stringContaining(told) })
})
