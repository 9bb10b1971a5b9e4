import type { Identity, Report } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { sampleReport } from '../testing/sample-reports.ts'
import { absent, packSpread, slots, slotsPerBand, smallintColumns, unpackSpread } from './history-layout.ts'
import { defaultReportRetentionMs, historyRow } from './history-row.ts'

const now = Date.UTC(2026, 5, 15, 12)

function rowOf(report: Report) {
  const row = historyRow(report as Report & Identity, now + 250, { deviceId: 1, retentionMs: defaultReportRetentionMs })
  if ('rejected' in row) throw new Error(row.detail)
  return row
}

/** Seeded, so that a failure can be repeated [mulberry32]. */
function randomNumbers(seed: number) {
  let state = seed
  return (minimum: number, maximum: number) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return minimum + (((mixed ^ (mixed >>> 14)) >>> 0) % (maximum - minimum + 1))
  }
}

test('every plausible value of a band is found again in its slot, every other is absent', () => {
  const random = randomNumbers(20_260_615)
  for (let round = 0; round < 2000; round++) {
    const sent = {
      ...{ gainSetDb10: random(-100, 1300), gainMaxDb10: random(-100, 1300), gainActualDb10: random(-100, 1300) },
      ...{ downlinkInDbm10: random(-1400, 300), downlinkOutDbm10: random(-1400, 600) },
      ...{ uplinkInDbm10: random(-1400, 300), uplinkOutDbm10: random(-1400, 600) },
      ...{ isolationDb10: random(0, 1700), returnLossDb10: random(0, 700), paTemperatureDc: random(-600, 1900) },
    }
    const band = random(1, 511)
    const [state, cause, reason, active] = [random(0, 8), random(0, 9), random(0, 9), random(0, 600)]
    const [below, above] = [random(0, 254), random(0, 254)]
    const { bands } = rowOf({
      ...{ bootId: 1, seq: 1, sentAtMs: now, intervalS: 600 },
      bands: [
        { band: 20 },
        { ...sent, band: band === 20 ? 21 : band, state, gainLimitCause: cause, shutdownReason: reason },
      ].map((one, index) =>
        index === 0 ? one : { ...one, uplinkActiveS: active, downlinkInBelowDb10: below, downlinkInAboveDb10: above },
      ),
    })
    expect(bands).toHaveLength(2 * slotsPerBand)
    expect(bands.every((value) => Number.isInteger(value) && value >= absent && value <= 32_767)).toBe(true)
    const own = bands.slice(slotsPerBand)
    const within = (value: number, minimum: number, maximum: number) =>
      value >= minimum && value <= maximum ? value : absent
    expect((own[slots.band] ?? 0) & 511).toBe(band === 20 ? 21 : band)
    expect((own[slots.band] ?? 0) >> 9).toBe(state)
    expect((own[slots.cause] ?? 0) & 15).toBe(cause)
    expect(((own[slots.cause] ?? 0) >> 4) & 15).toBe(reason)
    expect((own[slots.cause] ?? 0) >> 8).toBe(Math.round(active / 6))
    expect(own[slots.gainSetDb]).toBe(within(sent.gainSetDb10, 0, 1200))
    expect(own[slots.gainMaximumDb]).toBe(within(sent.gainMaxDb10, 0, 1200))
    expect(own[slots.gainActualDb]).toBe(within(sent.gainActualDb10, 0, 1200))
    expect(own[slots.downlinkInputDbm]).toBe(within(sent.downlinkInDbm10, -1300, 200))
    expect(own[slots.downlinkOutputDbm]).toBe(within(sent.downlinkOutDbm10, -1300, 500))
    expect(own[slots.uplinkInputDbm]).toBe(within(sent.uplinkInDbm10, -1300, 200))
    expect(own[slots.uplinkOutputDbm]).toBe(within(sent.uplinkOutDbm10, -1300, 500))
    expect(own[slots.isolationDb]).toBe(within(sent.isolationDb10, 0, 1600))
    expect(own[slots.returnLossDb]).toBe(within(sent.returnLossDb10, 0, 600))
    expect(own[slots.paCelsius]).toBe(within(sent.paTemperatureDc, -550, 1800))
    expect(unpackSpread(own[slots.downlinkInputSpread] ?? 0)).toEqual({ below, above })
    expect(own[slots.downlinkOutputSpread]).toBe(absent)
  }
})

