import { decodeReport } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { measureReport } from '../device/measure-report.ts'
import type { VirtualDevice } from '../device/virtual-device.ts'
import { booster, makeDevice, makeFault, mean, statusOf, tuesdayMorning, watch } from '../testing/devices.ts'
import { type FaultKind, faultAgeMs, faultKinds } from './fault.ts'
import { encodeWithFaults } from './message-faults.ts'

const minuteMs = 60_000
const hourMs = 3_600_000

/** A device whose fault starts an hour from its first moment, and how it looked just before. */
function device(kind: FaultKind, options: Parameters<typeof makeFault>[1] = {}): VirtualDevice {
  return makeDevice({ at: tuesdayMorning - 30 * minuteMs, faults: [makeFault(kind, options)] })
}

function run(subject: VirtualDevice, durationMs: number, stepMs = 10_000): VirtualDevice {
  watch(subject, durationMs, stepMs, () => undefined)
  return subject
}

test('a stopped fan shows at once, and takes the board over 75 degrees in about half an hour', () => {
  const subject = device('fan-stop')
  run(subject, 29 * minuteMs)
  expect(statusOf(subject).findings).toEqual([])
  run(subject, minuteMs)
  expect(statusOf(subject).findings.map(({ code }) => code)).toContain('fan-stopped')
  const crossing = watch(subject, 90 * minuteMs, 10_000, ({ at, boardCelsius }) => ({ at, boardCelsius })).find(
    ({ boardCelsius }) => boardCelsius > 75,
  )
  const afterMinutes = ((crossing?.at ?? 0) - tuesdayMorning) / minuteMs
  expect(afterMinutes).toBeGreaterThan(20)
  expect(afterMinutes).toBeLessThan(45)
})

test('in a room of 24 degrees a board at 52 degrees crosses 75 after 29 minutes without its fan', async () => {
  const { followHeat, settledCelsius } = await import('../device/thermal.ts')
  const conditions = { ambientCelsius: 24, riseCelsius: 28, load: 1, fanEffect: 1, filterFactor: 1, isPowered: true }
  expect(settledCelsius(conditions)).toBe(52)
  const hot = settledCelsius({ ...conditions, fanEffect: 0 })
  expect(hot).toBeCloseTo(85.6, 1)
  expect(followHeat(52, hot, 28.5 * minuteMs)).toBeLessThan(75)
  expect(followHeat(52, hot, 29.2 * minuteMs)).toBeGreaterThan(75)
})

test('heat lowers the gain and then shuts the bands down, and the device recovers afterwards', () => {
  const subject = device('over-temperature', { magnitude: 60, endAt: tuesdayMorning + 3 * hourMs })
  const states = watch(subject, 3.4 * hourMs, 10_000, (seen) => seen.bands[0])
  expect(states.length).toBeGreaterThan(0)
  expect(statusOf(subject).bands.map(({ shutdownReason }) => shutdownReason)).toContain('over-temperature')
  run(subject, 3 * hourMs)
  expect(statusOf(subject).bands.every(({ state }) => state !== 'shut-down')).toBe(true)
})

test('a moved antenna costs isolation; after the oscillation the band comes back with less gain', () => {
  const healthy = makeDevice({ at: tuesdayMorning - 30 * minuteMs })
  const band = healthy.bands[1]
  const number = band?.installation.specification.band ?? 0
  const marginDb = (band?.installation.isolationDb ?? 0) - (band?.installation.gainSetDb ?? 0)
  const subject = device('antenna-moved', { band: number, magnitude: marginDb })
  const states = watch(subject, 2 * hourMs, 1_000, (seen) => statusOf(seen).bands[1])
  expect(states.map((seen) => seen?.state)).toContain('shut-down')
  const last = states.at(-1)
  expect(last?.state).toBe('reduced')
  expect(last?.gainLimitCause).toBe('isolation')
  expect(last?.oscillations24h).toBe(1)
  expect(last?.isolationMarginDb ?? 0).toBeGreaterThan(12)
})

