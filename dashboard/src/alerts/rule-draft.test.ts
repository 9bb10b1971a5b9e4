import type { AlertRule } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { bandsOf, firstDraft, withHold, withLooksAt, withOneMore, withoutLevel } from './rule-draft.ts'

const hold = { holdMs: 600_000, samples: 3 }
const ofBand: AlertRule = {
  ...firstDraft,
  looksAt: { kind: 'measure', measure: 'downlinkInputDbm', is: 'below' },
  levels: [{ severity: 'major', raiseAt: -90, clearAt: -82 }],
  onlyBands: ['B20'],
  onlyWhile: [{ measure: 'gainActualDb', is: 'above', than: 10 }],
}

describe('a rule that looks at something else', () => {
  it('keeps its thresholds where they are in the same unit, and its bands where it still looks at bands', () => {
    const rule = withLooksAt(ofBand, { kind: 'measure', measure: 'uplinkInputDbm', is: 'above' })
    expect(rule).toMatchObject({ levels: ofBand.levels, onlyBands: ['B20'], onlyWhile: ofBand.onlyWhile })
  })

  it('has no thresholds in another unit, and no bands where there are none', () => {
    const rule = withLooksAt(ofBand, { kind: 'measure', measure: 'boardCelsius', is: 'above' })
    expect(rule.levels).toEqual([{ severity: 'major', raiseAt: Number.NaN, clearAt: Number.NaN }])
    expect(rule).not.toHaveProperty('onlyBands')
    expect(rule).not.toHaveProperty('onlyWhile')
  })

  it('needs no thresholds for what is so or not, and none to clear for silence', () => {
    expect(withLooksAt(ofBand, { kind: 'event', event: 'restarted' }).levels).toEqual([
      { severity: 'major', raiseAt: 0.5, clearAt: 0.5 },
    ])
    expect(withLooksAt(ofBand, { kind: 'silence' }).levels[0]).toMatchObject({ raiseAt: Number.NaN, clearAt: 0 })
  })
})

describe('the hold of a level', () => {
  it('is that of the rule where there is one level', () => {
    const rule = withHold({ ...ofBand, levels: [{ severity: 'major', raiseAt: 1, clearAt: 0, raise: hold }] }, 0, hold)
    expect(rule.raise).toEqual(hold)
    expect(rule.levels).toEqual([{ severity: 'major', raiseAt: 1, clearAt: 0 }])
  })

  it('is its own where there are several, unless it is the same', () => {
    const two = withOneMore(ofBand)
    const changed = withHold(two, 1, hold)
    expect(changed.raise).toEqual(ofBand.raise)
    expect(changed.levels.map(({ raise }) => raise)).toEqual([undefined, hold])
    expect(withHold(changed, 1, ofBand.raise).levels[1]).not.toHaveProperty('raise')
  })
})

it('levels come and go, each worse than the one before', () => {
  const two = withOneMore(ofBand)
  expect(two.levels.map(({ severity }) => severity)).toEqual(['major', 'critical'])
  expect(two.levels[1]?.clearAt).toBe(-82)
  expect(withoutLevel(two, 0).levels.map(({ severity }) => severity)).toEqual(['critical'])
})

it('bands are read as people type them', () => {
  expect(bandsOf('b20, B3;8  20')).toEqual(['B20', 'B3', 'B8'])
  expect(bandsOf('  ')).toBeUndefined()
  expect(bandsOf('all')).toEqual(['ALL'])
})
