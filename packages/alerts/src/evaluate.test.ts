import { measureNames } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { compileRules } from './compile-rules.ts'
import type { DeviceState } from './device-state.ts'
import { type Decision, evaluateMoment } from './evaluate.ts'
import { readMeasures } from './read-measure.ts'
import { Bench, hour, minute, names, ruleNamed } from './testing/bench.ts'

test('every measure of the table is read by somebody, and every rule of the catalogue is known by one name', () => {
  expect([...readMeasures].sort()).toEqual([...measureNames].sort())
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length)
})

test('a board above 75 °C is raised with the first report and cleared by two below 70 °C', () => {
  const bench = new Bench([ruleNamed('temperature-exceeded')])
  expect(bench.report({ board: 75 })).toEqual([])
  expect(names(bench.after(10 * minute).report({ board: 75.1 }))).toEqual(['raise temperature-exceeded critical'])
  expect(bench.after(10 * minute).report({ board: 71 })).toEqual([])
  expect(bench.after(10 * minute).report({ board: 69.9 })).toEqual([])
  expect(bench.after(10 * minute).report({ board: 72 })).toEqual([])
  expect(bench.after(10 * minute).report({ board: 69 })).toEqual([])
  expect(names(bench.after(10 * minute).report({ board: 68 }))).toEqual(['clear temperature-exceeded critical'])
})

test('a hold needs both its time and its samples, and ends at its deadline without another report', () => {
  const rule = ruleNamed('temperature-high', { raise: { holdMs: 15 * minute, samples: 2 } })
  const bench = new Bench([rule])
  bench.report({ board: 71 })
  expect(bench.deadline()).toBeUndefined()
  bench.after(10 * minute).report({ board: 72 })
  expect((bench.deadline() as number) - bench.now).toBe(5 * minute)
  expect(bench.after(5 * minute - 1).moment()).toEqual([])
  const [decision] = bench.after(1).moment()
  expect(decision).toMatchObject({ do: 'raise', value: 72, threshold: 70, since: bench.now - 15 * minute })
})

test('a value on the good side starts the hold anew; an absent one changes nothing', () => {
  const bench = new Bench([ruleNamed('temperature-high', { raise: { holdMs: 2 * minute, samples: 2 } })])
  bench.report({ board: 71 })
  bench.after(10 * minute).report({})
  bench.after(10 * minute).report({ board: 69 })
  expect(bench.after(10 * minute).report({ board: 71 })).toEqual([])
  bench.after(10 * minute).report({})
  expect(names(bench.after(10 * minute).report({ board: 71 }))).toEqual(['raise temperature-high minor'])
  for (let count = 0; count < 5; count++) expect(bench.after(10 * minute).report({})).toEqual([])
})

test('NaN and what cannot be compared raise nothing', () => {
  const bench = new Bench(catalogue)
  bench.report({ board: Number.NaN })
  expect(bench.after(10 * minute).report({ board: Number.NaN })).toEqual([])
})

test('silence is told after an hour, to the millisecond, once; any report ends it', () => {
  const bench = new Bench([ruleNamed('device-offline')])
  bench.report()
  expect((bench.deadline() as number) - bench.now).toBe(hour)
  expect(bench.after(hour - 1).moment()).toEqual([])
  expect(bench.after(1).moment()).toMatchObject([
    { do: 'raise', rule: 'device-offline', value: 60, since: bench.now - hour },
  ])
  expect(bench.deadline()).toBeUndefined()
  expect(bench.after(hour).moment()).toEqual([])
  expect(names(bench.after(hour).report())).toEqual(['clear device-offline critical'])
})

test('time in which the platform could not hear anybody is nobody’s silence', () => {
  const bench = new Bench([ruleNamed('device-offline')])
  bench.report()
  expect((bench.deadline(20 * minute) as number) - bench.now).toBe(80 * minute)
  expect(bench.after(70 * minute).moment(20 * minute)).toEqual([])
  expect(names(bench.after(10 * minute).moment(20 * minute))).toEqual(['raise device-offline critical'])
})

