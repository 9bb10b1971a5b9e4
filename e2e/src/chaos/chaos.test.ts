import { afterAll, describe, expect, test } from 'vitest'
import { faults } from './catalogue.ts'
import type { Evidence } from './evidence.ts'
import { type Fault, type Ground, shortLengths } from './fault.ts'
import { identityKey } from './identity-key.ts'
import { type Installation, openInstallation } from './installation.ts'
import { reasonToSkip } from './run-campaign.ts'
import { runFault } from './run-fault.ts'

/** One seed per fault, short; `npm run chaos` makes them in full and with as many seeds as one likes. */
const seed = 1
const devices = 150

describe.each<Ground>(['usual', 'small-disks', 'volatile-queue'])('on %s', (ground) => {
  const reason = reasonToSkip(ground)
  let installation: Installation | undefined
  afterAll(() => installation?.[Symbol.asyncDispose]())

  async function run(fault: Fault, alter: (evidence: Evidence) => void = () => {}) {
    installation ??= await openInstallation(ground, { devices, seed })
    return runFault(installation, fault, { seed, lengths: shortLengths, alter })
  }

  test.skipIf(reason !== undefined).each(faults.filter((fault) => fault.ground === ground))(
    '$name: $summary',
    async (fault) => {
      const verdict = await run(fault)
      expect(verdict.violations.filter(() => !fault.mustLose)).toEqual([])
      expect(verdict.outcome).toBe('passed')
      expect(verdict.figures.acknowledged).toBeGreaterThan(devices)
    },
  )

  test.runIf(ground === 'usual')('an invented acknowledgement is found as a loss', async () => {
    const nothing: Fault = { name: 'nothing', summary: 'no fault', ground, inject: async () => {} }
    const verdict = await run(nothing, ({ reports }) => {
      const [own] = reports.values()
      const invented = { sent: 1, isAcknowledged: true, isBackfill: true, isDamaged: false, at: Date.now() }
      ;(own as Map<number, typeof invented>).set(identityKey(1, 1_000_000), invented)
    })
    expect(verdict.violations.map(({ rule, count }) => [rule, count])).toEqual([['lost', 1]])
  })
})
