import type { AlertRule, DeviceStatus } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { DeviceBacktest } from './backtest.ts'
import { type BacktestSweep, planBacktest, usualSweep } from './backtest-plan.ts'
import { catalogue } from './catalogue.ts'
import { compileRules } from './compile-rules.ts'
import type { DeviceState } from './device-state.ts'
import { evaluateMoment, evaluateReport } from './evaluate.ts'
import type { Firing } from './firing.ts'
import { nextDeadline } from './next-deadline.ts'
import { hour, minute, ruleNamed } from './testing/bench.ts'

const startAt = Date.UTC(2026, 5, 1)
const facts = { timeZone: 'Europe/Dublin', model: undefined }
const none: BacktestSweep = { holdsMs: [], thresholds: [] }

function report(index: number, at: number, parts: Partial<DeviceStatus> = {}): DeviceStatus {
  return {
    ...{ serial: 'T1', bootId: 1, sequence: index, at: '', receivedAt: '', mode: 'normal', intervalSeconds: 600 },
    ...{ device: {}, environment: {}, power: {}, modem: {}, bands: [], findings: [], severity: 'normal' },
    ...parts,
    at: new Date(at).toISOString(),
  } as DeviceStatus
}

const boards = (values: readonly number[]) =>
  values.map((boardCelsius, index) => report(index, startAt + index * 10 * minute, { environment: { boardCelsius } }))

function run(rule: AlertRule, reports: readonly DeviceStatus[], sweep = none, untilAt = startAt + 30 * 24 * hour) {
  const firings: Firing[] = []
  const note = (firing: Firing, variant: number) => variant === 0 && firings.push(firing)
  const backtest = new DeviceBacktest(planBacktest(rule, sweep), facts, startAt, note)
  for (const status of reports) backtest.take(status, Date.parse(status.at))
  return { ...backtest.finish(untilAt), firings: firings.sort((one, other) => one.raisedAt - other.raisedAt) }
}

test('a firing has its beginning, end, worst value and level', () => {
  const { firings, reports } = run(ruleNamed('temperature-low'), boards([0, -20, -31, -40, -20, -10, -10, -10, 0]))
  expect(reports).toBe(9)
  expect(firings).toEqual([
    {
      ...{ subject: undefined, severity: 'major', raisedAt: startAt + 20 * minute, clearedAt: startAt + 60 * minute },
      ...{ peak: -40, isHeeded: false, keptBy: [] },
    },
  ])
})

test('a longer hold and another threshold are counted in the same pass', () => {
  const values = [...[60, 76, 60, 60, 60], ...[76, 77, 78, 79, 80, 60, 60], ...[74, 60, 60]]
  const rule = ruleNamed('temperature-exceeded')
  const sweep = { holdsMs: [0, 20 * minute], thresholds: [73, 79.5] }
  expect(planBacktest(rule, sweep).variants.map(({ kind, value }) => [kind, value])).toEqual([
    ['rule', undefined],
    ['hold', 0],
    ['hold', 20 * minute],
    ['threshold', 73],
    ['threshold', 79.5],
  ])
  const { variants, firings } = run(rule, boards(values), sweep)
  expect(variants.map(({ firings }) => firings)).toEqual([2, 2, 1, 3, 1])
  expect(
    firings.map(({ keptBy }) => keptBy),
    'which of them would have been raised then too',
  ).toEqual([
    [1, 3],
    [1, 2, 3, 4],
  ])
})

test('silence counts from report to report, to the end of the range, and not what came later', () => {
  const rule = ruleNamed('device-offline')
  const at = (minutes: number) => startAt + minutes * minute
  const kept = report(2, at(60), { mode: 'backfill' })
  const reports = [report(1, at(0)), kept, report(3, at(150)), report(4, at(160))]
  const { firings, variants } = run(rule, reports, { holdsMs: [hour], thresholds: [240] }, at(400))
  expect(firings).toMatchObject([
    { raisedAt: at(60), clearedAt: at(150), peak: 150 },
    { raisedAt: at(220), clearedAt: undefined },
  ])
  expect(variants).toEqual([
    { firings: 2, raisedMs: (90 + 180) * minute, missed: 0 },
    { firings: 0, raisedMs: 0, missed: 0 },
  ])
})

test('what is raised before the range is known, and does not count', () => {
  const plan = planBacktest(ruleNamed('temperature-exceeded'), none)
  const firings: Firing[] = []
  const backtest = new DeviceBacktest(plan, facts, startAt + 15 * minute, (firing) => firings.push(firing))
  for (const status of boards([76, 77, 78])) backtest.take(status, Date.parse(status.at))
  expect(backtest.finish(startAt + hour)).toEqual({
    variants: [{ firings: 0, raisedMs: 0, missed: 0 }],
    reports: 1,
  })
  expect(firings).toEqual([])
})

/** The evaluator as the alert monitor runs it: every report, and every deadline when it comes. */
function live(rule: AlertRule, reports: readonly DeviceStatus[]) {
  const rules = compileRules([{ ...rule, enabled: true, hiddenBy: [] }])
  let state: DeviceState | undefined
  const told: string[] = []
  for (const status of reports) {
    const now = Date.parse(status.at)
    for (let at = state && nextDeadline(rules, state, 0); state && at !== undefined && at < now; ) {
      const moment = evaluateMoment(rules, state, at - state.reportedAt, at)
      told.push(...moment.decisions.map(({ do: what, at: when, subject }) => `${when} ${what} ${subject ?? ''}`))
      state = moment.state
      at = nextDeadline(rules, state, 0)
    }
    const evaluation = evaluateReport(rules, state, status, facts, now)
    told.push(...evaluation.decisions.map(({ do: what, at, subject }) => `${at} ${what} ${subject ?? ''}`))
    state = evaluation.state
  }
  return told
}

/** Repeatable numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

test('skipping uneventful reports changes nothing: with any reports each rule raises what the evaluator raises', () => {
  let raised = 0
  for (const rule of catalogue.filter(({ levels, looksAt }) => levels.length === 1 && looksAt.kind !== 'event')) {
    const next = numbers(7)
    let at = startAt
    const reports = Array.from({ length: 1_000 }, (_, index) => {
      at += next() < 0.01 ? 5 * hour : 10 * minute
      const wave = Math.sin(index / 9) * next()
      const level = { average: Math.round(-80 + 60 * wave) }
      return report(index, at, {
        environment: { boardCelsius: Math.round(60 + 40 * wave), fans: [{ speedRpm: 0, drivePercent: 80 * next() }] },
        modem: { rsrpDbm: -110 - 20 * wave },
        bands: [
          {
            ...{ band: 'B20', enabled: true, state: next() < 0.9 ? 'active' : 'shut-down', downlinkInputDbm: level },
            ...{ downlinkOutputDbm: level, gainActualDb: 70 - 30 * wave, isolationDb: 80 + 30 * wave, gainSetDb: 70 },
          },
        ],
      } as Partial<DeviceStatus>)
    })
    const expected = live(rule, reports)
    const { firings } = run(rule, reports, usualSweep(rule), at + 1)
    const raises = expected.filter((line) => line.includes('raise'))
    expect(firings.map(({ raisedAt, subject }) => `${raisedAt} raise ${subject ?? ''}`)).toEqual(raises)
    expect(
      firings.flatMap(({ clearedAt, subject }) => (clearedAt ? [`${clearedAt} clear ${subject ?? ''}`] : [])),
    ).toEqual(expected.filter((line) => line.includes('clear')))
    raised += raises.length
  }
  expect(raised).toBeGreaterThan(100)
})
