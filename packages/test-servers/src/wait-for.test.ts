import { expect, test } from 'vitest'
import { waitFor } from './wait-for.ts'

test('the answer of a condition that comes true is returned', async () => {
  let asked = 0
  const answer = await waitFor(() => {
    asked += 1
    return asked === 3 ? 'yes' : undefined
  })
  expect(answer).toBe('yes')
})

test('a condition that stays false fails with its words and the last error', async () => {
  const wait = waitFor(
    () => {
      throw new Error('not there')
    },
    { deadlineMs: 50, what: 'the moon' },
  )
  await expect(wait).rejects.toThrow('waited 50 ms for the moon: not there')
})
