import type { AlertChange, AlertMessage, NotificationPreferences } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { directoryOf } from '../testing/directory.ts'
import { eventOf, madeAlert } from '../testing/made-alerts.ts'
import { decideEvent, decideLook } from './decide-telling.ts'
import type { DirectoryIndex, Place } from './directory-index.ts'
import { recipientsOf } from './recipients.ts'
import type { ToldIncident } from './told-incident.ts'

const start = Date.parse('2026-01-10T12:00:00Z')
const hourMs = 3_600_000
const alert = madeAlert({ at: new Date(start).toISOString() })
const event = (what: AlertChange, change = {}): AlertMessage => eventOf(what, 'A-0', alert, change)

function at(index: DirectoryIndex, now = start) {
  return { index, place: index.placeOf('A-0') as Place, now }
}

function raised(index: DirectoryIndex): ToldIncident {
  return decideEvent(undefined, event('raised'), at(index))?.after as ToldIncident
}

test.each<[string, string, number[]]>([
  ['a device: its organisation and those above', 'A-0', [1, 2, 3, 5]],
  ['a site: the same', 'site:30', [1, 2, 3, 5]],
  ["an area: the manufacturer's administrators", 'area:harbour', [1]],
  ['the platform: the same', 'platform:queue', [1]],
  ['what nobody knows: nobody', 'STRANGER', []],
])('who is told of %s', (_, serial, expected) => {
  const people = [1, 2, 3, 4].map((id) => ({
    id,
    at: id,
    role: id === 1 ? ('administrator' as const) : ('viewer' as const),
  }))
  const index = directoryOf([...people, { id: 5, at: 1, role: 'operator' }])
  const place = index.placeOf(serial)
  expect(place ? recipientsOf(index, place, alert).map(({ id }) => id) : []).toEqual(expected)
})

test.each<[string, Partial<NotificationPreferences>, boolean]>([
  ['severity below the least', { leastSeverity: 'critical' }, false],
  ['another class', { classes: ['quality'] }, false],
  ['another class, but this rule', { classes: ['quality'], rules: ['temperature-high'] }, true],
  ['this class', { classes: ['environment'] }, true],
  ['another site', { sites: [31] }, false],
  ['this site', { sites: [30] }, true],
  ['an organisation above', { organisations: [2] }, true],
  ['another organisation', { organisations: [4] }, false],
  ['no channel', { email: false }, false],
])('preferences: %s', (_, preferences, isTold) => {
  const index = directoryOf([{ id: 1, at: 1, preferences }])
  expect(recipientsOf(index, index.placeOf('A-0') as Place, alert)).toHaveLength(isTold ? 1 : 0)
})

test('an event that nobody is to hear of is not remembered, and one that was handled changes nothing', () => {
  const index = directoryOf([{ id: 3, at: 3 }])
  expect(decideEvent(undefined, event('raised', { isAnnounced: false }), at(index))).toBeUndefined()
  expect(decideEvent(raised(index), event('raised'), at(index))).toBeUndefined()
})

test('recovery is for those who were told and still may know', () => {
  const told = raised(
    directoryOf([
      { id: 2, at: 2 },
      { id: 3, at: 3 },
      { id: 5, at: 3, preferences: { leastSeverity: 'critical' } },
    ]),
  )
  const index = directoryOf([
    { id: 2, at: 4 },
    { id: 3, at: 3 },
    { id: 5, at: 3 },
  ])
  const cleared = event('cleared', { version: 2, state: 'cleared' })
  const decision = decideEvent(told, cleared, at(index, start + hourMs))
  expect(decision?.tellings.map((telling) => [telling.userId, telling.do])).toEqual([[3, 'settle']])
  expect(decision).toMatchObject({ lookAt: undefined, after: { told: {} } })
  expect(decideEvent(decision?.after, cleared, at(index))).toBeUndefined()
})

test('reminders come at the recurrence of the rule, to those who want them, and end', () => {
  const index = directoryOf([
    { id: 2, at: 2 },
    { id: 3, at: 3, preferences: { reminders: 'never' } },
  ])
  const first = decideEvent(undefined, event('raised'), at(index))
  expect(first?.lookAt).toBe(start + 24 * hourMs)
  const second = decideLook(first?.after as ToldIncident, at(index, start + 24 * hourMs))
  expect(second.tellings.map(({ userId, kind }) => [userId, kind])).toEqual([[2, 'reminder']])
  expect(second.lookAt).toBe(start + 48 * hourMs)
  // Those that were missed are not made up for.
  const late = decideLook(second.after, at(index, start + 99 * hourMs))
  expect(late.tellings).toHaveLength(1)
  expect(late.lookAt).toBe(start + 120 * hourMs)
  const last = decideLook({ ...late.after, reminders: 29 }, at(index, start + 30 * 24 * hourMs))
  expect(last.lookAt).toBeUndefined()
})

