import { ledgerSchema } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { allowanceHoursOf, balanceLedger, isSameMoment } from './balance-ledger.ts'

const reading = (partition: number, appended: number, stored: number, queued: number) => ({
  queue: { partition, appended, queued, expired: 2, oldestQueuedAt: queued > 0 ? 5_000 : undefined },
  history: { stored, duplicates: 1, setAside: 1 },
})

test('a ledger in which every entry has one fate is balanced, partition by partition', () => {
  const ledger = balanceLedger([reading(0, 100, 90, 6), reading(1, 14, 10, 0)], 8_000, 12.5)
  expect(ledgerSchema.parse(ledger)).toEqual(ledger)
  expect(ledger).toMatchObject({
    ...{ appended: 114, stored: 100, duplicates: 2, setAside: 2, expired: 4, queued: 6 },
    ...{ difference: 0, balanced: true, oldestQueuedMs: 3_000, allowanceHours: 12.5 },
  })
})

test('what one partition lacks and another has too much does not balance', () => {
  const ledger = balanceLedger([reading(0, 100, 89, 6), reading(1, 14, 11, 0)], 8_000, null)
  expect(ledger).toMatchObject({ difference: 0, balanced: false })
  expect(ledger.partitions.map(({ difference }) => difference)).toEqual([1, -1])
})

test('two readings are of one moment only if history committed nothing in between', () => {
  const row = { partition: 0, lastId: '5-1', stored: 3, duplicates: 0, setAside: 0 }
  expect(isSameMoment(row, { ...row })).toBe(true)
  expect(isSameMoment(row, { ...row, lastId: '5-2', stored: 4 })).toBe(false)
  expect(isSameMoment(undefined, row)).toBe(false)
  expect(isSameMoment(undefined, undefined)).toBe(true)
})

test('the outage allowance is free memory divided by what comes in', () => {
  const options = { maximumBytes: 7_200_000, usedBytes: 0, entriesPerSecond: 10, bytesPerEntry: 100 }
  expect(allowanceHoursOf(options)).toBe(2)
  expect(allowanceHoursOf({ ...options, usedBytes: 9_000_000 })).toBe(0)
  expect(allowanceHoursOf({ ...options, maximumBytes: 0 })).toBeNull()
  expect(allowanceHoursOf({ ...options, entriesPerSecond: 0 })).toBeNull()
})
