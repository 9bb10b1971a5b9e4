import type { AlertRule } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { checkChanges, checkRule } from './check-rule.ts'

const rising = [{ severity: 'minor', raiseAt: 20, clearAt: 15 }]
const known = new Set(catalogue.map(({ id }) => id))

function ruleNamed(id: string): AlertRule {
  const rule = catalogue.find((one) => one.id === id)
  if (rule === undefined) throw new Error(`no rule ${id}`)
  return rule
}

/** What is refused of a rule that is right but for these changes: "field: reason". */
function refused(id: string, changes: object): string[] {
  const checked = checkRule({ ...ruleNamed(id), ...changes }, known)
  expect(checked).not.toHaveProperty('rule')
  return 'problems' in checked ? checked.problems.map(({ field, message }) => `${field}: ${message}`) : []
}

test('every rule of the catalogue passes its own check', () => {
  for (const rule of catalogue) expect(checkRule(rule, known)).toEqual({ rule })
})

test.each<[what: string, rule: string, changes: object, problems: (string | RegExp)[]]>([
  [
    'a measure that nobody takes',
    'temperature-high',
    { looksAt: { kind: 'measure', measure: 'humour', is: 'above' } },
    [/^looksAt\.measure: /],
  ],
  ['a kind that does not exist', 'temperature-high', { looksAt: { kind: 'oracle' } }, [/^looksAt\.kind: /]],
  ['no subject at all', 'temperature-high', { looksAt: undefined }, [/^looksAt: /]],
  [
    'a difference of units that have none',
    'isolation-low',
    { looksAt: { kind: 'difference', measure: 'paCelsius', minus: 'gainSetDb', is: 'above' }, levels: rising },
    ['looksAt.minus: is in dB, paCelsius in °C'],
  ],
  [
    'a difference of a band and its device',
    'isolation-low',
    { looksAt: { kind: 'difference', measure: 'paCelsius', minus: 'boardCelsius', is: 'above' }, levels: rising },
    ['looksAt.minus: is of a device, paCelsius of a band'],
  ],
  ['a band that cannot exist', 'donor-low', { onlyBands: ['LTE800'] }, [/^onlyBands\.0: /]],
  ['no band at all', 'donor-low', { onlyBands: [] }, ['onlyBands: names no band']],
  ['bands of what has none', 'temperature-high', { onlyBands: ['B20'] }, ['onlyBands: the rule looks at no band']],
  [
    'a threshold in the wrong unit: Fahrenheit, or millivolts',
    'temperature-high',
    { levels: [{ severity: 'minor', raiseAt: 158, clearAt: 149 }] },
    [/^levels\.0\.raiseAt: must lie between -55 and 150 °C$/],
  ],
  [
    'clearing where it is still bad, upward',
    'temperature-high',
    { levels: [{ severity: 'minor', raiseAt: 70, clearAt: 71 }] },
    [/^levels\.0\.clearAt: clears on the bad side of 70/],
  ],
  [
    'clearing where it is still bad, downward',
    'temperature-low',
    { levels: [{ severity: 'minor', raiseAt: -18, clearAt: -20 }] },
    [/^levels\.0\.clearAt: clears on the bad side of -18/],
  ],
  [
    'severities out of order',
    'temperature-low',
    {
      levels: [
        { severity: 'major', raiseAt: -18, clearAt: -15 },
        { severity: 'minor', raiseAt: -30, clearAt: -15 },
      ],
    },
    ['levels.1.severity: must be more severe than major'],
  ],
  [
    'a severer level that is reached earlier',
    'temperature-low',
    {
      levels: [
        { severity: 'minor', raiseAt: -30, clearAt: -15 },
        { severity: 'major', raiseAt: -18, clearAt: -15 },
      ],
    },
    ['levels.1.raiseAt: must be worse than -30 of minor'],
  ],
  ['no level', 'temperature-high', { levels: [] }, [/^levels: /]],
  [
    'a guard that can never hold',
    'gain-mismatch',
    { onlyWhile: [{ measure: 'downlinkInputDbm', is: 'above', than: 75 }] },
    ['onlyWhile.0.than: must lie between -130 and 20 dBm'],
  ],
  [
    'a guard of something else',
    'gain-mismatch',
    { onlyWhile: [{ measure: 'boardCelsius', is: 'above', than: 40 }] },
    ['onlyWhile.0.measure: is of a device, the rule looks at a band'],
  ],
  ['an explanation by itself', 'donor-low', { hiddenBy: ['donor-low'] }, ['hiddenBy.0: a rule cannot explain itself']],
  ['an explanation by nobody', 'donor-low', { hiddenBy: ['full-moon'] }, ['hiddenBy.0: there is no rule full-moon']],
  ['a hold without a sample', 'donor-low', { raise: { holdMs: 0, samples: 0 } }, [/^raise\.samples: /]],
  ['a hold of a year', 'donor-low', { clear: { holdMs: 366 * 86_400_000, samples: 1 } }, [/^clear\.holdMs: /]],
  ['a throttle of negative length', 'donor-low', { throttleMs: -1 }, [/^throttleMs: /]],
  ['a name that is no name', 'donor-low', { id: 'Donor Low' }, [/^id: /]],
  [
    'a severity that nobody knows',
    'door-open',
    { levels: [{ severity: 'fatal', raiseAt: 0.5, clearAt: 0.5 }] },
    [/^levels\.0\.severity: /],
  ],
  [
    'NaN',
    'donor-low',
    { levels: [{ severity: 'minor', raiseAt: Number.NaN, clearAt: -82 }] },
    [/^levels\.0\.raiseAt: /],
  ],
  ['a field that nobody knows', 'donor-low', { sound: 'horn' }, [/: .*sound/]],
  [
    'silence of two months',
    'device-offline',
    { levels: [{ severity: 'critical', raiseAt: 90_000, clearAt: 0 }] },
    [/must lie between 0 and 44640 min$/],
  ],
])('%s is refused, with its field', (_what, rule, changes, problems) => {
  const found = refused(rule, changes)
  expect(found).toHaveLength(problems.length)
  for (const [index, wanted] of problems.entries()) expect(found[index]).toMatch(wanted)
})

