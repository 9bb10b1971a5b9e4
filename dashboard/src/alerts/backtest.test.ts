import type { BacktestFiring, BacktestResult, BacktestVariant } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../api/http.ts'
import { backtestRequestOf } from './backtest-request.ts'
import { backtestProblemWords, emptyWords, headline, heededWords, progressWords } from './backtest-words.ts'
import { chosenFirings, laneMoments, lanesOf } from './lanes.ts'
import { firstDraft } from './rule-draft.ts'
import { sweepOf, sweepTitle, variantWords } from './sweep.ts'

const hour = 3_600_000
const fromAt = Date.UTC(2026, 9, 27)
const iso = (hours: number) => new Date(fromAt + hours * hour).toISOString()
const variant = (
  kind: BacktestVariant['kind'],
  value: number | null,
  firings: number,
  missed = 0,
): BacktestVariant => ({
  ...{ kind, value, firings, missed, devices: Math.min(firings, 2), raisedMs: firings * hour, longest: [] },
})
const firing = (serial: string, hours: number): BacktestFiring => ({
  ...{ serial, name: '', subject: null, severity: 'major', peak: 80, heeded: false },
  ...{ raisedAt: iso(hours), clearedAt: iso(hours + 1) },
})
const rule = { ...firstDraft, raise: { holdMs: hour, samples: 1 } }
const result: BacktestResult = {
  ...{ type: 'result', rule, from: iso(0), to: iso(720), devices: 9, reportingDevices: 7, reports: 1, heeded: 3 },
  ...{ firingsPerDeviceMonth: 1, longestMs: hour, severities: {}, days: [], worstDevices: [] },
  variants: [
    variant('rule', null, 3),
    { ...variant('hold', 0, 12), longest: [firing('B', 360), firing('C', 1)] },
    variant('hold', hour, 3),
    { ...variant('hold', 4 * hour, 1, 2), longest: [firing('A', 180)] },
    variant('threshold', -5, 24),
  ],
  firings: [
    { ...firing('A', 180), keptBy: [1, 2, 3] },
    { ...firing('A', 540), keptBy: [1, 2] },
    { ...firing('B', 360), keptBy: [1, 2] },
  ],
}

describe('a sweep', () => {
  it('goes from the lowest up, with the rule in its place and once', () => {
    const bars = sweepOf(result, 'hold')
    expect(bars.map(({ words, firings, missed }) => [words, firings, missed])).toEqual([
      ['none', 12, 0],
      ['1 h', 3, 0],
      ['4 h', 1, 2],
    ])
    expect(bars.map(({ variant, isOwn, height }) => [variant, isOwn, height])).toEqual([
      [1, false, 1],
      [0, true, 0.25],
      [3, false, 1 / 12],
    ])
  })

  it('has the rule first where its levels are held for different times, and is none where nothing was tried', () => {
    const levels = rule.levels.map((level) => ({ ...level, raise: { holdMs: 0, samples: 1 } }))
    const bars = sweepOf({ ...result, rule: { ...rule, levels } }, 'hold')
    expect(bars.map(({ words }) => words)).toEqual(['as it is', 'none', '1 h', '4 h'])
    expect(sweepOf({ ...result, variants: result.variants.slice(0, 1) }, 'threshold')).toEqual([])
  })

  it('is named after what is tried, in its unit', () => {
    const silent = { ...rule, looksAt: { kind: 'silence' } as const }
    expect(sweepTitle(rule, 'threshold')).toBe('Firings by threshold, °C')
    expect(sweepTitle(silent, 'threshold')).toBe('Firings by length of silence')
    expect(variantWords(rule, variant('threshold', -5, 1))).toBe('threshold −5 °C')
    expect(variantWords(silent, variant('threshold', 90, 1))).toBe('silence of 1 h 30 min')
    expect(variantWords(rule, variant('hold', 0, 1))).toBe('no hold')
  })
})

