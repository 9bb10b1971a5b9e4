import { describe, expect, it } from 'vitest'
import { fromClock, isTimeZone, toClock } from './zoned-time.ts'

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())

describe('a time as a zone’s clock shows it', () => {
  it.each([
    ['2026-11-26T22:00', 'Europe/London', '2026-11-26T22:00:00.000Z'],
    ['2026-07-01T22:00', 'Europe/London', '2026-07-01T21:00:00.000Z'],
    ['2026-11-26T22:00', 'America/New_York', '2026-11-27T03:00:00.000Z'],
    ['2026-11-26T22:00', 'Asia/Kathmandu', '2026-11-26T16:15:00.000Z'],
    ['2026-03-29T12:00', 'Europe/Berlin', '2026-03-29T10:00:00.000Z'],
    ['2026-03-29T01:30', 'Europe/Berlin', '2026-03-29T00:30:00.000Z'],
    ['2026-10-25T12:00', 'Europe/Berlin', '2026-10-25T11:00:00.000Z'],
    ['2026-11-26T22:00', 'UTC', '2026-11-26T22:00:00.000Z'],
  ])('%s in %s is a moment, and back', (clock, timeZone, moment) => {
    expect(iso(fromClock(clock, timeZone))).toBe(moment)
    expect(toClock(Date.parse(moment), timeZone)).toBe(clock)
  })

  it('that is skipped in spring is as much later', () => {
    expect(iso(fromClock('2026-03-29T02:30', 'Europe/Berlin'))).toBe('2026-03-29T01:30:00.000Z')
    expect(iso(fromClock('2026-03-08T02:30', 'America/New_York'))).toBe('2026-03-08T07:30:00.000Z')
  })

  it('that comes twice in autumn is the first', () => {
    expect(iso(fromClock('2026-10-25T02:30', 'Europe/Berlin'))).toBe('2026-10-25T00:30:00.000Z')
    expect(iso(fromClock('2026-11-01T01:30', 'America/New_York'))).toBe('2026-11-01T05:30:00.000Z')
  })

  it('is none where the time or the zone is none', () => {
    expect(fromClock('', 'UTC')).toBeUndefined()
    expect(fromClock('2026-13-01T00:00', 'UTC')).toBeUndefined()
    expect(fromClock('2026-11-26T22:00', 'Mars/Olympus')).toBeUndefined()
    expect([isTimeZone('Europe/Berlin'), isTimeZone('')]).toEqual([true, false])
  })
})
