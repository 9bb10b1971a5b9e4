import { expect, test } from 'vitest'
import { siteKinds } from '../fleet/fleet.ts'
import { localTime } from './local-time.ts'
import { occupancy } from './traffic.ts'

test('local time follows the zone and its summer time', () => {
  expect(localTime('Europe/Dublin', Date.UTC(2026, 6, 1, 8, 30))).toMatchObject({ hour: 9.5, weekday: 3 })
  expect(localTime('Europe/Dublin', Date.UTC(2026, 0, 1, 8, 30))).toMatchObject({ hour: 8.5, weekday: 4 })
  expect(localTime('America/New_York', Date.UTC(2026, 0, 1, 3))).toMatchObject({ hour: 22, weekday: 3 })
  expect(localTime('UTC', Date.UTC(2026, 2, 1))).toMatchObject({ hour: 0, weekday: 0 })
  expect(() => localTime('Nowhere/Land', 0)).toThrow(RangeError)
})

test('an hour that summer time skips is skipped', () => {
  const before = localTime('Europe/Dublin', Date.UTC(2026, 2, 29, 0, 59))
  const after = localTime('Europe/Dublin', Date.UTC(2026, 2, 29, 1, 0))
  expect(before.hour).toBeCloseTo(0.983, 2)
  expect(after.hour).toBe(2)
})

test('offices are busy on weekdays by day, hotels in the evening, hospitals always', () => {
  const at = (kind: (typeof siteKinds)[number], weekday: number, hour: number): number =>
    occupancy(kind, { hour, weekday, day: 3 })
  expect(at('office', 2, 11)).toBeGreaterThan(0.9)
  expect(at('office', 2, 3)).toBeLessThan(0.05)
  expect(at('office', 0, 11)).toBeLessThan(0.1)
  expect(at('hotel', 2, 21)).toBeGreaterThan(at('hotel', 2, 14))
  expect(at('hospital', 0, 3)).toBeGreaterThan(0.2)
})

test('every site is between empty and full at every hour', () => {
  for (const kind of siteKinds) {
    for (let hour = 0; hour < 24; hour += 0.25) {
      for (let day = 0; day < 7; day++) {
        const value = occupancy(kind, { hour, weekday: day, day })
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1.05)
      }
    }
  }
})