describe('the words', () => {
  it('say how often it fires, and with what is chosen', () => {
    expect(headline(result, 0)).toBe('Would have fired 3 times on 2 boosters in 30 days.')
    expect(headline(result, 3)).toBe('Would have fired 3 times on 2 boosters in 30 days. With hold 4 h: 1.')
    const never = { ...result, to: iso(24), variants: [variant('rule', null, 0), variant('hold', 0, 2)] }
    expect(headline({ ...never, reportingDevices: 0 }, 0)).toBe('No reports in 1 day.')
    expect(headline(never, 1)).toBe('Would not have fired in 1 day. With no hold: 2.')
  })

  it('say what of the incidents that somebody acted on is missed', () => {
    const missing = (heeded: number, missed: number) =>
      heededWords({ ...result, heeded, variants: [variant('rule', null, 1, missed)] }, 0)
    expect(missing(0, 0)).toMatch(/^Nobody acted on/)
    expect(missing(1, 0)).toBe('The one incident that somebody acted on is not missed.')
    expect(missing(1, 1)).toBe('The one incident that somebody acted on is missed.')
    expect(missing(3, 0)).toBe('Of 3 incidents that somebody acted on none is missed.')
    expect(missing(3, 2)).toBe('Of 3 incidents that somebody acted on 2 are missed.')
    expect(missing(3, 3)).toBe('All 3 incidents that somebody acted on are missed.')
  })

  it('say why there is nothing to see', () => {
    expect(emptyWords(result)).toBeUndefined()
    expect(emptyWords({ ...result, devices: 0 })).toBe('There is no booster here to look at.')
    expect(emptyWords({ ...result, reportingDevices: 0 })).toBe('None of 9 boosters has reports in that time.')
    const never = { ...result, variants: [variant('rule', null, 0), variant('hold', 0, 0)] }
    expect(emptyWords(never)).toBe('None of 7 boosters that reported met it, nor with another hold or threshold.')
  })

  it('say how far it is', () => {
    expect(progressWords(undefined)).toBe('Reading the past')
    const progress = { type: 'progress', share: 0.429, until: iso(12), reports: 1_234, firings: 1 } as const
    expect(progressWords(progress)).toMatch(/^42 %, up to 2\d Oct: 1,234 reports, 1 firing so far$/)
  })

  it('say why it cannot be run, with measures as people know them', () => {
    const refused = (code: string, message: string) => backtestProblemWords(new ApiError(400, code, message))
    expect(refused('not-in-history', 'history does not keep doorOpen, firmware-changed')).toBe(
      'This rule cannot be run over the past: history does not keep “Door open”, “Its firmware changed”.',
    )
    expect(refused('backtest-running', '')).toMatch(/one at a time/)
    expect(refused('range-invalid', 'it is longer than 90 days')).toBe('it is longer than 90 days.')
  })
})

describe('the lanes', () => {
  it('have what is kept and what is gone, most firings first', () => {
    expect(lanesOf(result, 3).map(({ serial, firings, kept }) => [serial, firings, kept])).toEqual([
      ['A', 2, 1],
      ['B', 1, 0],
    ])
    expect(lanesOf(result, 3)[0]?.marks).toEqual([
      { at: 0.75, isKept: false },
      { at: 0.25, isKept: true },
    ])
    expect(lanesOf(result, 0).flatMap(({ marks }) => marks.map(({ isKept }) => isKept))).toEqual([true, true, true])
  })

  it('have boosters too on which only what is chosen fires', () => {
    expect(lanesOf(result, 1).map(({ serial, firings, kept }) => [serial, firings, kept])).toContainEqual(['C', 0, 1])
    expect(chosenFirings(result, 1).map(({ serial }) => serial)).toEqual(['B', 'C'])
    expect(laneMoments(result)).toEqual([0, 240, 480, 720].map((hours) => fromAt + hours * hour))
  })
})

it('a rule of one’s own is held against the incidents of the one that it replaces; a model is one of the conditions', () => {
  const { id: _, ...written } = rule
  const own = { rule: written, place: { organisation: 1 } }
  expect(backtestRequestOf(own, { ...rule, id: 'own-1-warm' }, undefined)).toEqual({ ...own, replaces: 'own-1-warm' })
  const changed = { id: 'fan-slow', changes: {}, place: {} }
  expect(backtestRequestOf(changed, rule, { kind: 'model', id: 'iR5' })).toEqual({ ...changed, model: 'iR5' })
  expect(backtestRequestOf(changed, rule, { kind: 'site', id: '1' })).toEqual(changed)
})
