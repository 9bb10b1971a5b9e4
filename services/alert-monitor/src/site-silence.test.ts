import { expect, test } from 'vitest'
import { countSilent, isDark } from './site-silence.ts'

const minute = 60_000
const now = 1_000 * minute
const heard = (agoMinutes: number) => ({ at: now - agoMinutes * minute, intervalMs: 10 * minute })

test('a site is dark when four in five fell silent within one interval of each other, two at least', () => {
  const at = now - 60 * minute
  const dark = (...ago: number[]) => isDark(countSilent(ago.map(heard), at, now))
  expect(dark(60, 55, 58, 52, 5)).toBe(true)
  expect(dark(60, 55, 58, 5, 5)).toBe(false)
  expect(dark(60)).toBe(false)
  expect(dark(60, 58)).toBe(true)
  // Silent since last week, by itself.
  expect(dark(60, 10_000)).toBe(false)
})

test('devices that never reported are nobody’s evidence', () => {
  expect(countSilent([undefined, heard(60), heard(60)], now - 60 * minute, now)).toEqual({
    ...{ known: 2, silent: 2, together: 2 },
  })
})
