import { expect, it } from 'vitest'
import { browserOf } from './browser-words.ts'

it('a browser is named by what it is, not by all that it claims to be', () => {
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0'
  expect(browserOf(edge)).toBe('Edge on Windows')
  expect(browserOf('stella-cli 1.0')).toBe('stella-cli 1.0')
  expect(browserOf('')).toBe('Unknown browser')
})
