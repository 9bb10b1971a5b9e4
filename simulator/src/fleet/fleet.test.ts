import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isSerial } from '@stellacontrol/protocol'
import { deviceModels } from '@stellacontrol/protocol/models'
import { expect, test } from 'vitest'
import { planFaults } from '../faults/plan-faults.ts'
import { parseFaults, resolveFaults } from '../faults/resolve-faults.ts'
import { tuesdayMorning } from '../testing/devices.ts'
import { parseFleet, readFleetFile } from './fleet-file.ts'
import { planFleet } from './plan-fleet.ts'

test('the same seed and count give the same fleet, another seed another one', () => {
  expect(planFleet({ seed: 3, count: 200 })).toEqual(planFleet({ seed: 3, count: 200 }))
  expect(planFleet({ seed: 3, count: 200 })).not.toEqual(planFleet({ seed: 4, count: 200 }))
})

test.each([1, 20, 200, 10_000])('a fleet of %i devices is complete, and its serials are unique and valid', (count) => {
  const fleet = planFleet({ seed: 1, count })
  expect(fleet.devices).toHaveLength(count)
  expect(new Set(fleet.devices.map(({ serial }) => serial)).size).toBe(count)
  expect(new Set(fleet.sites.map(({ name }) => name)).size).toBe(fleet.sites.length)
  expect(fleet.devices.every(({ serial, model }) => isSerial(serial) && deviceModels.has(model))).toBe(true)
  expect(parseFleet(JSON.parse(JSON.stringify(fleet)))).toEqual(fleet)
})

test('secrets come from the caller, are 256 bits long and are never repeated', () => {
  let calls = 0
  const randomBytes = (size: number): Uint8Array => {
    calls += 1
    return new Uint8Array(size).fill(calls)
  }
  const { devices } = planFleet({ seed: 1, count: 50, randomBytes })
  expect(calls).toBe(50)
  expect(new Set(devices.map(({ secret }) => secret)).size).toBe(50)
  expect(devices.every(({ secret }) => Buffer.from(secret, 'base64url').length === 32)).toBe(true)
})

test('about three in a hundred devices of a demonstration are in trouble, each kind at least once', () => {
  const { faults } = planFleet({ seed: 1, count: 200 })
  expect(faults.map(({ fault }) => fault)).toEqual([
    'fan-stop',
    'oscillation-burst',
    'oscillation-burst',
    'donor-retune',
    'offline',
    'lan-unplugged',
    'antenna-moved',
  ])
  expect(new Set(faults.map(({ serial }) => serial)).size).toBe(7)
  expect(planFleet({ seed: 1, count: 2_000 }).faults).toHaveLength(70)
  expect(planFleet({ seed: 1, count: 200, withFaults: false }).faults).toEqual([])
})

test.each([
  ['no list of devices', (fleet: Record<string, unknown>) => delete fleet.devices, '"devices" must be a list'],
  ['an unknown site', (fleet: Record<string, unknown>) => (fleet.sites = []), 'unknown site'],
  ['an unknown organisation', (fleet: Record<string, unknown>) => (fleet.organisations = []), 'unknown organisation'],
  ['a bad fault', (fleet: Record<string, unknown>) => (fleet.faults = [{ fault: 'rust' }]), '"fault" must be one of'],
])('a fleet file with %s is refused with a clear message', (_what, damage, message) => {
  const fleet = JSON.parse(JSON.stringify(planFleet({ seed: 1, count: 5 }))) as Record<string, unknown>
  damage(fleet)
  expect(() => parseFleet(fleet)).toThrow(message)
})

test('the message about a fleet file names the file and never a secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-'))
  const path = join(folder, 'fleet.json')
  const fleet = planFleet({ seed: 1, count: 2 })
  const [first] = fleet.devices
  if (first === undefined) throw new Error('no device')
  fleet.devices.push(first)
  writeFileSync(path, JSON.stringify(fleet))
  let message = ''
  try {
    readFleetFile(path)
  } catch (error) {
    message = String(error)
  }
  expect(message).toContain(path)
  expect(message).toContain('is there twice')
  expect(message).not.toContain(first.secret)
  rmSync(folder, { recursive: true })
})

test('a fault of a site is a fault of each of its devices, at moments that count from the start', () => {
  const fleet = planFleet({ seed: 1, count: 30, withFaults: false })
  const [site] = fleet.sites
  const specification = parseFaults([
    { fault: 'site-power-cut', site: site?.name, start: 60, end: '2026-11-24T11:00:00Z' },
  ])
  const faults = resolveFaults(fleet, specification, tuesdayMorning)
  expect([...faults.keys()].sort()).toEqual(
    fleet.devices
      .filter((device) => device.site === site?.name)
      .map(({ serial }) => serial)
      .sort(),
  )
  const [fault] = [...faults.values()].flat()
  expect(fault).toMatchObject({ startAt: tuesdayMorning + 60_000, endAt: tuesdayMorning + 3_600_000 })
})

test('a fault for a device that does not exist is refused', () => {
  const fleet = planFleet({ seed: 1, count: 3 })
  expect(() => resolveFaults(fleet, [{ fault: 'offline', serial: 'NOBODY', start: 0 }], 0)).toThrow(
    'no device matches NOBODY',
  )
})

test('planned faults are the same each time, lie in their span and come as often as asked for', () => {
  const fleet = planFleet({ seed: 1, count: 200, withFaults: false })
  const plan = { fleet, from: tuesdayMorning - 28 * 86_400_000, to: tuesdayMorning, perDeviceWeek: 0.5 }
  const faults = planFaults(plan)
  expect(faults).toEqual(planFaults(plan))
  expect(faults.length).toBeGreaterThan(300)
  expect(faults.length).toBeLessThan(480)
  const starts = faults.map(({ start }) => Date.parse(String(start)))
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(plan.from)
  expect(Math.max(...starts)).toBeLessThan(plan.to)
  expect(resolveFaults(fleet, parseFaults(JSON.parse(JSON.stringify(faults))), 0).size).toBeGreaterThan(100)
})
