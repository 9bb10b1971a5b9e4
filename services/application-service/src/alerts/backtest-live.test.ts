import { catalogue, modelFactsOf } from '@stellacontrol/alerts'
import { maintainPartitions, writeHistory } from '@stellacontrol/database'
import type { AlertRule, BacktestLine, BacktestResult } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayMs, type Fault, faultyPast, hourMs, type PastReport } from '../testing/faulty-past.ts'
import { raisedLive } from '../testing/raised-live.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

/** What a backtest finds is what the alert monitor raised when the same reports came, fault by fault and rule by rule. */
const untilAt = Math.floor(Date.now() / hourMs) * hourMs
/** The last week is looked at; two weeks before it a band's own normal is learned. */
const fromAt = untilAt - 7 * dayMs
const pastFromAt = fromAt - 14 * dayMs
const week = 14 * 24
const fault = (kind: Fault['kind'], from: number, hours: number): Fault => ({
  kind,
  from: week + from,
  until: week + from + hours,
})

const faults: Record<string, { faults: Fault[]; bootsAt?: number[]; live?: number }> = {
  'HA-0001': {
    faults: [fault('hot', 30, 5), fault('hot', 60, 1), fault('freezing', 100, 12), fault('fanStopped', 130, 9)],
  },
  'HA-0002': {
    faults: [fault('silent', 26, 3), fault('silent', 50.5, 0.8), fault('silent', 90, 40), fault('hot', 160, 20)],
  },
  'HA-0003': {
    faults: [
      fault('bandDown', 28, 2),
      fault('bandDown', 31, 2),
      fault('lowIsolation', 60, 30),
      fault('hotAmplifier', 120, 7),
    ],
  },
  'HA-0004': { faults: [fault('quiet', 24, 140), fault('settings', 150, 40)], live: week + 70 },
  'HA-0005': {
    faults: [fault('brownOut', 40, 6), fault('onBattery', 80, 5), fault('weakModem', 100, 26), fault('busy', 140, 8)],
  },
  'HA-0006': {
    faults: [fault('bandDown', 24, 0.4), fault('hot', 90, 0.2)],
    bootsAt: [week + 30, week + 30.5, week + 31, week + 36, week + 60],
  },
  'HA-0007': { faults: [] },
}
const pasts = new Map<string, PastReport[]>(
  Object.entries(faults).map(([serial, what]) => [
    serial,
    faultyPast(serial, { fromAt: pastFromAt, untilAt, ...what }),
  ]),
)
const facts = { timeZone: 'Europe/Brussels', model: modelFactsOf('iR5') }
let application: TestApplication
let harbour: TestClient

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  harbour = await application.signIn('Harbour', 'viewer')
  await maintainPartitions(application.database, { now: untilAt })
  const entries = [...pasts.values()].flat().map(({ entry }) => entry)
  const partitions = [{ partition: 0, entries }]
  await writeHistory(application.database, { queueGeneration: 'test', partitions, now: untilAt })
})
afterAll(() => application.stop())

async function backtest(rule: AlertRule): Promise<BacktestResult | string> {
  const [from, to] = [new Date(fromAt).toISOString(), new Date(untilAt).toISOString()]
  const answer = await harbour.post<string>('/v1/alert-rules/backtest', { id: rule.id, from, to, holdsMs: [] })
  if (answer.status !== 200) return (answer.body as unknown as { code: string }).code
  const lines = answer.body.trim().split('\n')
  const last = JSON.parse(lines.at(-1) ?? '') as BacktestLine
  if (last.type !== 'result') throw new Error(JSON.stringify(last))
  return last
}

const fired = new Map<string, number>()
const refused: string[] = []

test.each(catalogue.map((rule) => [rule.id, rule] as const))('%s finds what was raised live', async (_, rule) => {
  const result = await backtest(rule)
  if (typeof result === 'string') {
    expect(result).toBe('not-in-history')
    refused.push(rule.id)
    return
  }
  const live = [...pasts].flatMap(([serial, past]) =>
    raisedLive(rule, past, facts, untilAt)
      .filter(({ raisedAt }) => raisedAt >= fromAt)
      .map((incident) => ({ serial, ...incident })),
  )
  const found = result.firings.map(({ serial, subject, severity, raisedAt, clearedAt }) => ({
    ...{ serial, subject, severity, raisedAt: Date.parse(raisedAt) },
    clearedAt: clearedAt === null ? null : Date.parse(clearedAt),
  }))
  const inOrder = (list: typeof live) => list.map((one) => JSON.stringify(one)).sort()
  expect(live.length, 'the answer lists so many').toBeLessThanOrEqual(50)
  expect(inOrder(found)).toEqual(inOrder(live))
  expect(result.variants[0]?.firings).toBe(live.length)
  expect(result.devices).toBe(30)
  expect(result.reportingDevices).toBe(7)
  if (live.length > 0) fired.set(rule.id, live.length)
})

test('the faults were seen by many rules, so that agreeing means something', () => {
  console.log(`backtest: ${JSON.stringify(Object.fromEntries(fired))}, not in history: ${refused.join(', ')}`)
  expect(fired.size).toBeGreaterThan(12)
  expect(
    ['device-offline', 'temperature-exceeded', 'band-shut-down', 'sustained-reduced-power'].filter(
      (id) => !fired.has(id),
    ),
  ).toEqual([])
})
