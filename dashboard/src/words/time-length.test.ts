import { describe, expect, it } from 'vitest'
import { formatLength, parseLength } from './time-length.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

describe('a length of time', () => {
  it.each([
    ['10 min', 10 * minuteMs],
    ['2h 30m', 2.5 * hourMs],
    ['1,5 d', 36 * hourMs],
    ['90 seconds', 90_000],
    ['1 week', 7 * 24 * hourMs],
    [' 0 ', 0],
    ['0 s', 0],
  ])('is read as people type it: %s', (text, lengthMs) => {
    expect(parseLength(text)).toBe(lengthMs)
  })

  it.each(['', 'soon', '10', '10 parsecs', '-5 min', '5 min later', 'min 5', '1.2.3 h'])(
    'is not guessed: "%s"',
    (text) => {
      expect(parseLength(text)).toBeUndefined()
    },
  )

  it.each([0, 90_000, 10 * minuteMs, 26.5 * hourMs, 31 * 24 * hourMs])('comes back as it was: %d ms', (lengthMs) => {
    expect(parseLength(formatLength(lengthMs))).toBe(lengthMs)
  })

  it('names no unit that is nought', () => {
    expect(formatLength(26 * hourMs)).toBe('1 d 2 h')
    expect(formatLength(minuteMs + 1000)).toBe('1 min 1 s')
    expect(formatLength(0)).toBe('0 s')
  })
})
