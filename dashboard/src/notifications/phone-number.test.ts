import { expect, it } from 'vitest'
import { phoneOf } from './phone-number.ts'

it('a number is read as people write it', () => {
  expect(phoneOf('+32 2 555-01.00')).toBe('+3225550100')
  expect(phoneOf('0032 (2) 555/0100')).toBe('+3225550100')
  expect(phoneOf('  ')).toBeNull()
  expect(phoneOf('call me')).toBe('callme')
})
