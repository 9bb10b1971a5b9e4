import { expect, test } from 'vitest'
import { bundleOf } from '../bundle/bundle.ts'
import { groupBundle } from '../bundle/group-bundle.ts'
import { directoryOf } from '../testing/directory.ts'
import { eventOf, madeAlert } from '../testing/made-alerts.ts'
import type { BundleItem } from '../who/told-incident.ts'
import { smsOutcomeOf } from './send-sms.ts'
import { segmentsOf, smsText } from './sms-text.ts'

const now = Date.parse('2026-01-10T13:30:00Z')
const at = '2026-01-10T13:05:00Z'
const facts = { isTest: false, notices: [], timeZone: 'UTC', publicUrl: 'https://stella.example', now }
const groupedOf = (items: BundleItem[]) => groupBundle({ ...bundleOf(new Map()), items }, directoryOf([]))
const item = (given: Parameters<typeof madeAlert>[0] = {}, kind: BundleItem['kind'] = 'raised', serial = 'A-0') => ({
  kind,
  ...eventOf('raised', serial, madeAlert({ at, since: at, raisedAt: at, id: 'incident-1', ...given })),
})

test('a text message says what, where, since when, and where to go on', () => {
  expect(smsText(groupedOf([item()]), facts)).toBe(
    'StellaControl MAJOR: Board temperature 76.4 C, above 75 C. Booster 0, Northquay Exchange, since 13:05. ' +
      'https://stella.example/alerts?incident=incident-1',
  )
  const two = [item(), item({}, 'raised', 'A-2'), item({ rule: 'x', ruleName: 'X', severity: 'minor' })]
  expect(smsText(groupedOf(two), { ...facts, notices: ['Last message today'] })).toBe(
    'StellaControl MAJOR: Temperature exceeded on 2 devices. Northquay Exchange. +1 more. Last message today. https://stella.example/alerts',
  )
  expect(smsText(groupedOf([item({}, 'cleared')]), facts)).toBe('StellaControl OVER: Booster 0, Temperature exceeded.')
  expect(smsText(groupedOf([]), facts)).toBe('')
})

test('it is never more than two parts, and keeps its end', () => {
  for (const word of ['A very long word. ', 'Zażółć gęślą jaźń. ', '🔥']) {
    const text = smsText(groupedOf([item({ text: word.repeat(60) })]), facts)
    expect(segmentsOf(text)).toBe(2)
    expect(text).toMatch(/since 13:05\. https:\/\/stella\.example\/alerts\?incident=incident-1$/)
  }
})

test.each([
  ['a'.repeat(160), 1],
  ['a'.repeat(161), 2],
  ['€'.repeat(80), 1],
  ['€'.repeat(81), 2],
  ['ł'.repeat(70), 1],
  ['ł'.repeat(71), 2],
  ['🔥'.repeat(35), 1],
  ['🔥'.repeat(36), 2],
])('%s is paid for as %i parts', (text, parts) => {
  expect(segmentsOf(text)).toBe(parts)
})

test.each([
  [201, null, 'sent'],
  [429, '7', 'later'],
  [503, null, 'later'],
  [401, null, 'later'],
  [400, null, 'refused'],
  [500, null, 'unclear'],
])('a gateway that answers %i means %s%s', (status, retryAfter, kind) => {
  expect(smsOutcomeOf(status, retryAfter, '').kind).toBe(kind)
  if (retryAfter !== null) expect(smsOutcomeOf(status, retryAfter, '')).toMatchObject({ afterMs: 7_000 })
})