test('all that is wrong is told at once', () => {
  const found = refused('temperature-low', {
    onlyBands: ['B20'],
    levels: [
      { severity: 'major', raiseAt: -18, clearAt: -20 },
      { severity: 'minor', raiseAt: -200, clearAt: -15 },
    ],
  })
  expect(found.map((problem) => problem.split(':')[0])).toEqual([
    'onlyBands',
    'levels.0.clearAt',
    'levels.1.raiseAt',
    'levels.1.severity',
  ])
})

test('changes are checked as what they make of the rule, and nothing of wrong ones is taken', () => {
  const rule = ruleNamed('temperature-low')
  const levels = [{ severity: 'minor', raiseAt: -10, clearAt: -5 }]
  expect(checkChanges(rule, { levels })).toEqual({ changes: { levels } })
  expect(checkChanges(rule, {})).toEqual({ changes: {} })
  expect(checkChanges(rule, { enabled: false, levels: [{ severity: 'minor', raiseAt: -10, clearAt: -15 }] })).toEqual({
    problems: [expect.objectContaining({ field: 'levels.0.clearAt' })],
  })
  expect(checkChanges(rule, { onlyBands: ['B20'] })).toHaveProperty('problems')
  expect(checkChanges(rule, { enabled: 'no' })).toEqual({ problems: [expect.objectContaining({ field: 'enabled' })] })
})

test('what makes a rule the rule it is cannot be overridden', () => {
  for (const changes of [{ id: 'other' }, { looksAt: { kind: 'silence' } }, { class: 'quality' }, { hiddenBy: [] }]) {
    expect(checkChanges(ruleNamed('temperature-low'), changes)).toHaveProperty('problems')
  }
})
