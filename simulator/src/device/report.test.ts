import { decodeReport, encodeReport, type Report } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { makeDevice, mean, statusOf, watch } from '../testing/devices.ts'
import { measureReport } from './measure-report.ts'

function countValues(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countValues(item), 0)
  if (typeof value === 'object') return countValues(Object.values(value))
  return 1
}

function reportsOfADay(fleetSeed: number): Report[] {
  const device = makeDevice({ fleetSeed })
  let seq = 0
  return watch(device, 24 * 3_600_000, 10_000, (seen) => {
    seq += 1
    return measureReport(seen, { bootId: 2, seq, mode: 'normal', intervalSeconds: 10 })
  })
}

test('a full report of five bands has over sixty values in about 300 bytes', () => {
  const reports = [1, 2, 3, 4, 5, 6].flatMap(reportsOfADay)
  const sizes = reports.map((report) => encodeReport(report).length)
  expect(mean(sizes)).toBeGreaterThan(200)
  expect(mean(sizes)).toBeLessThan(325)
  expect(Math.max(...sizes)).toBeLessThan(400)
  expect(Math.min(...reports.filter((_, index) => index % 50 === 0).map(countValues))).toBeGreaterThan(60)
})

test('what was measured arrives: a report survives its way over the wire', () => {
  const device = makeDevice()
  device.stepTo(device.at + 10_000)
  const report = measureReport(device, { bootId: 3, seq: 9, mode: 'live', intervalSeconds: 1 })
  const decoded = decodeReport(encodeReport(report))
  if ('rejected' in decoded) throw new Error(decoded.detail)
  expect(decoded.report).toMatchObject({ bootId: 3, seq: 9, sentAtMs: device.at, intervalS: 1 })
  expect(decoded.report.bands).toHaveLength(5)
})

test('uplink levels are absent while nobody transmits, and there while somebody does', () => {
  const device = makeDevice()
  const bands = watch(device, 3_600_000, 10_000, statusOf).flatMap((status) => status.bands)
  const idle = bands.filter(({ uplinkActiveSeconds }) => uplinkActiveSeconds === 0)
  const busy = bands.filter(({ uplinkActiveSeconds = 0 }) => uplinkActiveSeconds > 0)
  expect(idle.length).toBeGreaterThan(0)
  expect(busy.length).toBeGreaterThan(0)
  expect(idle.every(({ uplinkOutputDbm }) => uplinkOutputDbm === undefined)).toBe(true)
  expect(busy.every(({ uplinkOutputDbm }) => uplinkOutputDbm !== undefined)).toBe(true)
})

test('output is input plus gain within the ripple, for every band that transmits', () => {
  const device = makeDevice()
  const differences = watch(device, 3_600_000, 10_000, statusOf)
    .flatMap((status) => status.bands)
    .filter(({ state }) => state === 'active')
    .map(
      (band) =>
        (band.downlinkOutputDbm?.average ?? 0) - (band.downlinkInputDbm?.average ?? 0) - (band.gainActualDb ?? 0),
    )
  expect(Math.abs(mean(differences))).toBeLessThan(0.2)
  expect(Math.max(...differences.map(Math.abs))).toBeLessThan(3)
})
