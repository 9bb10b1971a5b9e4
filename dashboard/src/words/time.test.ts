import { describe, expect, it } from 'vitest'
import { formatDuration, formatLag, formatMoment, toMoment } from './time.ts'

describe('times for people', () => {
  it('stay in one unit that fits', () => {
    expect(formatDuration(40_000)).toBe('40 s')
    expect(formatDuration(27 * 60_000)).toBe('27 min')
    expect(formatDuration(26 * 3_600_000)).toBe('26 h')
    expect(formatDuration(6 * 86_400_000)).toBe('6 d')
  })

  it('do not go below nought when clocks disagree', () => {
    expect(formatDuration(-5_000)).toBe('0 s')
    expect(formatLag(-5)).toBe('0.0 s')
  })

  it('show a lag in tenths while it is short', () => {
    expect(formatLag(340)).toBe('0.3 s')
    expect(formatLag(42_000)).toBe('42 s')
  })

  it('are those of the site, not of the reader', () => {
    expect(formatMoment(Date.UTC(2026, 10, 23, 23, 30), 'Europe/Berlin')).toContain('24 Nov')
  })

  it('are absent when the moment cannot be read', () => {
    expect(toMoment('yesterday')).toBeUndefined()
    expect(toMoment(null)).toBeUndefined()
    expect(toMoment('2026-11-23T10:00:00Z')).toBe(Date.UTC(2026, 10, 23, 10))
  })
})