test('a hold does not end on what a silent device said long ago', () => {
  const bench = new Bench([ruleNamed('temperature-high', { raise: { holdMs: 40 * minute, samples: 1 } })])
  bench.report({ board: 72 })
  expect(bench.deadline()).toBeUndefined()
  expect(bench.after(41 * minute).moment()).toEqual([])
  expect(names(bench.report({ board: 72 }))).toEqual(['raise temperature-high minor'])
})

test('a worse level passes at once and the incident keeps it until it clears', () => {
  const bench = new Bench([ruleNamed('temperature-low', { raise: { holdMs: 0, samples: 1 } })])
  expect(names(bench.report({ board: -20 }))).toEqual(['raise temperature-low minor'])
  expect(names(bench.after(minute).report({ board: -31 }))).toEqual(['raise temperature-low major'])
  expect(bench.after(minute).report({ board: -20 })).toEqual([])
  bench.after(minute).report({ board: -14 })
  expect(names(bench.after(10 * minute).report({ board: -14 }))).toEqual(['clear temperature-low major'])
})

test('bands are judged one by one, and one that is switched off has no troubles', () => {
  const bench = new Bench([ruleNamed('band-shut-down')])
  const down = { state: 'shut-down' } as const
  expect(names(bench.report({ bands: [down, { band: 'B8' }] }))).toEqual(['raise band-shut-down:B20 major'])
  bench.after(10 * minute).report({ bands: [{ ...down, enabled: false }, { band: 'B8' }] })
  expect(names(bench.after(10 * minute).report({ bands: [{ ...down, enabled: false }, { band: 'B8' }] }))).toEqual([
    'clear band-shut-down:B20 major',
  ])
})

test('what explains another alert hides it, on the same band only', () => {
  const bench = new Bench([ruleNamed('band-shut-down'), ruleNamed('oscillation')])
  const down = { state: 'shut-down', shutdownReason: 'oscillation' } as const
  const decisions = bench.report({ bands: [down, { band: 'B8', state: 'shut-down' }] })
  const hidden = decisions.filter(({ hiddenBy }) => hiddenBy !== undefined)
  expect(decisions).toHaveLength(3)
  expect(hidden).toHaveLength(1)
  expect(hidden[0]?.subject).toBe('B20')
})

test('what outlasts its cause is announced after all, and what ends with it never', () => {
  const bench = new Bench([ruleNamed('temperature-exceeded'), ruleNamed('amplifier-hot')])
  const hot = { bands: [{ paCelsius: 85 }] }
  bench.report({ board: 80, ...hot })
  expect(bench.after(10 * minute).report({ board: 80, ...hot })).toMatchObject([{ hiddenBy: 'temperature-exceeded' }])
  bench.after(10 * minute).report({ board: 60, ...hot })
  expect(names(bench.after(10 * minute).report({ board: 60, ...hot }))).toEqual(['clear temperature-exceeded critical'])
  for (let count = 0; count < 5; count++) expect(bench.after(10 * minute).report({ board: 60, ...hot })).toEqual([])
  const [revealed] = bench.after(10 * minute).report({ board: 60, ...hot })
  expect(revealed).toMatchObject({ do: 'raise', rule: 'amplifier-hot', hiddenBy: undefined })
  expect(bench.after(10 * minute).report({ board: 60, ...hot })).toEqual([])
})

test('what comes and goes is one state: the fourth time within six hours it stays until it was quiet for an hour', () => {
  const bench = new Bench([ruleNamed('band-shut-down', { clear: { holdMs: 0, samples: 1 } })])
  const down = { bands: [{ state: 'shut-down' } as const], interval: 60 }
  const up = { bands: [{}], interval: 60 }
  for (let count = 0; count < 3; count++) {
    expect(names(bench.after(minute).report(down))).toEqual(['raise band-shut-down:B20 major'])
    expect(names(bench.after(minute).report(up))).toEqual(['clear band-shut-down:B20 major'])
  }
  expect(bench.after(minute).report(down)).toMatchObject([{ do: 'raise', isFlapping: true }])
  for (let count = 0; count < 20; count++) {
    expect(bench.after(minute).report(up)).toEqual([])
    expect(bench.after(minute).report(down)).toEqual([])
  }
  for (let count = 0; count < 60; count++) expect(bench.after(minute).report(up)).toEqual([])
  expect(names(bench.after(minute).report(up))).toEqual(['clear band-shut-down:B20 major'])
})

