import { HistoryDataError } from '@stellacontrol/database'
import { expect, test } from 'vitest'
import { isEntryToBlame } from './history.ts'

test.each<[string, unknown, boolean]>([
  ['a value that PostgreSQL refuses', new HistoryDataError(new Error('out of range')), true],
  ['a number that fits into no column', new RangeError('must be >= -32768'), true],
  ['a report that our code does not understand', new TypeError('not iterable'), true],
  ['a server that went away', Object.assign(new Error('terminating connection'), { code: '57P01' }), false],
  ['a full disk', Object.assign(new Error('could not extend file'), { code: '53100' }), false],
  ['a table that does not exist yet', Object.assign(new Error('relation does not exist'), { code: '42P01' }), false],
  ['anything unknown', new Error('what?'), false],
])('%s: are the entries to blame?', (_, error, isToBlame) => {
  expect(isEntryToBlame(error)).toBe(isToBlame)
})
