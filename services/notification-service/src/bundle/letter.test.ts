import { expect, test } from 'vitest'
import { directoryOf } from '../testing/directory.ts'
import { eventOf, madeAlert } from '../testing/made-alerts.ts'
import type { BundleItem, ItemKind } from '../who/told-incident.ts'
import { type Bundle, bundleOf, factsOf } from './bundle.ts'
import { groupBundle } from './group-bundle.ts'
import { type LetterFacts, writeLetter } from './letter.ts'

const now = Date.parse('2026-01-10T13:30:00Z')
const since = '2026-01-10T13:05:00Z'
const index = directoryOf([])

function item(kind: ItemKind, serial: string, given: Parameters<typeof madeAlert>[0] = {}): BundleItem {
  return { kind, ...eventOf('raised', serial, madeAlert({ since, raisedAt: since, at: since, ...given })) }
}

function letterOf(bundle: Partial<Bundle>, given: Partial<LetterFacts> = {}) {
  const grouped = groupBundle({ ...bundleOf(new Map()), ...bundle }, index)
  const facts = {
    grouped,
    notices: [],
    isTest: false,
    timeZone: 'Europe/Brussels',
    publicUrl: 'https://stella.example/',
  }
  return writeLetter({ ...facts, now, ...given })
}

test('one alert says what, where, since when, what to do, and where to go on, in that order', () => {
  const alert = item('raised', 'A-0', { severity: 'critical', id: 'incident-1' })
  const { subject, text, html } = letterOf({ items: [alert] })
  expect(subject).toBe('Critical: Board temperature 76.4 °C, above 75 °C, Booster 0, Northquay Exchange')
  expect(text).toBe(`CRITICAL: Board temperature 76.4 °C, above 75 °C
Where: Booster 0 (A-0), Northquay Exchange
Since: 14:05
What to do: Check cooling and airflow.
Open this alert: https://stella.example/alerts?incident=incident-1

All alerts: https://stella.example/alerts
What you are told, and how: https://stella.example/account/notifications
Times are those of Europe/Brussels.
`)
  const words = ['Board temperature', 'Booster 0', 'Since 14:05', 'Check cooling', 'alerts?incident=incident-1']
  const places = words.map((word) => html.indexOf(word))
  expect(places).toEqual([...places].sort((one, other) => one - other))
  expect(places[0]).toBeGreaterThan(0)
})

test('several are by site and cause, worst first, each with what to do once', () => {
  const fan = { rule: 'fan-stopped', ruleName: 'Fan stopped', severity: 'critical', text: 'Fan stopped' } as const
  const items = [
    item('raised', 'A-1'),
    item('reminder', 'A-3', { since: '2026-01-08T22:15:00Z', raisedAt: '2026-01-08T22:15:00Z' }),
    item('raised', 'A-0', { ...fan, advice: 'Replace the fan.' }),
    item('escalation', 'A-5', { rule: 'mains-lost', ruleName: 'Mains lost', text: 'Mains lost', state: 'open' }),
  ]
  const { subject, text } = letterOf({ items }, { publicUrl: undefined })
  expect(subject).toBe('4 alerts at 2 sites: Fan stopped')
  expect(text).toBe(`Northquay Exchange
------------------

CRITICAL: Fan stopped
Where: Booster 0 (A-0)
Since: 14:05
What to do: Replace the fan.

Northquay Depot: 3 alerts
-------------------------

MAJOR: Temperature exceeded on 2 devices
- Booster 3 (A-3): Board temperature 76.4 °C, above 75 °C, since Thu 8 Jan, 23:15, still on
- Booster 1 (A-1): Board temperature 76.4 °C, above 75 °C, since 14:05
What to do: Check cooling and airflow.

MAJOR, NOBODY HAS ACKNOWLEDGED IT: Mains lost
Where: Booster 5 (A-5)
Since: 14:05
What to do: Check cooling and airflow.

Times are those of Europe/Brussels.
`)
})

test('what is over is one line each, and says so at first where nothing is on', () => {
  const over = item('cleared', 'A-0', { state: 'cleared', clearedAt: '2026-01-10T13:17:00Z' })
  const { subject, text } = letterOf({ items: [over] })
  expect(subject).toBe('Over: Temperature exceeded: Booster 0')
  expect(text.split('\n')[0]).toBe('Nothing to do: what you were told of is over.')
  expect(text).toContain('- Booster 0: Temperature exceeded, over after 12 min')
  expect(letterOf({ items: [over, item('raised', 'A-2')] }).text).not.toContain('Nothing to do')
})

test('a storm is counted by site and cause, also what was too much to keep; what is so many may be critical', () => {
  const fields = new Map([
    ['more:raised:30|device-offline|critical', '4000'],
    ['more:raised:31|device-offline|critical', '5800'],
    ['more:raised:other', '5'],
    ['more:cleared:30|device-offline|critical', '7'],
    ['more:notice:notice', '3'],
  ])
  const offline = {
    rule: 'device-offline',
    ruleName: 'Device offline',
    text: 'No report for 1 h',
    severity: 'critical',
  } as const
  const items = Array.from({ length: 200 }, () => item('raised', 'A-0', offline))
  const bundle = { ...bundleOf(fields), items }
  expect(factsOf(bundleOf(fields)).hasCritical).toBe(true)
  expect(factsOf(bundleOf(new Map([['more:raised:30|fan-slow|minor', '9']]))).hasCritical).toBe(false)
  expect(factsOf(bundleOf(new Map([['more:cleared:30|fan-slow|critical', '9']]))).hasCritical).toBe(false)
  const { subject, text, html } = letterOf(bundle, { notices: bundle.notices })
  expect(subject).toBe('10,005 alerts at 3 sites: Device offline on 5,800 devices')
  expect(text.split('\n').slice(0, 3)).toEqual([
    '10,005 alerts at 3 sites, the first since 14:05: too many to list one by one.',
    'Look first at Northquay Depot.',
    'What to do: Check cooling and airflow.',
  ])
  expect(text).toContain('CRITICAL Device offline: 4,200 devices')
  expect(text).toContain('CRITICAL Further alerts: 5 devices')
  expect(text).toContain('- 7 more')
  expect(text).toContain('There were 3 further notices')
  expect(html.length).toBeLessThan(5_000)
})

test('what others wrote is text in the HTML, and one line in subject and text', () => {
  const alert = item('raised', 'A-0', { text: '<script>alert(1)</script>\r\nBcc: a@b.example', advice: '<b>"x"</b>' })
  const { subject, text, html } = letterOf({ items: [alert] }, { notices: ['<i>note</i>'] })
  for (const tag of ['<script>', '<b>"x"', '<i>']) expect(html).not.toContain(tag)
  expect(`${subject}${text}`).not.toMatch(/\nBcc/)
  expect(subject.length).toBeLessThanOrEqual(110)
})

test('a test and a notice say what they are', () => {
  expect(letterOf({}, { isTest: true }).subject).toBe('A test from StellaControl: your alerts arrive')
  const notice = letterOf({}, { notices: ['Mails to a@example.com are refused.'] })
  expect([notice.subject, notice.text.split('\n')[0]]).toEqual(Array(2).fill('Mails to a@example.com are refused.'))
})
