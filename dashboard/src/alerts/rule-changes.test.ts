import type { AlertRule, RuleView } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { changesToKeep, inheritedRule, isSame } from './rule-changes.ts'

const base: AlertRule = {
  ...{ id: 'hot', name: 'Hot', class: 'environment', enabled: true, advice: '', basis: '' },
  looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
  levels: [{ severity: 'major', raiseAt: 70, clearAt: 65 }],
  ...{ raise: { holdMs: 0, samples: 1 }, clear: { holdMs: 0, samples: 1 } },
  ...{ throttleMs: 3_600_000, recurrence: 'daily', recurrenceEndsAfterMs: 86_400_000 },
}
const override = (
  scope: RuleView['overrides'][number]['scope'],
  scopeId: string,
  changes: RuleView['overrides'][number]['changes'],
) => ({ scope, scopeId, scopeName: scopeId, changes, version: 1, changedAt: '', changedBy: null, devices: 1 })
const viewOf = (...overrides: RuleView['overrides']): RuleView => ({
  ...{ rule: base, base, owner: null, isOwn: false, version: 0, changedAt: null, changedBy: null },
  ...{ applied: [], overrides, devices: 1 },
})
/** 1 over 2 over 3, and 4 beside them. Organisation 99 is above all of them and not seen. */
const tree = [
  { id: 3, parentId: 2 },
  { id: 2, parentId: 1 },
  { id: 1, parentId: 99 },
  { id: 4, parentId: 1 },
]

describe('what a place inherits', () => {
  const all = viewOf(
    override('device', 'HN1', { throttleMs: 7 }),
    override('site', '5', { throttleMs: 6 }),
    override('organisation', '3', { throttleMs: 5 }),
    override('organisation', '2', { throttleMs: 4 }),
    override('organisation', '99', { throttleMs: 2, recurrence: 'weekly' }),
    override('model', 'iR5', { throttleMs: 1, enabled: false }),
  )

  it('is what the nearest of all farther places says, field by field', () => {
    expect(inheritedRule(all, { kind: 'device', id: 'HN1' }, tree)).toMatchObject({
      ...{ throttleMs: 6, recurrence: 'weekly', enabled: false },
    })
    expect(inheritedRule(all, { kind: 'site', id: '5' }, tree)).toMatchObject({ throttleMs: 5, enabled: true })
    expect(inheritedRule(all, { kind: 'organisation', id: '3' }, tree)).toMatchObject({
      ...{ throttleMs: 4, recurrence: 'weekly', enabled: true },
    })
    expect(inheritedRule(all, { kind: 'organisation', id: '2' }, tree).throttleMs).toBe(2)
  })

  it('has nothing of what is beside or below it', () => {
    expect(inheritedRule(all, { kind: 'organisation', id: '4' }, tree).throttleMs).toBe(2)
    expect(inheritedRule(all, { kind: 'organisation', id: '1' }, tree).throttleMs).toBe(2)
    expect(inheritedRule(all, { kind: 'model', id: 'iR5' }, tree)).toEqual(base)
    expect(inheritedRule(all, undefined, tree)).toEqual(base)
  })

  it('ends on a tree that runs in a circle', () => {
    const circle = [
      { id: 1, parentId: 2 },
      { id: 2, parentId: 1 },
    ]
    const view = viewOf(override('organisation', '2', { throttleMs: 4 }))
    expect(inheritedRule(view, { kind: 'organisation', id: '1' }, circle).throttleMs).toBe(4)
  })
})

describe('what an override keeps', () => {
  it('is what was edited, and nothing else', () => {
    expect(changesToKeep({}, base, { ...base, throttleMs: 5, name: 'Warm' }, base)).toEqual({ throttleMs: 5 })
  })

  it('is also what it kept before, even if that is the same as inherited', () => {
    const start = { ...base, recurrence: 'weekly' as const }
    expect(changesToKeep({ recurrence: 'weekly', enabled: true }, start, { ...start, throttleMs: 5 }, base)).toEqual({
      ...{ recurrence: 'weekly', enabled: true, throttleMs: 5 },
    })
  })

  it('is no longer what was set back to what is inherited', () => {
    const start = { ...base, throttleMs: 5 }
    expect(changesToKeep({ throttleMs: 5 }, start, base, base)).toEqual({})
  })

  it('says that bands were taken away, which the service then judges', () => {
    const start: AlertRule = { ...base, onlyBands: ['B20'] }
    expect(changesToKeep({}, start, base, start)).toEqual({ onlyBands: [] })
  })
})

it('values are the same in whatever order their fields come', () => {
  expect(isSame([{ a: 1, b: { c: Number.NaN, d: 2 } }], [{ b: { d: 2, c: Number.NaN }, a: 1 }])).toBe(true)
  expect(isSame([{ a: 1 }], [{ a: 2 }])).toBe(false)
  expect(isSame([1, 2], [2, 1])).toBe(false)
})
