import { catalogue } from '@stellacontrol/alerts'
import type { AlertRule } from '@stellacontrol/protocol'
import { type FaultKind, faultKinds } from '@stellacontrol/simulator'
import { expect, test } from 'vitest'
import { alertingKinds, harmlessKinds } from './alert-quality/plan-episodes.ts'
import { measureQuality, type QualityPlan } from './alert-quality.ts'

/** Those that show within days, and need no own normal. */
const quickKinds: FaultKind[] = [
  ...(['fan-stop', 'over-temperature', 'supply-sag', 'mains-loss', 'oscillation-burst', 'antenna-moved'] as const),
  ...(['donor-off', 'near-cell-overload', 'offline', 'lan-unplugged', 'flapping-connection', 'clock-jump'] as const),
  ...(['reboot-loop', 'stuck-sensor'] as const),
]
const smallPlan: QualityPlan = {
  seed: 11,
  days: 8,
  learningDays: 0,
  faulty: 40,
  harmless: 8,
  faultFree: 16,
  kinds: quickKinds,
}
const tinyPlan: QualityPlan = { ...smallPlan, days: 5, faulty: 6, harmless: 1, faultFree: 6, kinds: ['mains-loss'] }

const changed = (id: string, changes: Partial<AlertRule>) =>
  catalogue.map((rule) => (rule.id === id ? { ...rule, ...changes } : rule))

test('of every kind of fault it is stated whether people must be told', () => {
  expect([...alertingKinds, ...harmlessKinds].toSorted()).toEqual([...faultKinds].toSorted())
})

test('the catalogue tells the faults of a small fleet in time, once, and nothing else', () => {
  const quality = measureQuality(smallPlan)
  expect(Object.keys(quality.recallByFault).toSorted()).toEqual(quickKinds.toSorted())
  expect(quality.missed).toEqual([])
  expect(quality.recall).toBeGreaterThanOrEqual(0.98)
  expect(quality.falseAlertsPerDeviceMonth).toBeLessThanOrEqual(0.1)
  expect(quality.falseAlertsPerDeviceMonthUnderHarmlessFaults).toBeLessThanOrEqual(0.5)
  expect(quality.notificationsPerIncident).toBeLessThanOrEqual(1.5)
  expect(quality.detectionDelayMs.p50).toBeLessThan(3_600_000)
}, 120_000)

test('a rule that is switched off is missed, and one that is too eager cries wolf', () => {
  expect(measureQuality(tinyPlan, changed('mains-lost', { enabled: false })).recall).toBe(0)
  const eager = changed('temperature-high', { levels: [{ severity: 'minor', raiseAt: 40, clearAt: 38 }] })
  expect(measureQuality(tinyPlan, eager).falseAlertsPerDeviceMonth).toBeGreaterThan(1)
  const nervous = changed('mains-lost', { hiddenBy: [], levels: [{ severity: 'major', raiseAt: -1, clearAt: -2 }] })
  expect(measureQuality(tinyPlan, nervous).falseAlertsPerDeviceMonth).toBeGreaterThan(0.1)
}, 120_000)

test('the same plan gives the same figures', () => {
  expect(measureQuality(tinyPlan)).toEqual(measureQuality(tinyPlan))
}, 120_000)