test('an unexpected restart is told; one by command is not; more than three in a day are a loop', () => {
  const bench = new Bench([ruleNamed('device-restarted'), ruleNamed('restart-loop')])
  bench.report({ bootId: 1 })
  expect(bench.after(minute).report({ bootId: 2, device: { resetReason: 'command' } })).toEqual([])
  expect(names(bench.after(minute).report({ bootId: 3 }))).toEqual(['raise device-restarted warning'])
  expect(names(bench.after(hour).moment())).toEqual(['clear device-restarted warning'])
  bench.after(minute).report({ bootId: 4 })
  bench.after(minute).report({ bootId: 5 })
  expect(names(bench.after(minute).report({ bootId: 6 }))).toContain('raise restart-loop major')
})

test('a rule that is taken away ends its alert with that reason', () => {
  const rules = [ruleNamed('temperature-exceeded')]
  const bench = new Bench(rules)
  bench.report({ board: 80 })
  const { decisions, state } = evaluateMoment(compileRules([]), bench.state as DeviceState, 0, bench.now)
  expect(decisions).toMatchObject([{ do: 'clear', rule: 'temperature-exceeded', reason: 'rule-changed' }])
  expect(state.entries).toEqual({})
})

test('the state that was given is not changed', () => {
  const bench = new Bench(catalogue)
  bench.report({ board: 80, bands: [{ state: 'shut-down' }] })
  const given = JSON.stringify(bench.state)
  const before = bench.state as DeviceState
  bench.after(hour).report({ board: 30 })
  expect(JSON.stringify(before)).toBe(given)
})

/** A working week at 16 dBm, then working hours at `level`. */
function reduced(level: number, weekdays = 5): { bench: Bench; decisions: Decision[] } {
  const bench = new Bench([ruleNamed('sustained-reduced-power')])
  bench.now = Date.UTC(2026, 5, 1, 0)
  const days = (count: number, dbm: number) => {
    const decisions: Decision[] = []
    for (let report = 0; report < count * 144; report++) {
      decisions.push(...bench.after(10 * minute).report({ bands: [{ downlinkOutputDbm: { average: dbm } as never }] }))
    }
    return decisions
  }
  expect(days(weekdays + 2, 16)).toEqual([])
  return { bench, decisions: days(2, level) }
}

test('output 7 dB under the own normal of working hours is told with how many dB; 5 dB is not', () => {
  expect(reduced(11).decisions).toEqual([])
  const { decisions } = reduced(9)
  expect(decisions).toMatchObject([{ do: 'raise', rule: 'sustained-reduced-power', subject: 'B20', severity: 'minor' }])
  expect(decisions[0]?.value).toBeGreaterThan(6)
  expect(names(reduced(5).decisions)).toEqual(['raise sustained-reduced-power:B20 major'])
})

test('a logged change of the settings makes the normal be learned anew', () => {
  const { bench } = reduced(16)
  const low = { bands: [{ downlinkOutputDbm: { average: 5 } as never }] }
  bench.after(10 * minute).report({ ...low, device: { configVersion: 1 } })
  bench.after(10 * minute).report({ ...low, device: { configVersion: 2 } })
  expect(bench.state?.bands.B20?.normal).toBeUndefined()
  const decisions: Decision[] = []
  for (let report = 0; report < 8 * 144; report++) decisions.push(...bench.after(10 * minute).report(low))
  expect(decisions).toEqual([])
  expect(bench.state?.bands.B20?.normal?.mean).toBeCloseTo(5)
})
