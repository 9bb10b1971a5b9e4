import { type DeviceStatus, decodeReport, reportToStatus } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'
import { measureReport } from '../device/measure-report.ts'
import { VirtualDevice, type VirtualDeviceOptions } from '../device/virtual-device.ts'
import { type Fault, type FaultKind, faultTraits } from '../faults/fault.ts'
import { encodeWithFaults } from '../faults/message-faults.ts'
import type { FleetDevice, FleetSite } from '../fleet/fleet.ts'

/** A Tuesday, 10:00 in Dublin. */
export const tuesdayMorning = Date.UTC(2026, 10, 24, 10)

export const hospital: FleetSite = {
  name: 'Mercy Harbour Hospital',
  organisation: 'Harbour Health Trust',
  kind: 'hospital',
  timeZone: 'Europe/Dublin',
  latitude: 53.34,
  longitude: -6.26,
  address: '1 Quay, Dublin',
}
export const booster: FleetDevice = {
  serial: 'HN88192AD',
  secret: 'secret',
  model: 'iR5',
  name: 'Ward 3 East riser',
  site: hospital.name,
  placement: 'room',
  firmwareVersion: '4.2.1',
}

/** A device of the tests; `fleetSeed` chooses another installation of the same kind. */
export function makeDevice(options: Partial<VirtualDeviceOptions> = {}): VirtualDevice {
  return new VirtualDevice({ fleetSeed: 1, device: booster, site: hospital, at: tuesdayMorning, ...options })
}

export function makeFault(kind: FaultKind, options: Partial<Fault> = {}): Fault {
  return {
    kind,
    label: kind,
    serial: booster.serial,
    band: undefined,
    magnitude: faultTraits[kind].magnitude,
    startAt: tuesdayMorning,
    endAt: Number.POSITIVE_INFINITY,
    everyMs: undefined,
    ...options,
  }
}

/** What the platform would make of the device's next report. */
export function statusOf(device: VirtualDevice, seq = 1): DeviceStatus {
  const report = measureReport(device, { bootId: 2, seq, mode: 'normal', intervalSeconds: 10 })
  const decoded = decodeReport(encodeWithFaults(report, device.effects, device.random).payload)
  if ('rejected' in decoded) throw new Error(`${decoded.rejected}: ${decoded.detail}`)
  return reportToStatus(device.device.serial, decoded.report, device.at, limitsOf(device.device.model))
}

/** Steps to `at + durationMs` and collects what `look` sees after each step. */
export function watch<Seen>(
  device: VirtualDevice,
  durationMs: number,
  stepMs: number,
  look: (device: VirtualDevice) => Seen,
): Seen[] {
  const seen: Seen[] = []
  const end = device.at + durationMs
  while (device.at + stepMs <= end) {
    device.stepTo(device.at + stepMs)
    seen.push(look(device))
  }
  return seen
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

export function deviation(values: readonly number[]): number {
  const average = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - average) ** 2)))
}

/** Autocorrelation at a lag of so many values. */
export function autocorrelation(values: readonly number[], lag: number): number {
  const average = mean(values)
  const products = values.slice(lag).map((value, index) => (value - average) * ((values[index] ?? 0) - average))
  return mean(products) / deviation(values) ** 2
}
