import { expect, test } from 'vitest'
import { Random } from '../random.ts'
import {
  autocorrelation,
  booster,
  deviation,
  hospital,
  makeDevice,
  mean,
  statusOf,
  tuesdayMorning,
  watch,
} from '../testing/devices.ts'
import { Fading, type FadingSpecification, rareEvent, rsrpFading, rsrqFading, sinrFading, slowNoise } from './noise.ts'

const minuteMs = 60_000
const hourMs = 3_600_000

function fadingSeries(specification: FadingSpecification, stepMs: number, count: number): number[] {
  const random = new Random(7)
  const fading = new Fading(specification, random)
  return Array.from({ length: count }, () => {
    fading.step(stepMs, random)
    return fading.average
  })
}

test.each([
  ['RSRP', rsrpFading, 1.44, [0.88, 0.69, 0.4, 0.23, 0.06]],
  ['RSRQ', rsrqFading, 2.14, [0.74, 0.34, 0.15, 0.1]],
  ['SINR', sinrFading, 3.7, [0.64, 0.21, 0.13]],
] as const)('fast %s moves as in the recordings of devices at rest', (_name, specification, sd, correlations) => {
  const values = fadingSeries(specification, 1_000, 200_000)
  expect(deviation(values)).toBeCloseTo(sd, 1)
  const lags = [1, 5, 30, 60, 300]
  for (const [index, expected] of correlations.entries()) {
    expect(Math.abs(autocorrelation(values, lags[index] ?? 1) - expected)).toBeLessThan(0.07)
  }
})

test('RSRP changes by about 0.74 dB from one second to the next', () => {
  const values = fadingSeries(rsrpFading, 1_000, 100_000)
  expect(deviation(values.slice(1).map((value, index) => value - (values[index] ?? 0)))).toBeCloseTo(0.74, 1)
})

test('an average over ten minutes is calmer than one second, and its extremes lie further away', () => {
  const seconds = fadingSeries(rsrpFading, 1_000, 60_000)
  const means = Array.from({ length: 100 }, (_, index) => mean(seconds.slice(index * 600, index * 600 + 600)))
  const averages = fadingSeries(rsrpFading, 10 * minuteMs, 5_000)
  expect(Math.abs(deviation(averages) - deviation(means))).toBeLessThan(0.12)
  const random = new Random(7)
  const fading = new Fading(rsrpFading, random)
  fading.step(10 * minuteMs, random)
  expect(fading.above).toBeGreaterThan(2.5)
  expect(fading.above).toBeLessThan(7)
})

test('slow change has the same deviation between its grid points, and no memory of where it began', () => {
  const values = Array.from({ length: 20_000 }, (_, index) => slowNoise(5, index * 0.31 * hourMs, hourMs))
  expect(deviation(values)).toBeCloseTo(1, 1)
  expect(slowNoise(5, tuesdayMorning, hourMs)).toBe(slowNoise(5, tuesdayMorning, hourMs))
})

test('rare events come as often, and last as long, as they should', () => {
  const events = { slotMs: 24 * hourMs, chance: 1 / 20, medianDurationMs: 15 * minuteMs, durationSpread: 0.7 }
  let begun = 0
  let minutes = 0
  const days = 20_000
  for (let minute = 0, was = false; minute < days * 1_440; minute += 3) {
    const is = rareEvent(3, minute * minuteMs, events) !== undefined
    if (is && !was) begun += 1
    if (is) minutes += 3
    was = is
  }
  expect(begun / days).toBeGreaterThan(0.042)
  expect(begun / days).toBeLessThan(0.058)
  expect(minutes / begun).toBeGreaterThan(15)
  expect(minutes / begun).toBeLessThan(24)
})

