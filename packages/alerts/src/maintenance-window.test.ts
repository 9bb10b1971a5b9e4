import { expect, test } from 'vitest'
import { isInWindow, type MaintenanceTimes, windowState } from './maintenance-window.ts'

const at = (text: string) => Date.parse(text)
/** Sundays from 23:00 to 01:00 in Brussels, from October on: the clocks go back on the 25th. */
const weekly: MaintenanceTimes = {
  startsAt: at('2026-10-18T23:00:00+02:00'),
  endsAt: at('2026-10-19T01:00:00+02:00'),
  repeats: 'weekly',
  repeatsUntil: at('2026-11-15T00:00:00Z'),
  timeZone: 'Europe/Brussels',
}

test.each([
  ['before it begins', '2026-10-18T22:59:59+02:00', false],
  ['at its beginning', '2026-10-18T23:00:00+02:00', true],
  ['after midnight', '2026-10-19T00:59:59+02:00', true],
  ['at its end', '2026-10-19T01:00:00+02:00', false],
  ['at the same time of the clock in winter', '2026-10-25T23:00:00+01:00', true],
  ['an hour earlier, which was its beginning in UTC', '2026-10-25T22:30:00+01:00', false],
  ['to the end of the clock in winter', '2026-10-26T00:59:59+01:00', true],
  ['no longer', '2026-10-26T01:00:00+01:00', false],
  ['on another day', '2026-10-28T23:30:00+01:00', false],
  ['weeks later', '2026-11-08T23:30:00+01:00', true],
  ['after its last day', '2026-11-15T23:30:00+01:00', false],
])('a weekly window: %s', (_, moment, isIn) => {
  expect(isInWindow(weekly, at(moment))).toBe(isIn)
})

test('a window that does not repeat is planned, active and over', () => {
  const once: MaintenanceTimes = { ...weekly, repeats: 'never', repeatsUntil: null }
  expect(windowState(once, once.startsAt - 1)).toBe('planned')
  expect(windowState(once, once.startsAt)).toBe('active')
  expect(windowState(once, once.endsAt)).toBe('over')
  expect(windowState(weekly, at('2026-10-28T00:00:00Z'))).toBe('planned')
  expect(windowState(weekly, at('2026-11-20T00:00:00Z'))).toBe('over')
})
