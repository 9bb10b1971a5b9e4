import { expect, test } from 'vitest'
import { faults, processFaults } from './catalogue.ts'
import type { Fault } from './fault.ts'
import { identityKey } from './identity-key.ts'
import { testFaults } from './test-faults.ts'

// Beside the other file: each waits for more than half of its time.
const campaign = testFaults(faults.filter((fault) => !processFaults.includes(fault)))

test('an invented acknowledgement is found as a loss', async () => {
  const nothing: Fault = { name: 'nothing', summary: 'no fault', ground: 'usual', inject: async () => {} }
  const verdict = await campaign.run(nothing, ({ reports }) => {
    const [own] = reports.values()
    const invented = { sent: 1, isAcknowledged: true, isBackfill: true, isDamaged: false, at: Date.now() }
    ;(own as Map<number, typeof invented>).set(identityKey(1, 1_000_000), invented)
  })
  expect(verdict.violations.map(({ rule, count }) => [rule, count])).toEqual([['lost', 1]])
})