test('oscillation again and again locks the band out until the daily rebalance', () => {
  const subject = device('oscillation-burst', { band: 3, magnitude: 30, endAt: tuesdayMorning + 12 * hourMs })
  const states = watch(
    subject,
    40 * hourMs,
    minuteMs,
    (seen) => statusOf(seen).bands.find(({ band }) => band === 'B3')?.state,
  )
  expect(states).toContain('shut-down')
  expect(states).toContain('locked-out')
  expect(['active', 'standby', 'reduced']).toContain(states.at(-1))
})

test.each<[FaultKind, Parameters<typeof makeFault>[1], number, string]>([
  ['donor-off', { band: 20 }, minuteMs, 'donor-low'],
  ['donor-retune', { band: 20, magnitude: 35 }, minuteMs, 'donor-low'],
  ['near-cell-overload', { band: 20 }, minuteMs, 'donor-overload'],
  ['water-ingress', { band: 20, magnitude: 10 }, 48 * hourMs, 'return-loss-low'],
  ['mains-loss', {}, minuteMs, 'on-battery'],
])('%s is what the platform finds', (kind, options, afterMs, code) => {
  const subject = run(run(device(kind, options), 30 * minuteMs), afterMs, Math.min(afterMs, minuteMs))
  expect(statusOf(subject).findings.map((finding) => finding.code)).toContain(code)
})

test('a sagging supply, a worn fan and a tired amplifier show in their values', () => {
  expect(statusOf(run(device('supply-sag'), 31 * minuteMs)).power.supplyVolts).toBeLessThan(24 * 0.88)
  const worn = run(device('fan-wear', { magnitude: 30 }), 48 * hourMs, minuteMs)
  const expectedRpm = statusOf(run(makeDevice(), 48 * hourMs, minuteMs)).environment.fans?.[0]?.speedRpm ?? 0
  expect(statusOf(worn).environment.fans?.[0]?.speedRpm).toBeLessThan(expectedRpm * 0.9)
  const tired = run(device('pa-degradation', { band: 20, magnitude: 42 }), 24.5 * hourMs, minuteMs)
  const losses = watch(tired, hourMs, 10_000, (seen) => statusOf(seen).bands.find(({ band }) => band === 'B20')).map(
    (band) =>
      (band?.downlinkInputDbm?.average ?? 0) + (band?.gainActualDb ?? 0) - (band?.downlinkOutputDbm?.average ?? 0),
  )
  expect(mean(losses)).toBeGreaterThan(5)
})

test('a cut cable silences the uplink only; a band that is switched off says so', () => {
  const cut = watch(run(device('cable-cut', { band: 20 }), 31 * minuteMs), hourMs, 10_000, statusOf)
  const band = cut.map((status) => status.bands.find((one) => one.band === 'B20'))
  expect(band.every((one) => one?.uplinkActiveSeconds === 0 && one.downlinkOutputDbm !== undefined)).toBe(true)
  const off = statusOf(run(device('band-off-by-user', { band: 20 }), 31 * minuteMs)).bands.find(
    (one) => one.band === 'B20',
  )
  expect(off).toMatchObject({ enabled: false, state: 'off' })
})

test('power, link and connection faults make the device unreachable, and end', () => {
  for (const kind of ['offline', 'site-power-cut', 'lan-unplugged'] as const) {
    const subject = device(kind, { endAt: tuesdayMorning + hourMs })
    expect(run(subject, 20 * minuteMs).isReachable).toBe(true)
    expect(run(subject, 20 * minuteMs).isReachable).toBe(false)
    expect(subject.isPowered).toBe(kind === 'lan-unplugged')
    expect(run(subject, hourMs).isReachable).toBe(true)
    expect(subject.starts).toBe(kind === 'lan-unplugged' ? 0 : 1)
  }
})

test('a reboot loop starts the device every two minutes; a flapping connection breaks and starts nothing', () => {
  const looping = run(device('reboot-loop'), 30 * minuteMs + 10 * minuteMs)
  expect(looping.starts).toBe(6)
  expect(statusOf(looping)).toMatchObject({ device: { resetReason: 'watchdog' } })
  expect(statusOf(looping).uptimeSeconds).toBeLessThan(120)
  const flapping = run(device('flapping-connection'), 40 * minuteMs)
  expect(flapping.connectionLosses).toBeGreaterThan(10)
  expect(flapping.starts).toBe(0)
})

