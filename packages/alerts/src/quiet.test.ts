import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import type { Decision } from './evaluate.ts'
import { Bench, hour, minute, names, ruleNamed } from './testing/bench.ts'

/** What must not be told, or only once. */

const told = (decisions: readonly Decision[]) => names(decisions.filter(({ hiddenBy }) => hiddenBy === undefined))

test('a power cut is one message: the restart that ends it belongs to the outage', () => {
  const bench = new Bench(catalogue)
  bench.report({ bootId: 1 })
  expect(told(bench.after(hour).moment())).toEqual(['raise device-offline critical'])
  expect(told(bench.after(hour).report({ bootId: 2 }))).toEqual(['clear device-offline critical'])
  for (let count = 0; count < 30; count++) {
    expect(told(bench.after(10 * minute).report({ bootId: 2 })).filter((name) => !name.startsWith('clear'))).toEqual([])
  }
})

test('a short power cut is told as a restart, and a second one on the same day is counted', () => {
  const bench = new Bench([ruleNamed('device-offline'), ruleNamed('device-restarted')])
  bench.report({ bootId: 1 })
  expect(told(bench.after(20 * minute).report({ bootId: 2 }))).toEqual(['raise device-restarted warning'])
  expect(ruleNamed('device-restarted').throttleMs).toBe(24 * hour)
})

test('all fans of a device are one trouble, and the one that outlasts the other is told after all', () => {
  const bench = new Bench([ruleNamed('fan-stopped')])
  const fan = (speedRpm: number) => ({ speedRpm, drivePercent: 60 })
  const stopped = { fans: [fan(0), fan(0)] }
  bench.report(stopped)
  const decisions = bench.after(10 * minute).report(stopped)
  expect(decisions.map(({ subject, hiddenBy }) => [subject, hiddenBy])).toEqual([
    ['fan 1', undefined],
    ['fan 2', 'fan-stopped:fan 1'],
  ])
  const seen: string[] = []
  for (let count = 0; count < 12; count++)
    seen.push(...told(bench.after(10 * minute).report({ fans: [fan(3_000), fan(0)] })))
  expect(seen).toEqual(['clear fan-stopped:fan 1 critical', 'raise fan-stopped:fan 2 critical'])
})

test('a sensor that says the same for twelve hours is stuck; one that moves by a tenth is not', () => {
  const bench = new Bench([ruleNamed('sensor-stuck')])
  const reports = (count: number, board: (index: number) => number) => {
    const seen: string[] = []
    for (let index = 0; index < count; index++)
      seen.push(...told(bench.after(10 * minute).report({ board: board(index) })))
    return seen
  }
  expect(reports(200, (index) => 41.2 + (index % 60 === 0 ? 0.1 : 0))).toEqual([])
  expect(reports(70, () => 41.5)).toEqual([])
  expect(reports(10, () => 41.5)).toEqual(['raise sensor-stuck minor'])
  expect(reports(3, (index) => 41 + index / 10)).toEqual(['clear sensor-stuck minor'])
})

test('a silence in between begins the hours of a stuck sensor anew', () => {
  const bench = new Bench([ruleNamed('sensor-stuck')])
  bench.report({ board: 41.2 })
  expect(bench.after(14 * hour).report({ board: 41.2 })).toEqual([])
})

test('a clock that is hours off is told by the moment of receipt; what was kept for later only has its age', () => {
  const bench = new Bench([ruleNamed('clock-off')])
  const off = (ms: number, mode: 'normal' | 'backfill' = 'normal') =>
    told(bench.after(10 * minute).report({ at: new Date(bench.now + ms).toISOString(), mode }))
  const many = (ms: number, mode?: 'normal' | 'backfill') =>
    [off(ms, mode), off(ms, mode), off(ms, mode), off(ms, mode)].flat()
  expect(many(-50_000)).toEqual([])
  expect(many(-9 * hour, 'backfill')).toEqual([])
  expect(many(3 * hour)).toEqual(['raise clock-off minor'])
  expect(many(5_000)).toEqual(['clear clock-off minor'])
  expect(many(-3 * hour)).toEqual(['raise clock-off minor'])
})

