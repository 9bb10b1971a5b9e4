import { catalogue } from '@stellacontrol/alerts'
import { maintainPartitions, writeHistory } from '@stellacontrol/database'
import {
  type AlertRule,
  type BacktestLine,
  type BacktestResult,
  backtestLineSchema,
  type Problem,
} from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayMs, type Fault, faultyPast, hourMs } from '../testing/faulty-past.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { Answer, TestClient } from '../testing/test-client.ts'

const path = '/v1/alert-rules/backtest'
const untilAt = Math.floor(Date.now() / hourMs) * hourMs
const fromAt = untilAt - 3 * dayMs
const iso = (at: number) => new Date(at).toISOString()
const range = { from: iso(fromAt), to: iso(untilAt) }
const hot = { id: 'temperature-exceeded', ...range }
let application: TestApplication
let harbour: TestClient
let meadow: TestClient
let maker: TestClient

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  harbour = await application.signIn('Harbour', 'viewer')
  meadow = await application.signIn('Meadow', 'viewer')
  maker = await application.signIn('StellaControl')
  await maintainPartitions(application.database, { now: untilAt })
  const faults = (...hours: number[]): Fault[] => hours.map((from) => ({ kind: 'hot', from, until: from + 3 }))
  const past = [
    ...faultyPast('HA-0001', { fromAt, untilAt, faults: faults(10, 40) }),
    ...faultyPast('HA-0002', { fromAt, untilAt, faults: [{ kind: 'hot', from: 20, until: 20.3 }] }),
    ...faultyPast('ME-0001', { fromAt, untilAt, faults: faults(5, 15, 25) }),
  ]
  const partitions = [{ partition: 0, entries: past.map(({ entry }) => entry) }]
  await writeHistory(application.database, { queueGeneration: 'test', partitions, now: untilAt })
})
afterAll(() => application.stop())

const backtest = (client: TestClient, body: object) => client.post<string>(path, body)
const linesOf = ({ body }: Answer<string>) =>
  body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as BacktestLine)
const refusalOf = ({ body }: Answer<string>) => body as unknown as Problem

async function resultOf(client: TestClient, body: object): Promise<BacktestResult> {
  const last = linesOf(await backtest(client, body)).at(-1)
  if (last?.type !== 'result') throw new Error(JSON.stringify(last))
  return last
}

test('progress comes line by line, then the result, as the API describes them', async () => {
  const answer = await backtest(harbour, hot)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = linesOf(answer)
  for (const line of lines) expect(backtestLineSchema.parse(line)).toEqual(line)
  expect(lines.map(({ type }) => type)).toEqual(['progress', 'result'])
  expect(lines[0]).toEqual({ type: 'progress', share: 1, until: range.to, reports: 2 * 3 * 144, firings: 3 })
  const result = lines[1] as BacktestResult
  expect(result).toMatchObject({ devices: 30, reportingDevices: 2, reports: 2 * 3 * 144, ...range })
  expect(result.worstDevices).toEqual([
    { serial: 'HA-0001', name: 'Booster HA-0001', firings: 2, raisedMs: expect.any(Number) },
    { serial: 'HA-0002', name: 'Booster HA-0002', firings: 1, raisedMs: expect.any(Number) },
  ])
  expect(result.firings[0]).toMatchObject({ serial: 'HA-0001', severity: 'critical', peak: 86 })
  expect(result.days.reduce((sum, { firings }) => sum + firings, 0)).toBe(3)
})

test('a longer hold and another threshold are tried beside the rule, as asked for or as usual', async () => {
  const holdsMs = [0, hourMs, 6 * hourMs]
  const { variants, firings } = await resultOf(harbour, { ...hot, holdsMs, thresholds: [90] })
  expect(variants.map(({ kind, value, firings, devices }) => [kind, value, firings, devices])).toEqual([
    ['rule', null, 3, 2],
    ['hold', 0, 3, 2],
    ['hold', hourMs, 2, 1],
    ['hold', 6 * hourMs, 0, 0],
    ['threshold', 90, 0, 0],
  ])
  expect(variants.map(({ longest }) => longest.map(({ serial }) => serial))).toEqual([
    [],
    ['HA-0001', 'HA-0001', 'HA-0002'],
    ['HA-0001', 'HA-0001'],
    [],
    [],
  ])
  expect(
    firings.map(({ serial, keptBy }) => [serial, keptBy]),
    'which of the rule would have been raised by a variant too',
  ).toEqual([
    ['HA-0001', [1, 2]],
    ['HA-0001', [1, 2]],
    ['HA-0002', [1]],
  ])
  expect((await resultOf(harbour, hot)).variants.length).toBeGreaterThan(6)
})