test('every loss of the connection is counted, and forgotten after a day', () => {
  const fault = makeFault('flapping-connection', { endAt: tuesdayMorning + hourMs })
  const flapping = run(makeDevice({ faults: [fault] }), hourMs)
  const losses = statusOf(flapping).modem.reconnects24h ?? 0
  expect(losses).toBeGreaterThan(70)
  expect(losses).toBe(flapping.connectionLosses)
  expect(statusOf(run(flapping, 22 * hourMs)).modem.reconnects24h).toBe(losses)
  expect(statusOf(run(flapping, 2 * hourMs)).modem.reconnects24h).toBe(0)
})

test('a fault that comes back every hour is there for its time of every hour', () => {
  const fault = makeFault('lan-unplugged', { endAt: tuesdayMorning + 20 * minuteMs, everyMs: hourMs })
  const present = Array.from(
    { length: 12 },
    (_, index) => faultAgeMs(fault, tuesdayMorning + index * 15 * minuteMs) !== undefined,
  )
  expect(present).toEqual([true, true, false, false, true, true, false, false, true, true, false, false])
})

test('a truncated message can never be decoded, an older or newer firmware always', () => {
  for (const kind of ['truncated-message', 'older-firmware', 'newer-firmware'] as const) {
    const subject = run(device(kind, { magnitude: 1 }), 31 * minuteMs)
    for (let seq = 1; seq < 300; seq++) {
      const report = measureReport(subject, { bootId: 2, seq, mode: 'normal', intervalSeconds: 10 })
      const { payload, isDamaged } = encodeWithFaults(report, subject.effects, subject.random)
      expect(isDamaged).toBe(kind === 'truncated-message')
      expect('rejected' in decodeReport(payload)).toBe(kind === 'truncated-message')
    }
  }
})

test('an older firmware sends few values, a newer one values that nobody knows', () => {
  const older = statusOf(run(device('older-firmware'), 31 * minuteMs))
  expect(older).toMatchObject({ firmwareVersion: '2.0.9', power: {}, modem: {} })
  const newer = statusOf(run(device('newer-firmware'), 31 * minuteMs))
  expect(newer.bands[0]?.gainLimitCause).toBe('unknown')
  const unknown = statusOf(run(device('unknown-band'), 31 * minuteMs))
  expect(unknown.bands.map(({ band }) => band)).toContain('B77')
})

test('leaked sentinels are values that cannot be true, a stuck sensor never moves, a jumped clock is ahead', () => {
  const leaking = run(device('sentinel-leak', { magnitude: 1 }), 31 * minuteMs)
  expect(statusOf(leaking).implausibleValues?.length).toBeGreaterThan(0)
  const stuck = watch(run(device('stuck-sensor'), 31 * minuteMs), hourMs, minuteMs, statusOf)
  expect(new Set(stuck.map(({ environment }) => environment.boardCelsius)).size).toBe(1)
  const jumped = run(device('clock-jump'), 31 * minuteMs)
  const report = measureReport(jumped, { bootId: 2, seq: 1, mode: 'normal', intervalSeconds: 10 })
  expect(report.sentAtMs).toBe(jumped.at + 3 * hourMs)
})

test('every kind of fault changes something that can be seen', () => {
  for (const kind of faultKinds) {
    const subject = device(kind)
    const healthy = makeDevice({ at: tuesdayMorning - 30 * minuteMs })
    run(subject, 30.5 * minuteMs)
    run(healthy, 30.5 * minuteMs)
    expect(
      JSON.stringify([...subject.effects.bands, { ...subject.effects, bands: [] }]),
      `${kind} of ${booster.serial}`,
    ).not.toBe(JSON.stringify([...healthy.effects.bands, { ...healthy.effects, bands: [] }]))
  }
})