test('a band that could not hear anybody was not silent: switched off, or the whole device was away', () => {
  const bench = new Bench([ruleNamed('uplink-silent')])
  const days = (count: number, band: object) => {
    const seen: string[] = []
    for (let report = 0; report < count * 144; report++)
      seen.push(...told(bench.after(10 * minute).report({ bands: [band] })))
    return seen
  }
  expect(days(1, { uplinkActiveSeconds: 30 })).toEqual([])
  expect(days(7, { uplinkActiveSeconds: 0, enabled: false, state: 'off' })).toEqual([])
  expect(days(1, { uplinkActiveSeconds: 0 })).toEqual([])
  expect(told(bench.after(7 * 24 * hour).report({ bands: [{ uplinkActiveSeconds: 0 }] }))).toEqual([])
  expect(days(7, {})).toEqual([])
  expect(days(6, { uplinkActiveSeconds: 0, state: 'standby' })).toEqual(['raise uplink-silent:B20 warning'])
  expect(days(1, { uplinkActiveSeconds: 5 })).toEqual(['clear uplink-silent:B20 warning'])
})

test('isolation is judged by the gain that is set, so that the low gain of the night changes nothing', () => {
  const bench = new Bench([ruleNamed('isolation-low')])
  const band = (gainActualDb: number, state: 'active' | 'standby') => ({
    bands: [{ isolationDb: 78, gainSetDb: 65, gainActualDb, isolationMarginDb: 78 - gainActualDb, state }],
  })
  bench.report(band(63, 'active'))
  expect(told(bench.after(10 * minute).report(band(63, 'active')))).toEqual(['raise isolation-low:B20 minor'])
  for (let count = 0; count < 60; count++) expect(bench.after(10 * minute).report(band(39, 'standby'))).toEqual([])
})

const weekMs = 7 * 24 * hour
const outputOf = (dbm: number, inputDbm = -60) => ({
  bands: [{ downlinkOutputDbm: { average: dbm } as never, downlinkInputDbm: { average: inputDbm } as never }],
})

/** A working week at 16 dBm, to Monday 09:00 in Dublin. */
function learned(rules = [ruleNamed('sustained-reduced-power'), ruleNamed('donor-low')]): Bench {
  const bench = new Bench(rules)
  bench.now = Date.UTC(2026, 5, 1, 8)
  const until = bench.now + weekMs
  while (bench.now < until) bench.after(10 * minute).report(outputOf(16))
  expect(bench.state?.bands.B20?.normal?.mean).toBeCloseTo(16)
  return bench
}

function hours(bench: Bench, count: number, ...levels: Parameters<typeof outputOf>): string[] {
  const seen: string[] = []
  for (let report = 0; report < count * 6; report++)
    seen.push(...told(bench.after(10 * minute).report(outputOf(...levels))))
  return seen
}

test('an afternoon without a donor is one message, and not a second one about reduced power', () => {
  const bench = learned()
  expect(hours(bench, 4, 16)).toEqual([])
  expect(hours(bench, 4, -29, -110)).toEqual(['raise donor-low:B20 major'])
  expect(hours(bench, 48, 16)).toEqual(['clear donor-low:B20 major'])
})

test('low power that is over in the latest hour is not sustained, and a sudden one is told once', () => {
  const over = learned([ruleNamed('sustained-reduced-power')])
  expect(hours(over, 3, -10)).toEqual([])
  expect(hours(over, 30, 16)).toEqual([])
  const sudden = learned([ruleNamed('sustained-reduced-power')])
  expect(hours(sudden, 72, -10)).toEqual(['raise sustained-reduced-power:B20 major'])
})

test('what is counted over a day outlasts its cause by a day before it is told', () => {
  const bench = new Bench([ruleNamed('oscillation'), ruleNamed('oscillates-often')])
  const down = { bands: [{ state: 'shut-down', shutdownReason: 'oscillation', oscillations24h: 5 } as const] }
  const up = { bands: [{ oscillations24h: 5 }] }
  const reports = (count: number, parts: object) => {
    const seen: string[] = []
    for (let index = 0; index < count; index++) seen.push(...told(bench.after(10 * minute).report(parts)))
    return seen
  }
  expect(reports(12, down)).toEqual(['raise oscillation:B20 critical'])
  expect(reports(24 * 6, up)).toEqual(['clear oscillation:B20 critical'])
  expect(reports(3 * 6, up)).toEqual(['raise oscillates-often:B20 major'])
})
