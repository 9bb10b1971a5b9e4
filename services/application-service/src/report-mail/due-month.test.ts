import { expect, test } from 'vitest'
import { dueMonth, monthBefore } from './due-month.ts'

const at = (moment: string) => Date.parse(moment)

test('a month is due from six in the morning of the first until the end of the seventh, UTC', () => {
  expect(dueMonth(at('2026-12-01T05:59:59.999Z'))).toBeUndefined()
  expect(dueMonth(at('2026-12-01T06:00:00Z'))).toEqual({
    ...{ month: '2026-11', endedAt: at('2026-12-01T00:00:00Z'), uselessAt: at('2026-12-08T00:00:00Z') },
  })
  expect(dueMonth(at('2026-12-07T23:59:59.999Z'))?.month).toBe('2026-11')
  expect(dueMonth(at('2026-12-08T00:00:00Z'))).toBeUndefined()
  expect(dueMonth(at('2026-11-30T23:00:00Z'))).toBeUndefined()
})

test('the month before January is December of the year before', () => {
  expect(dueMonth(at('2027-01-02T12:00:00Z'))?.month).toBe('2026-12')
  expect(monthBefore(at('2027-01-31T23:59:59Z'))).toBe('2026-12')
})