test('changes, own rules, places and models are taken as the check of rules takes them', async () => {
  const changes = { levels: [{ severity: 'minor', raiseAt: 90, clearAt: 80 }] }
  expect((await resultOf(harbour, { ...hot, changes })).variants[0]?.firings).toBe(0)
  const rule = {
    ...{ name: 'Warm', class: 'environment', looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' } },
    ...{ levels: [{ severity: 'warning', raiseAt: 60, clearAt: 55 }], throttleMs: 0, recurrence: 'never' },
    ...{ raise: { holdMs: 0, samples: 1 }, clear: { holdMs: 0, samples: 1 }, recurrenceEndsAfterMs: 0, enabled: false },
    ...{ advice: '', basis: '' },
  }
  expect((await resultOf(harbour, { rule, ...range })).severities).toEqual({ warning: 3 })
  const one = await resultOf(harbour, { ...hot, place: { device: 'HA-0002' } })
  expect([one.devices, one.variants[0]?.firings]).toEqual([1, 1])
  expect((await resultOf(harbour, { ...hot, model: 'iR5' })).devices).toBe(30)
})

test('a new version of a rule is held against what somebody acted on under the old one', async () => {
  await application.database.execute(
    `insert into incident (id, version, scope, device_id, organisation_id, rule, rule_name, class, severity, state, since,
       raised_at, changed_at, acknowledged_at, cleared_at, announced, text)
     select gen_random_uuid(), 1, serial, id, organisation_id, $1, $1, 'environment', 'critical', 'cleared', $2, $2, $2, $2, $3,
       true, 'hot' from device where serial = 'HA-0001'`,
    ['own-1-warm', new Date(fromAt + 10 * hourMs), new Date(fromAt + 13 * hourMs)],
  )
  const { id: _, ...rule } = catalogue.find(({ id }) => id === hot.id) as AlertRule
  const asked = { rule, ...range, holdsMs: [], thresholds: [90] }
  const { heeded, variants, firings } = await resultOf(harbour, { ...asked, replaces: 'own-1-warm' })
  expect([heeded, ...variants.map(({ missed }) => missed)]).toEqual([1, 0, 1])
  expect(firings.filter(({ heeded }) => heeded).map(({ raisedAt }) => raisedAt)).toEqual([
    expect.stringMatching(iso(fromAt + 10 * hourMs).slice(0, 13)),
  ])
  expect((await resultOf(harbour, asked)).heeded).toBe(0)
  expect((await backtest(harbour, { ...asked, replaces: 'No such id' })).status).toBe(400)
})

test("nobody else's devices are counted", async () => {
  const theirs = await resultOf(meadow, hot)
  expect([theirs.devices, theirs.reportingDevices, theirs.variants[0]?.firings]).toEqual([10, 1, 3])
  expect(JSON.stringify(theirs)).not.toContain('HA-')
  expect((await backtest(meadow, { ...hot, place: { device: 'HA-0001' } })).status).toBe(404)
  expect((await resultOf(maker, hot)).variants[0]?.firings).toBe(6)
})

test.each([
  ['rule-invalid', { ...hot, changes: { levels: [{ severity: 'major', raiseAt: 70, clearAt: 71 }] } }],
  ['rule-not-found', { ...hot, id: 'no-such-rule' }],
  ['request-invalid', { ...range }],
  ['request-invalid', { ...hot, from: 'yesterday' }],
  ['request-invalid', { ...hot, holdsMs: [-1] }],
  ['range-invalid', { ...hot, from: range.to, to: range.from }],
  ['range-invalid', { ...hot, from: iso(untilAt - 91 * dayMs) }],
  ['model-unknown', { ...hot, model: 'iR99' }],
  ['not-in-history', { ...range, id: 'door-open' }],
])('what cannot be is refused before anything is read (%s)', async (code, body) => {
  const refused = await backtest(harbour, body)
  expect([refused.status < 500, refusalOf(refused).code]).toEqual([true, code])
  if (code === 'rule-invalid') expect(refusalOf(refused).fields?.[0]?.field).toBe('levels.0.clearAt')
  if (code === 'not-in-history') expect(refusalOf(refused).detail).toContain('doorOpen')
})

/** Holds every reading of reports until it is let go. */
async function holdReports(): Promise<() => Promise<void>> {
  let letGo = () => {}
  const waiting = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let isHeld = false
  const held = application.database.withConnection(async (connection) => {
    await connection.query('begin; set local idle_in_transaction_session_timeout = 0; lock table report')
    isHeld = true
    await waiting
    await connection.query('rollback')
  })
  await waitFor(() => isHeld, { what: 'the lock' })
  return () => {
    letGo()
    return held
  }
}

const readers = async () => {
  const text = `select count(*) as count from pg_stat_activity where wait_event_type = 'Lock' and query like 'copy (select%'`
  return Number((await application.database.query<{ count: number }>(text))[0]?.count)
}

test('one backtest a person, two in all; one whose client goes away ends and makes room', async () => {
  const letGo = await holdReports()
  const gone = new AbortController()
  const first = begin(harbour, gone.signal).catch(() => 'gone')
  await waitFor(async () => (await readers()) === 1, { what: 'the first to read' })
  expect(refusalOf(await backtest(harbour, hot)).code).toBe('backtest-running')
  const second = begin(meadow)
  await waitFor(async () => (await readers()) === 2, { what: 'the second to read' })
  const refused = await backtest(maker, hot)
  expect([refused.status, refusalOf(refused).code]).toEqual([429, 'too-many-backtests'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  gone.abort()
  expect(await first).toBe('gone')
  await letGo()
  expect((await second).at(-1)).toMatchObject({ type: 'result', devices: 10 })
  await waitFor(async () => (await backtest(harbour, hot)).status === 200, { what: 'the first to have ended' })
})

test('a failure on the way is the last line, in words', async () => {
  const letGo = await holdReports()
  const answer = begin(harbour)
  await waitFor(async () => (await readers()) === 1, { what: 'it to read' })
  await application.database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and query like 'copy (select%'`,
  )
  expect(await answer).toEqual([{ type: 'problem', code: 'database-unavailable', detail: expect.any(String) }])
  await letGo()
})

async function begin(client: TestClient, signal?: AbortSignal): Promise<BacktestLine[]> {
  const headers = { 'content-type': 'application/json' }
  const request = { headers, body: JSON.stringify(hot), ...(signal && { signal }) }
  return linesOf(await client.request<string>('POST', path, request))
}
