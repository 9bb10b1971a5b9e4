import { expect, test } from 'vitest'
import { cause, followGain, limitGain, rippleDb } from './power-chain.ts'

const calm = {
  gainSetDb: 60,
  gainHardwareDb: 75,
  inputDbm: -65,
  checkedIsolationDb: 95,
  outputMaximumDbm: 18,
  foldbackDb: 0,
  isStandby: false,
}

test.each([
  ['nothing limits a gain that is set low', {}, 60, cause.none],
  ['a gain set too high ends at the hardware', { gainSetDb: 80 }, 75, cause.hardware],
  ['15 dB of the isolation must remain', { checkedIsolationDb: 70 }, 55, cause.isolation],
  ['gain and composite donor level add up to 10 at most', { inputDbm: -45 }, 55, cause.regulatory],
  ['the output limit holds where it is lower', { outputMaximumDbm: -10 }, 55, cause.alc],
  ["a very strong donor is the input attenuator's work", { inputDbm: -14 }, 24, cause.agc],
  ['heat takes its part', { foldbackDb: 6 }, 54, cause.temperature],
  ['an idle band stands by', { isStandby: true }, 39, cause.standby],
  ['standby never raises a gain', { isStandby: true, checkedIsolationDb: 45 }, 30, cause.isolation],
] as const)('%s', (_name, change, targetDb, expected) => {
  const limit = limitGain({ ...calm, ...change })
  expect(limit.targetDb).toBeCloseTo(targetDb)
  expect(limit.cause).toBe(expected)
})

test('with -65 dBm in and an output of 15 dBm the gain is 80 dB, as in the worked example of R-Tron', () => {
  const wide = {
    ...calm,
    gainSetDb: 100,
    gainHardwareDb: 100,
    checkedIsolationDb: 120,
    inputDbm: -75,
    outputMaximumDbm: 5,
  }
  expect(limitGain(wide)).toMatchObject({ targetDb: 80, cause: cause.alc })
})

test('the gain falls within seconds and rises within a minute', () => {
  expect(followGain(60, 50, 2_000)).toBeCloseTo(50 + 10 / Math.E)
  expect(followGain(50, 60, 60_000)).toBeCloseTo(60 - 10 / Math.E)
  expect(followGain(50, 60, 600_000)).toBeCloseTo(60, 2)
})

test('ripple grows as the isolation margin shrinks', () => {
  expect(rippleDb(60, 80)).toBeCloseTo(1.7, 1)
  expect(rippleDb(60, 75)).toBeCloseTo(3.1, 1)
  expect(rippleDb(60, 70)).toBeCloseTo(5.7, 1)
})
