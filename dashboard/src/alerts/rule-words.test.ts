import type { AlertRule } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { overrideWords } from './override-words.ts'
import { canHold, conditionWords, goodWords, guardWords, holdWords, isYesOrNo, tellWords } from './rule-words.ts'

const hot: AlertRule = {
  ...{ id: 'hot', name: 'Hot', class: 'environment', enabled: true, advice: '', basis: '' },
  looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
  levels: [
    { severity: 'minor', raiseAt: 65, clearAt: 60 },
    { severity: 'major', raiseAt: 70, clearAt: 60, raise: { holdMs: 120_000, samples: 1 } },
  ],
  ...{ raise: { holdMs: 600_000, samples: 2 }, clear: { holdMs: 0, samples: 2 } },
  ...{ throttleMs: 3_600_000, recurrence: 'daily', recurrenceEndsAfterMs: 30 * 86_400_000 },
}
const looking = (looksAt: AlertRule['looksAt'], raiseAt: number, clearAt: number): AlertRule => ({
  ...hot,
  looksAt,
  levels: [{ severity: 'major', raiseAt, clearAt }],
})
const words = (rule: AlertRule) => {
  const [level] = rule.levels
  if (level === undefined) throw new Error('a rule has a level')
  return [conditionWords(rule, level), goodWords(rule, level)]
}

describe('a rule in words', () => {
  it.each<[AlertRule['looksAt'], number, number, string, string]>([
    [
      { kind: 'measure', measure: 'boardCelsius', is: 'above' },
      70,
      65,
      'Board temperature above 70 °C',
      '65 °C or less',
    ],
    [
      { kind: 'measure', measure: 'modemRsrpDbm', is: 'below' },
      -115,
      -112,
      'Modem RSRP below −115 dBm',
      '−112 dBm or more',
    ],
    [
      { kind: 'difference', measure: 'isolationDb', minus: 'gainSetDb', is: 'below' },
      ...([15, 18] as const),
      ...(['Isolation minus gain set below 15 dB', '18 dB or more'] as const),
    ],
    [{ kind: 'silence' }, 60, 0, 'No report for 1 h', 'As soon as it reports again'],
    [{ kind: 'event', event: 'restarted' }, 0.5, 0.5, 'It restarted', 'With the next report'],
    [{ kind: 'measure', measure: 'doorOpen', is: 'above' }, 0.5, 0.5, 'Door open', 'When that is over'],
    [{ kind: 'measure', measure: 'errorCodes', is: 'above' }, 2, 0, 'Error codes reported above 2', '0 or less'],
    [
      { kind: 'baseline', measure: 'downlinkOutputDbm' },
      ...([6, 3] as const),
      ...(['Downlink output 6 dB below its own normal of working hours', 'Within 3 dB of its normal'] as const),
    ],
  ])('says what it looks at, and when it is good again: %j', (looksAt, raiseAt, clearAt, raised, good) => {
    expect(words(looking(looksAt, raiseAt, clearAt))).toEqual([raised, good])
  })

  it('says how long it holds, or nothing where one report is enough', () => {
    expect(holdWords({ holdMs: 600_000, samples: 2 })).toBe('for at least 10 min and 2 reports')
    expect(holdWords({ holdMs: 0, samples: 3 })).toBe('for at least 3 reports')
    expect(holdWords({ holdMs: 0, samples: 1 })).toBe('')
  })

  it('says how people are told', () => {
    expect(tellWords(hot)).toBe('Announced at most once in 1 h, reminded of daily for 30 d')
    expect(tellWords({ ...hot, recurrence: 'never', throttleMs: 0 })).toBe('Announced each time, not reminded of')
    expect(guardWords({ measure: 'downlinkInputDbm', is: 'above', than: -75 })).toBe('Donor level above −75 dBm')
  })

  it('knows where there is no threshold and no hold', () => {
    expect([isYesOrNo({ kind: 'silence' }), canHold({ kind: 'silence' })]).toEqual([false, false])
    expect([isYesOrNo({ kind: 'event', event: 'restarted' }), canHold(hot.looksAt)]).toEqual([true, true])
  })
})

describe('an override in words', () => {
  it('names what it changes, against what the rule says', () => {
    const changes = { levels: [{ severity: 'major' as const, raiseAt: 72, clearAt: 60 }], enabled: false }
    expect(overrideWords(hot, changes)).toEqual([
      { what: 'State', was: 'on', now: 'off' },
      {
        what: 'Raised',
        was: 'Minor: above 65 °C for at least 10 min and 2 reports; Major: above 70 °C for at least 2 min',
        now: 'Major: above 72 °C for at least 10 min and 2 reports',
      },
    ])
  })

  it('that says what the rule says anyway is shown as such', () => {
    expect(overrideWords(hot, { recurrence: 'daily' })).toEqual([{ what: 'Reminders', was: 'daily', now: 'daily' }])
  })

  it('says nothing of the severities that it leaves as they are', () => {
    const [minor, major] = hot.levels
    if (minor === undefined || major === undefined) throw new Error('it has two')
    expect(overrideWords(hot, { levels: [minor, { ...major, raiseAt: 75 }] })).toEqual([
      { what: 'Raised', was: 'Major: above 70 °C for at least 2 min', now: 'Major: above 75 °C for at least 2 min' },
    ])
    expect(overrideWords(hot, { levels: [minor] })).toEqual([
      { what: 'Raised', was: 'Major: above 70 °C for at least 2 min', now: '' },
    ])
  })
})
