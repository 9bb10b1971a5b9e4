import { expect, test } from 'vitest'
import { defaultLimits } from './models.ts'
import { decodeReport, encodeReport, maximumReportBytes, type Report } from './report.ts'
import { reportToStatus } from './report-to-status.ts'
import { deviceStatusSchema } from './status.ts'

const receivedAt = Date.UTC(2026, 10, 23, 12)

function statusOf(report: Report) {
  const decoded = decodeReport(encodeReport({ bootId: 1, seq: 1, ...report }))
  if ('rejected' in decoded) throw new Error(decoded.detail)
  return reportToStatus('HN88192AD', decoded.report, receivedAt, defaultLimits)
}

test('absent is absent: a report of identity alone makes a valid status without a single measured value', () => {
  const status = JSON.parse(JSON.stringify(statusOf({})))
  expect(deviceStatusSchema.parse(status)).toEqual(status)
  expect(status).toEqual({
    ...{ bootId: 1, sequence: 1, serial: 'HN88192AD', mode: 'normal', severity: 'normal', findings: [], bands: [] },
    ...{ at: '2026-11-23T12:00:00.000Z', receivedAt: '2026-11-23T12:00:00.000Z' },
    ...{ device: {}, environment: {}, power: {}, modem: {} },
  })
})

test('zero is a value, not an absence', () => {
  const status = statusOf({ environment: { boardTemperatureDc: 0, fans: [{ speedRpm: 0, drivePercent: 0 }] } })
  expect(status.environment).toMatchObject({ boardCelsius: 0, fans: [{ speedRpm: 0, drivePercent: 0 }] })
})

test('identity comes first in the JSON, because Redis compares it there', () => {
  expect(JSON.stringify(statusOf({ bootId: 12, seq: 345 }))).toMatch(/^\{"bootId":12,"sequence":345,/)
})

test('levels have their lowest and highest value, in whole tenths', () => {
  const [band] = statusOf({
    bands: [
      {
        band: 20,
        downlinkInDbm10: -612,
        downlinkInBelowDb10: 14,
        downlinkInAboveDb10: 19,
        isolationDb10: 903,
        gainActualDb10: 694,
      },
    ],
  }).bands
  expect(band).toMatchObject({
    band: 'B20',
    downlinkInputDbm: { minimum: -62.6, average: -61.2, maximum: -59.3 },
    isolationMarginDb: 20.9,
  })
})

test.each<[string, Report, string]>([
  ['an RSRP of -200', { modem: { rsrpDbm10: -2000 } }, 'modemRsrpDbm'],
  ['a board at 300 °C', { environment: { boardTemperatureDc: 3000 } }, 'boardCelsius'],
  ['a band input of -140 dBm', { bands: [{ band: 8, downlinkInDbm10: -1400 }] }, 'B8.downlinkInputDbm'],
  ['a band without a number', { bands: [{ state: 3 }] }, 'band'],
  ['a band that is named twice', { bands: [{ band: 8 }, { band: 8 }] }, 'B8'],
])('%s is treated as absent and named', (_, report, name) => {
  expect(statusOf(report).implausibleValues).toEqual([name])
})

test('words from newer firmware are unknown, not errors', () => {
  const raw = { bands: [{ band: 8, state: 99 as number }], power: { source: 77 as number } } as Report
  expect(statusOf(raw).bands[0]?.state).toBe('unknown')
  expect(statusOf(raw).power.source).toBe('unknown')
})

test.each<[string, number | null, string]>([
  ['the device clock when it is set', receivedAt - 5_000, '2026-11-23T11:59:55.000Z'],
  ['the time of receipt when the clock shows 1970', 1_000, '2026-11-23T12:00:00.000Z'],
  ['the time of receipt when the clock is absent', null, '2026-11-23T12:00:00.000Z'],
  ['the time of receipt when the clock is two days ahead', receivedAt + 2 * 86_400_000, '2026-11-23T12:00:00.000Z'],
])('a status is dated by %s', (_, sentAtMs, at) => {
  expect(statusOf({ sentAtMs }).at).toBe(at)
})

test.each<[string, Report, string | undefined]>([
  ['74.9 °C is a warning', { environment: { boardTemperatureDc: 749 } }, 'minor'],
  ['exactly 75 °C is not yet critical', { environment: { boardTemperatureDc: 750 } }, 'minor'],
  ['75.1 °C is critical', { environment: { boardTemperatureDc: 751 } }, 'critical'],
  [
    'a stopped fan that is driven is critical',
    { environment: { fans: [{ speedRpm: 0, drivePercent: 40 }] } },
    'critical',
  ],
  ['a fan at rest is normal', { environment: { fans: [{ speedRpm: 0, drivePercent: 0 }] } }, 'normal'],
  ['a band that shut itself down is major', { bands: [{ band: 8, state: 6 }] }, 'major'],
  [
    'a band that is off by the settings is normal',
    { bands: [{ band: 8, state: 1, isolationDb10: 100, gainActualDb10: 90 }] },
    'normal',
  ],
  [
    'a margin of 9.9 dB is critical',
    { bands: [{ band: 8, state: 3, isolationDb10: 799, gainActualDb10: 700 }] },
    'critical',
  ],
  [
    '6.1 dB less gain than set is minor',
    { bands: [{ band: 8, state: 5, gainSetDb10: 700, gainActualDb10: 639 }] },
    'minor',
  ],
])('%s', (_, report, severity) => {
  expect(statusOf(report).severity).toBe(severity)
})

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(), 'empty'],
  ['too many bytes', new Uint8Array(maximumReportBytes + 1), 'oversized'],
  ['bytes that are not protobuf', Uint8Array.from([255, 255, 255, 255, 255]), 'undecodable'],
  ['a report cut short', encodeReport({ bootId: 1, seq: 1, device: { model: 'iR5' } }).slice(0, -2), 'undecodable'],
  ['a report without a boot counter', encodeReport({ seq: 1 }), 'missing-identity'],
  ['a report with sequence 0', encodeReport({ bootId: 1, seq: 0 }), 'missing-identity'],
  [
    'seventeen bands',
    encodeReport({ bootId: 1, seq: 1, bands: Array.from({ length: 17 }, (_, band) => ({ band })) }),
    'too-many-elements',
  ],
])('%s is rejected with its reason and never throws', (_, payload, reason) => {
  expect(decodeReport(payload)).toMatchObject({ rejected: reason })
})

test('unknown fields of newer firmware are skipped', () => {
  const newer = Buffer.concat([encodeReport({ bootId: 1, seq: 2 }), Buffer.from([0xba, 0x3e, 3, 1, 2, 3])])
  expect(decodeReport(newer)).toMatchObject({ report: { bootId: 1, seq: 2 } })
})
