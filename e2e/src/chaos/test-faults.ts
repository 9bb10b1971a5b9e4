import { afterAll, expect, test } from 'vitest'
import { Campaign, reasonToSkip } from './campaign.ts'
import { type Fault, shortLengths } from './fault.ts'

const devices = 150

/**
 * One seed per fault, short; `npm run chaos` makes them in full and with as many seeds as one likes. For a test's file, which has
 * its own installations.
 */
export function testFaults(faults: readonly Fault[]): Campaign {
  const campaign = new Campaign({ seed: 1, devices, lengths: shortLengths })
  afterAll(() => campaign[Symbol.asyncDispose]())
  for (const fault of faults.filter(({ isLong }) => !isLong)) {
    test.skipIf(reasonToSkip(fault.ground) !== undefined)(`${fault.name}: ${fault.summary}`, async () => {
      const verdict = await campaign.run(fault)
      if (!fault.mustLose) expect(verdict.violations).toEqual([])
      expect(verdict.outcome).toBe('passed')
      expect(verdict.figures.acknowledged).toBeGreaterThan(devices)
    })
  }
  return campaign
}
