import type { MaintenanceWindow } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { windowGroups, windowWords } from './window-words.ts'

const once = {
  startsAt: '2026-11-26T22:00:00.000Z',
  endsAt: '2026-11-27T02:00:00.000Z',
  repeats: 'never' as const,
  repeatsUntil: null,
}

describe('when a window is', () => {
  it('is said by the clock of its zone', () => {
    expect(windowWords(once, 'UTC')).toBe('Thu, 26 Nov 2026, 22:00 to Fri, 27 Nov 2026, 02:00')
    expect(windowWords(once, 'America/New_York')).toBe('Thu, 26 Nov 2026, 17:00 to 21:00')
  })

  it('is a weekday where it comes again, with the last day that it is on', () => {
    const weekly = { ...once, repeats: 'weekly' as const }
    expect(windowWords(weekly, 'UTC')).toBe('Every Thu 22:00 to Fri 02:00')
    expect(windowWords({ ...weekly, repeatsUntil: '2026-12-25T00:00:00.000Z' }, 'UTC')).toBe(
      'Every Thu 22:00 to Fri 02:00, until Thu, 24 Dec 2026',
    )
  })
})

it('windows are told apart by whether they run, come or are past', () => {
  const window = (id: number, state: MaintenanceWindow['state'], day: number): MaintenanceWindow => ({
    ...once,
    ...{ id, state, startsAt: `2026-11-${day}T22:00:00.000Z`, organisation: { id: 1, name: '' }, site: null },
    ...{ device: null, timeZone: 'UTC', reason: '', createdBy: '', createdAt: '' },
  })
  const groups = windowGroups([
    ...[window(1, 'over', 10), window(2, 'planned', 29), window(3, 'planned', 27), window(4, 'over', 12)],
    window(5, 'active', 26),
  ])
  expect(groups.map(({ name, windows }) => [name, windows.map(({ id }) => id)])).toEqual([
    ['Running now', [5]],
    ['Coming', [3, 2]],
    ['Past', [4, 1]],
  ])
  expect(windowGroups([])).toEqual([])
})
