import { defaultNotificationPreferences, type NotificationPreferences } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { type BundleFacts, dueAt, isQuiet, laneOf, retryAt, sendableAt } from './when-to-send.ts'

const brussels = { ...defaultNotificationPreferences, timeZone: 'Europe/Brussels' }
const quiet = (from: string, to: string, holdCritical = false) => ({
  ...brussels,
  quietHours: { from, to, holdCritical },
})
const at = (iso: string) => Date.parse(iso)
const shown = (moment: number) => new Date(moment).toISOString()
const calm: BundleFacts = { count: 1, beganAt: 0, lastAt: 0, hasCritical: false, isTest: false }

test.each<[string, Partial<NotificationPreferences>, 'critical' | 'major' | 'minor', 'now' | 'later']>([
  ['by default major goes at once', {}, 'major', 'now'],
  ['by default minor waits', {}, 'minor', 'later'],
  ['only critical at once', { atOnceFrom: 'critical' }, 'major', 'later'],
  ['nothing at once', { atOnceFrom: null }, 'critical', 'later'],
  ['everything at once', { atOnceFrom: null, frequency: 'at-once' }, 'minor', 'now'],
])('%s', (_, preferences, severity, lane) => {
  expect(laneOf({ ...brussels, ...preferences }, severity)).toBe(lane)
})

test.each<[string, Partial<NotificationPreferences>, string, string]>([
  ['the next daily bundle is today', {}, '2026-01-10T05:00:00Z', '2026-01-10T07:00:00.000Z'],
  ['or tomorrow', {}, '2026-01-10T07:00:30Z', '2026-01-11T07:00:00.000Z'],
  ['the clock is put forward: 08:00 comes an hour earlier', {}, '2026-03-28T20:00:00Z', '2026-03-29T06:00:00.000Z'],
  ['the clock is put back: an hour later', {}, '2026-10-24T20:00:00Z', '2026-10-25T07:00:00.000Z'],
  [
    'a time that is skipped is when the clock jumps',
    { dailyAt: '02:30' },
    '2026-03-29T00:10:00Z',
    '2026-03-29T01:00:00.000Z',
  ],
  ['a time that comes twice is the first', { dailyAt: '02:30' }, '2026-10-25T00:10:00Z', '2026-10-25T00:30:00.000Z'],
  ['and not again an hour later', { dailyAt: '02:30' }, '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
  ['hourly', { frequency: 'hourly' }, '2026-01-10T05:20:10Z', '2026-01-10T06:00:00.000Z'],
  [
    'every four hours of the local day',
    { frequency: 'every-4-hours' },
    '2026-01-10T05:20:10Z',
    '2026-01-10T07:00:00.000Z',
  ],
  ['at once', { frequency: 'at-once' }, '2026-01-10T05:20:10Z', '2026-01-10T05:20:40.000Z'],
])('%s', (_, preferences, now, due) => {
  expect(shown(dueAt({ ...brussels, ...preferences }, 'later', 'major', at(now)))).toBe(due)
})

test.each<[string, NotificationPreferences, string, string]>([
  ['over midnight', quiet('22:00', '07:00'), '2026-01-10T22:30:00Z', '2026-01-11T06:00:00.000Z'],
  ['within a day', quiet('12:00', '13:00'), '2026-01-10T11:10:00Z', '2026-01-10T12:00:00.000Z'],
  ['not quiet', quiet('22:00', '07:00'), '2026-01-10T12:00:00Z', '2026-01-10T12:00:00.000Z'],
  ['the night is an hour shorter', quiet('22:00', '07:00'), '2026-03-28T22:30:00Z', '2026-03-29T05:00:00.000Z'],
  ['the night is an hour longer', quiet('22:00', '07:00'), '2026-10-24T22:30:00Z', '2026-10-25T06:00:00.000Z'],
  ['they end in the hour that is skipped', quiet('22:00', '02:30'), '2026-03-29T00:10:00Z', '2026-03-29T01:00:00.000Z'],
  [
    'they end in the hour that comes twice: the first time',
    quiet('22:00', '02:30'),
    '2026-10-25T00:10:00Z',
    '2026-10-25T00:30:00.000Z',
  ],
  [
    'and the second time it is quiet again',
    quiet('22:00', '02:30'),
    '2026-10-25T01:10:00Z',
    '2026-10-25T01:30:00.000Z',
  ],
  ['to the minute', quiet('22:00', '06:37'), '2026-01-10T22:30:00Z', '2026-01-11T05:37:00.000Z'],
])('quiet hours hold a bundle: %s', (_, preferences, now, sent) => {
  expect(shown(sendableAt(preferences, calm, 0, at(now)))).toBe(sent)
})

test('critical alerts pass quiet hours unless they are held, and a test always passes', () => {
  const now = at('2026-01-10T22:30:00Z')
  const critical = { ...calm, hasCritical: true }
  expect(isQuiet(quiet('22:00', '07:00'), now)).toBe(true)
  expect(sendableAt(quiet('22:00', '07:00'), critical, 0, now)).toBe(now)
  expect(sendableAt(quiet('22:00', '07:00', true), critical, 0, now)).toBeGreaterThan(now)
  expect(sendableAt(quiet('22:00', '07:00', true), { ...calm, isTest: true }, 999, now)).toBe(now)
})

test('critical alerts are gathered for ten seconds, others that go at once for thirty', () => {
  expect(dueAt(brussels, 'now', 'critical', 1_000)).toBe(11_000)
  expect(dueAt(brussels, 'now', 'major', 1_000)).toBe(31_000)
  expect(dueAt({ ...brussels, frequency: 'at-once' }, 'later', 'minor', 1_000)).toBe(31_000)
})

test('a storm waits until it is calm for half a minute, three minutes at most', () => {
  const now = at('2026-01-10T12:00:00Z')
  const storm = { ...calm, count: 60, beganAt: now - 40_000, lastAt: now - 1_000 }
  expect(sendableAt(brussels, storm, 0, now)).toBe(now + 29_000)
  expect(sendableAt(brussels, { ...storm, count: 49 }, 0, now)).toBe(now)
  expect(sendableAt(brussels, { ...storm, lastAt: now - 30_000 }, 0, now)).toBe(now)
  expect(sendableAt(brussels, { ...storm, beganAt: now - 170_000 }, 0, now)).toBe(now + 10_000)
  expect(sendableAt(brussels, { ...storm, beganAt: now - 180_000 }, 0, now)).toBe(now)
})

test('whose messages of the day are used up waits until tomorrow; critical alerts have as many again', () => {
  const now = at('2026-01-10T12:00:00Z')
  const midnight = '2026-01-10T23:00:00.000Z'
  const capped = { ...brussels, dailyCap: 5 }
  expect(sendableAt(capped, calm, 4, now)).toBe(now)
  expect(shown(sendableAt(capped, calm, 5, now))).toBe(midnight)
  expect(sendableAt(capped, { ...calm, hasCritical: true }, 9, now)).toBe(now)
  expect(shown(sendableAt(capped, { ...calm, hasCritical: true }, 10, now))).toBe(midnight)
})

test('attempts come less and less often, at least every quarter of an hour', () => {
  expect([1, 2, 3, 20].map((attempts) => retryAt(attempts, 0))).toEqual([10_000, 20_000, 40_000, 900_000])
})