test('the donor level of a device, second by second, has the deviation and the memory of the recordings', () => {
  const device = makeDevice()
  const values = watch(device, 2 * hourMs, 1_000, ({ bands }) => bands[0]?.rsrpDbm ?? 0)
  const detrended = values
    .slice(60)
    .map((value, index) => value - mean(values.slice(Math.max(0, index - 300), index + 420)))
  expect(deviation(detrended)).toBeGreaterThan(1.1)
  expect(deviation(detrended)).toBeLessThan(1.7)
  expect(autocorrelation(detrended, 1)).toBeGreaterThan(0.8)
  expect(Math.abs(autocorrelation(detrended, 300))).toBeLessThan(0.25)
})

test('boards of indoor devices settle between 45 and 60 degrees', () => {
  const settled = Array.from({ length: 60 }, (_, fleetSeed) => {
    const device = makeDevice({ fleetSeed })
    watch(device, 4 * hourMs, 10 * minuteMs, () => undefined)
    return device.boardCelsius
  })
  expect(Math.min(...settled)).toBeGreaterThan(42)
  expect(Math.max(...settled)).toBeLessThan(60)
  expect(mean(settled)).toBeGreaterThan(45)
})

test('the same seed and the same moments give the same bytes, another seed others', () => {
  const run = (fleetSeed: number): string => {
    const device = makeDevice({ fleetSeed })
    return JSON.stringify(watch(device, hourMs, minuteMs, statusOf))
  }
  expect(run(4)).toBe(run(4))
  expect(run(4)).not.toBe(run(5))
})

test('what a device measures does not depend on the devices beside it', () => {
  const alone = makeDevice({ fleetSeed: 4 })
  const values = watch(alone, hourMs, 10_000, statusOf)
  const accompanied = makeDevice({ fleetSeed: 4 })
  const neighbour = makeDevice({ fleetSeed: 9, at: tuesdayMorning + 77 })
  const besides = watch(accompanied, hourMs, 10_000, (device) => {
    neighbour.stepTo(neighbour.at + 10_050)
    return statusOf(device)
  })
  expect(besides).toEqual(values)
})

test('a second model of a device goes on where the first one ended', () => {
  const first = makeDevice({ at: tuesdayMorning - 24 * hourMs })
  watch(first, 24 * hourMs, 10 * minuteMs, () => undefined)
  const second = makeDevice()
  for (const [index, band] of first.bands.entries()) {
    const other = second.bands[index]
    expect(band.installation.gainSetDb).toBe(other?.installation.gainSetDb)
    expect(Math.abs(band.isolationDb - (other?.isolationDb ?? 0))).toBeLessThan(0.01)
    expect(Math.abs((band.rsrpDbm ?? 0) - (other?.rsrpDbm ?? 0))).toBeLessThan(6)
  }
  expect(Math.abs(first.boardCelsius - second.boardCelsius)).toBeLessThan(3)
})

test('most of a healthy fleet has nothing to complain about by day', () => {
  let findings = 0
  for (let fleetSeed = 0; fleetSeed < 150; fleetSeed++) {
    const device = makeDevice({ fleetSeed })
    watch(device, 10 * minuteMs, 10_000, () => undefined)
    findings += statusOf(device).severity === 'normal' ? 0 : 1
  }
  expect(findings).toBeLessThan(15)
})

test('at night the bands of an office stand by, and by day they work', () => {
  const office = { ...hospital, kind: 'office' as const }
  const states = (at: number): string[] => {
    const device = makeDevice({ site: office, at: at - hourMs })
    watch(device, hourMs, 10_000, () => undefined)
    return statusOf(device).bands.map(({ state }) => state)
  }
  expect(states(Date.UTC(2026, 10, 24, 23))).toContain('standby')
  expect(states(Date.UTC(2026, 10, 24, 23)).filter((state) => state === 'standby').length).toBeGreaterThanOrEqual(4)
  expect(states(tuesdayMorning).filter((state) => state === 'active').length).toBeGreaterThanOrEqual(3)
})

test('a fixed device without a fault never reports a value that cannot be true', () => {
  const device = makeDevice({ device: { ...booster, model: 'iR6' } })
  const implausible = watch(device, 48 * hourMs, 10 * minuteMs, (seen) => statusOf(seen).implausibleValues ?? [])
  expect(implausible.flat()).toEqual([])
})
