import { expect, test } from 'vitest'
import { compareIds } from './entry.ts'

test('stream ids compare by moment and then by number, not as text', () => {
  const sorted = ['0-0', '1-9', '1-10', '9-0', '10-0', '1700000000000-2', '1700000000000-10', '1700000000001-0']
  for (const [index, left] of sorted.entries()) {
    for (const [other, right] of sorted.entries()) {
      expect(Math.sign(compareIds(left, right))).toBe(Math.sign(index - other))
    }
  }
})