test.each<[string, Partial<AlertMessage['alert']>, number | undefined]>([
  ['acknowledged ends reminders', { state: 'acknowledged' }, undefined],
  [
    'shelved holds them until it ends',
    { state: 'shelved', shelvedUntil: new Date(start + 70 * hourMs).toISOString() },
    start + 70 * hourMs,
  ],
  [
    'shelved for less than that changes nothing',
    { state: 'shelved', shelvedUntil: new Date(start + hourMs).toISOString() },
    start + 24 * hourMs,
  ],
])('%s', (_, change, lookAt) => {
  const index = directoryOf([{ id: 3, at: 3 }])
  const message = event(change.state === 'shelved' ? 'shelved' : 'acknowledged', {
    ...change,
    version: 2,
    isAnnounced: false,
  })
  const decision = decideEvent(raised(index), message, at(index))
  expect(decision?.tellings.map((telling) => telling.do)).toEqual(['update'])
  expect(decision?.lookAt).toBe(lookAt)
})

test('what comes again after it was over begins anew: told, reminded and escalated from then on', () => {
  const escalation = [{ organisationId: 3, userId: 6, afterMinutes: 15 }]
  const index = directoryOf(
    [
      { id: 3, at: 3 },
      { id: 6, at: 2, preferences: { leastSeverity: 'critical' } },
    ],
    {
      escalation,
    },
  )
  const escalated = decideLook(raised(index), at(index, start + 15 * 60_000))
  expect(escalated.after).toMatchObject({ escalated: 1, announcedAt: start })
  const over = decideEvent(
    escalated.after,
    event('cleared', { version: 2, state: 'cleared' }),
    at(index, start + hourMs),
  )
  expect(over?.tellings.map(({ userId, toldAt }) => [userId, toldAt])).toEqual([
    [3, start],
    [6, start + 15 * 60_000],
  ])
  // Inside its window it is not announced: nobody is told, reminded or escalated to.
  const again = event('repeated', { version: 3, isAnnounced: false })
  const quiet = decideEvent(over?.after, again, at(index, start + 1.2 * hourMs))
  expect(quiet).toMatchObject({ tellings: [], lookAt: undefined })
  const announced = decideEvent(quiet?.after, event('raised', { version: 4 }), at(index, start + 2 * hourMs))
  expect(announced?.tellings.map(({ userId, do: what }) => [userId, what])).toEqual([[3, 'add']])
  expect(announced?.lookAt).toBe(start + 2 * hourMs + 15 * 60_000)
  expect(decideLook(announced?.after as ToldIncident, at(index, start + 2.5 * hourMs)).lookAt).toBe(start + 26 * hourMs)
})

test('where nobody chose to hear of it, the next person is told all the same, and nobody is reminded', () => {
  const escalation = [{ organisationId: 3, userId: 6, afterMinutes: 15 }]
  const index = directoryOf([{ id: 6, at: 3, preferences: { leastSeverity: 'critical' } }], { escalation })
  const first = decideEvent(undefined, event('raised'), at(index))
  expect(first).toMatchObject({ tellings: [], lookAt: start + 15 * 60_000 })
  const second = decideLook(first?.after as ToldIncident, at(index, start + 15 * 60_000))
  expect(second.tellings.map(({ userId }) => userId)).toEqual([6])
})

test('nobody acknowledges: the next person of the nearest list is told, one after the other', () => {
  const escalation = [
    { organisationId: 2, userId: 6, afterMinutes: 15 },
    { organisationId: 2, userId: 7, afterMinutes: 45 },
    { organisationId: 1, userId: 8, afterMinutes: 5 },
  ]
  const people = [3, 6, 7, 8].map((id) => ({
    id,
    at: id === 3 ? 3 : 2,
    preferences: { leastSeverity: 'critical' as const },
  }))
  const index = directoryOf([...people, { id: 9, at: 3 }], { escalation })
  const first = decideEvent(undefined, event('raised'), at(index))
  expect(first?.tellings.map(({ userId }) => userId)).toEqual([9])
  expect(first?.lookAt).toBe(start + 15 * 60_000)
  const second = decideLook(first?.after as ToldIncident, at(index, start + 15 * 60_000))
  expect(second.tellings.map(({ userId, kind, lane }) => [userId, kind, lane])).toEqual([[6, 'escalation', 'now']])
  const third = decideLook(second.after, at(index, start + 45 * 60_000))
  expect(third.tellings.map(({ userId }) => userId)).toEqual([7])
  expect(third.lookAt).toBe(start + 24 * hourMs)
  const acknowledged = event('acknowledged', { version: 2, state: 'acknowledged', isAnnounced: false })
  expect(decideEvent(second.after, acknowledged, at(index))?.lookAt).toBeUndefined()
})

test('an override of a rule changes how often its alerts remind', () => {
  const overrides = [
    {
      rule: 'temperature-high',
      scope: 'organisation' as const,
      scopeId: '3',
      changes: { recurrence: 'weekly' as const },
    },
  ]
  const index = directoryOf([{ id: 3, at: 3 }], { overrides })
  expect(decideEvent(undefined, event('raised'), at(index))?.lookAt).toBe(start + 7 * 24 * hourMs)
})