test('spreads beyond 25.4 dB are cut, one that is missing is none, implausible ones do not count', () => {
  expect(unpackSpread(packSpread(400, 600))).toEqual({ below: 254, above: 254 })
  expect(unpackSpread(packSpread(undefined, 3))).toEqual({ below: 0, above: 3 })
  expect(unpackSpread(packSpread(0, 0))).toEqual({ below: 0, above: 0 })
  const { bands } = rowOf({ ...sampleReport(1, 1, now), bands: [{ band: 1, downlinkInBelowDb10: 601 }] })
  expect(bands[slots.downlinkInputSpread]).toBe(absent)
})

test('an empty report is a row of absent values', () => {
  const row = rowOf({ bootId: 1, seq: 2, sentAtMs: now })
  expect(row).toMatchObject({ table: 'report', at: now, integers: [1, 2, -1, 3], bands: [] })
  const flags = smallintColumns.indexOf('flags')
  const percentages = smallintColumns.indexOf('fan_drive_and_cpu')
  row.smallints.forEach((value, index) => {
    expect(value).toBe(index === flags ? 0 : index === percentages ? 127 * 128 + 127 : absent)
  })
  expect(row.smallints).toHaveLength(smallintColumns.length)
})

test('a band that is named twice counts once, the first time; one without a name not at all', () => {
  const { bands } = rowOf({
    ...sampleReport(1, 1, now),
    bands: [
      { band: 20, gainSetDb10: 700 },
      { band: 20, gainSetDb10: 600 },
      { gainSetDb10: 1 },
      { band: 512 },
      { band: 3 },
    ],
  })
  expect([bands.length / slotsPerBand, bands[slots.gainSetDb]]).toEqual([2, 700])
})

test('numbers that a damaged message may hold never leave the range of their column', () => {
  const huge = 4_294_967_295
  const damaged = {
    ...{ bootId: huge, seq: huge, sentAtMs: now, uptimeS: huge, mode: 77, intervalS: huge },
    device: { resetReason: 99, cpuLoadPercent: huge, memoryFreeKb: huge, configVersion: huge },
    environment: { boardTemperatureDc: -2_147_483_648, fans: [{ speedRpm: huge, drivePercent: huge }] },
    power: { source: -1, supplyMv: huge, supplyMa: huge },
    modem: { bearer: 1000, rsrpDbm10: 2_147_483_647, mqttRttMs: 600_000, reconnects_24h: 99_999 },
    bands: [{ band: 7, state: 4000, gainLimitCause: -3, shutdownReason: 400, uplinkActiveS: huge }],
  }
  // Numbers that the generated types do not allow, but the wire does.
  const row = rowOf(damaged as unknown as Report)
  const all = [...row.smallints, ...row.bands]
  expect(all.every((value) => Number.isInteger(value) && value >= absent && value <= 32_767)).toBe(true)
  expect(row.integers.every((value) => value === (value | 0))).toBe(true)
})

test('moments that a broken clock can show are refused, not thrown', () => {
  const outcome = (sentAtMs: number, more: Report = {}) => {
    const report = { ...sampleReport(1, 1, now), sentAtMs, ...more } as Report & Identity
    return historyRow(report, now, { deviceId: 1, retentionMs: defaultReportRetentionMs })
  }
  const dayMs = 86_400_000
  expect(outcome(2 ** 63)).toMatchObject({ rejected: 'future-dated' })
  expect(outcome(now + dayMs + 1)).toMatchObject({ rejected: 'future-dated' })
  expect(outcome(now + dayMs)).toMatchObject({ at: now + dayMs })
  expect(outcome(now - 730 * dayMs)).toMatchObject({ at: now - 730 * dayMs })
  expect(outcome(now - 730 * dayMs - 1)).toMatchObject({ rejected: 'past-dated' })
  expect(outcome(now - 8 * dayMs, { mode: 2 })).toMatchObject({ rejected: 'past-dated' })
  expect(outcome(12_345)).toMatchObject({ at: now })
})
