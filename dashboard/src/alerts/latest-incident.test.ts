import type { Alert, Incident } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { groupsOf } from './incident-groups.ts'
import { stillMatches, waitingOf, withAlert } from './latest-incident.ts'

const incident = (id: string, given: Partial<Incident> = {}) =>
  ({
    ...{ id, version: 3, state: 'open', severity: 'major', raisedAt: '2026-11-23T12:00:00.000Z', parentId: null },
    ...{ text: 'hot', value: 71, threshold: 70, announced: true, acknowledgedAt: null, acknowledgedBy: null },
    ...given,
  }) as Incident
const alert = (given: Partial<Alert>) =>
  ({
    ...{ id: 'a', version: 4, state: 'open', severity: 'major', at: '2026-11-23T12:05:00.000Z', repeats: 1 },
    ...{ isAnnounced: false, text: 'hotter', ...given },
  }) as Alert

describe('an incident and what the bus says of it', () => {
  it('takes over what is newer, and keeps what the bus does not know', () => {
    const known = incident('a', { assignee: { id: 1, name: 'Ines' } })
    const latest = withAlert(known, alert({ severity: 'critical', value: 76 }))
    expect(latest).toMatchObject({ version: 4, severity: 'critical', value: 76, text: 'hotter', threshold: 70 })
    expect(latest).toMatchObject({ announced: true, assignee: { name: 'Ines' }, repeats: 1 })
  })

  it('ignores what is as old as itself, or older', () => {
    const known = incident('a')
    expect(withAlert(known, alert({ version: 3 }))).toBe(known)
    expect(withAlert(known, undefined)).toBe(known)
  })

  it('remembers when and by whom it was acknowledged, also when it comes again', () => {
    const first = withAlert(incident('a'), alert({ state: 'acknowledged', by: 'ines@example.com' }))
    expect(first).toMatchObject({ acknowledgedBy: 'ines@example.com', acknowledgedAt: '2026-11-23T12:05:00.000Z' })
    const again = withAlert(first, alert({ version: 5, state: 'acknowledged', at: '2026-11-23T13:00:00.000Z' }))
    expect(again).toMatchObject({ acknowledgedBy: 'ines@example.com', acknowledgedAt: '2026-11-23T12:05:00.000Z' })
  })
})

describe('what waits to be let in', () => {
  const at = (minute: number) => ({ raisedAt: `2026-11-23T12:${minute}:00.000Z` })
  const shown = [incident('b', at(30)), incident('a', at(20))]

  it('counts what is missing, and what no longer belongs here', () => {
    const fresh = [incident('c', at(40)), ...shown]
    expect(waitingOf(shown, false, fresh, {})).toEqual({ arrived: 1, left: 0 })
    const changed = [incident('b', { ...at(30), state: 'acknowledged' }), incident('a', at(20))]
    expect(waitingOf(changed, false, [], {})).toEqual({ arrived: 0, left: 1 })
    expect(waitingOf(changed, false, [], { state: 'any' }).left).toBe(0)
  })

  it('does not take a row of a page that is not loaded yet for a new one', () => {
    const fresh = [...shown, incident('older', at(10))]
    expect(waitingOf(shown, true, fresh, {}).arrived).toBe(0)
    expect(waitingOf(shown, false, fresh, {}).arrived).toBe(1)
    const worse = [incident('worse', { ...at(10), severity: 'critical' }), ...shown]
    expect(waitingOf(shown, true, worse, {}).arrived).toBe(1)
    expect(waitingOf(shown, true, worse, { sort: 'raisedAt' }).arrived).toBe(0)
  })

  it('lets go what another incident explains by now, unless that is what is shown', () => {
    const joined = incident('a', { parentId: 'site' })
    expect(stillMatches(joined, {})).toBe(false)
    expect(stillMatches(joined, { parentId: 'site' })).toBe(true)
    expect(stillMatches(joined, { device: 'HN01' })).toBe(true)
    expect(stillMatches(incident('a'), { severity: ['minor'] })).toBe(false)
  })
})

describe('the groups of the list', () => {
  it('have a heading per severity with their number, open-ended where the list goes on', () => {
    const rows = [incident('a', { severity: 'critical' }), incident('b'), incident('c')]
    const groups = groupsOf(rows, ['critical', 'major', 'major'], undefined, true)
    expect(groups.map(({ heading }) => `${heading?.word} ${heading?.note}`)).toEqual([
      'Critical act now, 1',
      'Major act today, 2+',
    ])
    expect(groups[1]?.rows.map(({ index }) => index)).toEqual([1, 2])
  })

  it('leave a row that became worse where it is until the list is loaded anew', () => {
    const rows = [incident('a'), incident('b', { severity: 'critical' }), incident('c')]
    expect(groupsOf(rows, ['major', 'major', 'major'], undefined, false)).toHaveLength(1)
  })

  it('are one without a heading where the newest come first', () => {
    const [group] = groupsOf([incident('a'), incident('b', { severity: 'minor' })], [], 'raisedAt', false)
    expect(group).toMatchObject({ heading: undefined, rows: [{ index: 0 }, { index: 1 }] })
  })
})
