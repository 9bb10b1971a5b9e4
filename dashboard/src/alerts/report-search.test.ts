import { describe, expect, it } from 'vitest'
import { monthAfter, monthOf, monthsToChoose, parseReportSearch, reportedFirst } from './report-search.ts'

const now = Date.parse('2027-01-31T23:59:59Z')

describe('the address of a report', () => {
  it('is read, and what is malformed is left out', () => {
    expect(parseReportSearch({ organisation: '11', month: '2026-11' })).toEqual({ organisation: 11, month: '2026-11' })
    expect(parseReportSearch({ organisation: 'x', month: '2026-13' })).toEqual({})
    expect(parseReportSearch({ month: '1999-11' })).toEqual({})
  })
})

describe('months', () => {
  it('go over the end of a year, whatever the day', () => {
    expect(monthOf(now)).toBe('2027-01')
    expect(monthOf(now, -1)).toBe('2026-12')
    expect(monthAfter('2026-12', 1)).toBe('2027-01')
    expect(monthAfter('2027-01', -1)).toBe('2026-12')
  })

  it('are offered from the present one back, with the one that is shown', () => {
    const months = monthsToChoose(now, '2026-11')
    expect([months.length, months[0], months.at(-1)]).toEqual([24, '2027-01', '2025-02'])
    expect(monthsToChoose(now, '2024-03').at(-1)).toBe('2024-03')
    expect(monthsToChoose(now, '2027-05')[0]).toBe('2027-05')
  })
})

it('of several organisations the own one comes first if it has boosters', () => {
  const organisations = [
    { id: 1, devices: 0 },
    { id: 2, devices: 5 },
    { id: 3, devices: 7 },
  ]
  expect(reportedFirst(organisations, 3)).toBe(3)
  expect(reportedFirst(organisations, 1)).toBe(2)
  expect(reportedFirst([{ id: 1, devices: 0 }], 1)).toBe(1)
  expect(reportedFirst([], 1)).toBeUndefined()
})
