import { expect, it } from 'vitest'
import { stateWords } from './outbox-words.ts'

it('what is kept to be read is not said to wait for a server', () => {
  expect(stateWords({ kind: 'account', state: 'waiting' })).toBe('Waits')
  expect(stateWords({ kind: 'report', state: 'waiting' })).toBe('Waits')
  expect(stateWords({ kind: 'alerts', state: 'waiting' })).toBe('Kept here')
  expect(stateWords({ kind: 'sms', state: 'waiting' })).toBe('Kept here')
  expect(stateWords({ kind: 'account', state: 'failed' })).toBe('Not sent')
})
