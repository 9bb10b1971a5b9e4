import { afterAll, expect, test } from 'vitest'
import { Campaign, reasonToSkip } from './campaign.ts'
import { faults } from './catalogue.ts'
import { type Fault, shortLengths } from './fault.ts'
import { identityKey } from './identity-key.ts'

/** One seed per fault, short; `npm run chaos` makes them in full and with as many seeds as one likes. */
const devices = 150
const campaign = new Campaign({ seed: 1, devices, lengths: shortLengths })
afterAll(() => campaign[Symbol.asyncDispose]())

test('an invented acknowledgement is found as a loss', async () => {
  const nothing: Fault = { name: 'nothing', summary: 'no fault', ground: 'usual', inject: async () => {} }
  const verdict = await campaign.run(nothing, ({ reports }) => {
    const [own] = reports.values()
    const invented = { sent: 1, isAcknowledged: true, isBackfill: true, isDamaged: false, at: Date.now() }
    ;(own as Map<number, typeof invented>).set(identityKey(1, 1_000_000), invented)
  })
  expect(verdict.violations.map(({ rule, count }) => [rule, count])).toEqual([['lost', 1]])
})

for (const fault of faults.filter(({ isLong }) => !isLong)) {
  test.skipIf(reasonToSkip(fault.ground) !== undefined)(`${fault.name}: ${fault.summary}`, async () => {
    const verdict = await campaign.run(fault)
    if (!fault.mustLose) expect(verdict.violations).toEqual([])
    expect(verdict.outcome).toBe('passed')
    expect(verdict.figures.acknowledged).toBeGreaterThan(devices)
  })
}
