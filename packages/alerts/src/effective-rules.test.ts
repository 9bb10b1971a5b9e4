import type { RuleChanges } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { effectiveRules, type RuleOverride } from './effective-rules.ts'

const place = { model: 'iR5', organisations: ['maker', 'reseller', 'hotel'], site: 'lobby', serial: 'HN88192AD' }
const hour = 3_600_000
const override = (scope: RuleOverride['scope'], scopeId: string, changes: RuleChanges): RuleOverride => ({
  ...{ rule: 'donor-low', scope, scopeId, changes },
})
const effective = (...overrides: RuleOverride[]) =>
  effectiveRules(catalogue, overrides, place).find(({ id }) => id === 'donor-low')
const original = catalogue.find(({ id }) => id === 'donor-low')

test('without overrides the rules are the catalogue’s, the very same objects', () => {
  const rules = effectiveRules(catalogue, [], place)
  expect(rules.every((rule, index) => rule === catalogue[index])).toBe(true)
})

test('the nearer override wins, whatever the order in which they are given', () => {
  const given = [
    override('device', 'HN88192AD', { throttleMs: 6 * hour }),
    override('site', 'lobby', { throttleMs: 5 * hour }),
    override('organisation', 'hotel', { throttleMs: 4 * hour }),
    override('organisation', 'reseller', { throttleMs: 3 * hour }),
    override('organisation', 'maker', { throttleMs: 2 * hour }),
    override('model', 'iR5', { throttleMs: 0 }),
  ]
  for (let nearest = 0; nearest < given.length; nearest++) {
    const reached = given.slice(nearest)
    const wanted = reached[0]?.changes.throttleMs
    expect(effective(...reached)?.throttleMs).toBe(wanted)
    expect(effective(...reached.toReversed())?.throttleMs).toBe(wanted)
  }
})

test('it wins field by field: what it does not name comes from the next one', () => {
  const rule = effective(
    override('model', 'iR5', { recurrence: 'monthly', throttleMs: 2 * hour, onlyBands: ['B20'] }),
    override('organisation', 'hotel', { recurrence: 'weekly', enabled: false }),
    override('device', 'HN88192AD', { enabled: true }),
  )
  expect(rule).toEqual({
    ...original,
    recurrence: 'weekly',
    throttleMs: 2 * hour,
    onlyBands: ['B20'],
    enabled: true,
  })
})

test('levels are one field: they are replaced as a whole', () => {
  const levels = [{ severity: 'critical' as const, raiseAt: -95, clearAt: -90 }]
  expect(effective(override('site', 'lobby', { levels }))?.levels).toEqual(levels)
})

test('what holds elsewhere, or for another rule, does not reach the device', () => {
  const elsewhere = [
    override('model', 'iR4', { enabled: false }),
    override('organisation', 'office', { enabled: false }),
    override('site', 'roof', { enabled: false }),
    override('device', 'HN0000000', { enabled: false }),
    { ...override('device', 'HN88192AD', { enabled: false }), rule: 'donor-overload' },
  ]
  expect(effective(...elsewhere)).toBe(original)
})

test('a device without a site is reached by no site', () => {
  const overrides = [override('site', 'undefined', { enabled: false })]
  const rules = effectiveRules(catalogue, overrides, { ...place, site: undefined })
  expect(rules.find(({ id }) => id === 'donor-low')?.enabled).toBe(true)
})

test('the catalogue is not changed', () => {
  const before = JSON.stringify(catalogue)
  effective(
    override('device', 'HN88192AD', { enabled: false, levels: [{ severity: 'minor', raiseAt: -1, clearAt: 0 }] }),
  )
  expect(JSON.stringify(catalogue)).toBe(before)
})
