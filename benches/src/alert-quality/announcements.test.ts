import type { Decision } from '@stellacontrol/alerts'
import type { AlertRule } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { announcedOf } from './announcements.ts'

const minute = 60_000
const rules = [{ id: 'donor-low', throttleMs: 60 * minute }] as AlertRule[]
const decision = (what: 'raise' | 'clear', minutes: number, more: Partial<Decision> = {}) =>
  ({ do: what, rule: 'donor-low', subject: 'B20', severity: 'minor', at: minutes * minute, ...more }) as Decision
const told = (decisions: Decision[]) => announcedOf(decisions, rules).map(({ at }) => at / minute)

test('what comes again inside the window is not told, and after it is', () => {
  const again = [decision('raise', 0), decision('clear', 10), decision('raise', 59), decision('clear', 59.5)]
  expect(told([...again, decision('raise', 61)])).toEqual([0, 61])
})

test('what is worse passes, and what is hidden is told once its cause is gone', () => {
  expect(told([decision('raise', 0), decision('clear', 1), decision('raise', 2, { severity: 'major' })])).toEqual([
    0, 2,
  ])
  expect(told([decision('raise', 0, { hiddenBy: 'mains-lost' }), decision('raise', 5)])).toEqual([5])
})
