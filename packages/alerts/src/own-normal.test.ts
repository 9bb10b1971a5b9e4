import { expect, test } from 'vitest'
import type { BandState } from './device-state.ts'
import { belowNormalDb, learnHistory, type PastHour } from './own-normal.ts'

const hour = 3_600_000
const zone = 'Europe/Dublin'
const fresh: BandState = { hours: [], days: [], uplinkAt: 0 }
/** Thursday, 12:00. */
const now = Date.UTC(2026, 10, 26, 12)

/** Every hour of the days before `now`, of six reports each. */
function past(days: number, levelOf: (at: number) => number): PastHour[] {
  return Array.from({ length: days * 24 }, (_, index) => {
    const at = now - (days * 24 - index) * hour
    return { at, mean: levelOf(at), reports: 6 }
  })
}

test('a week of history gives a band its normal, and the last day is judged at once', () => {
  const learned = learnHistory(
    fresh,
    past(8, (at) => (at < now - 24 * hour ? 16 : 8)),
    zone,
  )
  expect(learned.normal?.mean).toBeCloseTo(16)
  expect(belowNormalDb(learned, now)).toBe(8)
})

test('less than five working days of history leave everything as it was', () => {
  const before: BandState = { ...fresh, days: [[1, 2, 3]] }
  expect(
    learnHistory(
      before,
      past(6, () => 16),
      zone,
    ),
  ).toBe(before)
})

test('what was before a logged change is not learned from, and a normal that is there stays', () => {
  const changed: BandState = { ...fresh, changedAt: now - 3 * 24 * hour }
  const hours = past(10, () => 16)
  expect(learnHistory(changed, hours, zone)).toBe(changed)
  const known: BandState = { ...fresh, normal: { mean: 3, learnedAt: 0 } }
  expect(learnHistory(known, hours, zone)).toBe(known)
})
