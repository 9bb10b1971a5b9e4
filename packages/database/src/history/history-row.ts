import {
  type BandReport,
  type Identity,
  isClockSet,
  maximumAheadMs,
  maximumBandNumber,
  maximumSpreadDb10,
  type RejectionReason,
  type Report,
} from '@stellacontrol/protocol'
import {
  absentPercent,
  bandMetrics,
  flagShifts,
  packSpread,
  percentBits,
  slots,
  slotsPerBand,
  storedCount,
  storedValue,
  systemMetrics,
} from './history-layout.ts'

/** The two tables of reports: `report_live` holds what comes more often than once a minute. */
export type ReportTable = 'report' | 'report_live'

/** How long each table keeps its rows. */
export type ReportRetention = Record<ReportTable, number>

const dayMs = 86_400_000
/** Normal reports two years, live reports a week. */
export const defaultReportRetentionMs: ReportRetention = { report: 730 * dayMs, report_live: 7 * dayMs }

/** One report as it is stored: numbers in the order of `reportColumns`. */
export interface HistoryRow {
  table: ReportTable
  /** Epoch ms. */
  at: number
  deviceId: number
  /** The int4 columns after it: boot_id, seq, uptime_s, arrival_delay_ds. */
  integers: number[]
  /** The smallint columns after these. */
  smallints: number[]
  /** `slotsPerBand` smallints per band. */
  bands: number[]
}

export interface RowContext {
  deviceId: number
  /** Needed if the device has no clock: when this boot began (epoch ms), as its first report told. */
  bootedAt?: number | undefined
  retentionMs: ReportRetention
}

const slowestNormalIntervalS = 60
const assumedIntervalS = 600
const greatestInteger = 2_147_483_647
/** What the wire can say: 136 years. PostgreSQL knows no moment long before that. */
const greatestUptimeS = 4_294_967_295

/** Protocol's numbers: ReportMode. */
const mode = { live: 2, backfill: 3 } as const

/**
 * The row of a report, or why it can never have one. Pure: the same report gives the same row whenever it comes again, except
 * for its arrival delay. `receivedAt` in epoch ms.
 */
export function historyRow(
  report: Report & Identity,
  receivedAt: number,
  context: RowContext,
): HistoryRow | { rejected: RejectionReason; detail: string } {
  const at = measuredAt(report, context.bootedAt ?? bootedAt(report, receivedAt))
  const table = tableOf(report)
  if (at < receivedAt - context.retentionMs[table]) {
    return { rejected: 'past-dated', detail: `measured at ${moment(at)}, older than ${table} is kept` }
  }
  if (at > receivedAt + maximumAheadMs) {
    return { rejected: 'future-dated', detail: `measured at ${moment(at)}, more than a day ahead` }
  }
  return {
    table,
    at,
    deviceId: context.deviceId,
    integers: [
      report.bootId | 0,
      report.seq | 0,
      typeof report.uptimeS === 'number' ? Math.min(report.uptimeS, greatestInteger) : -1,
      arrivalDelay(at, receivedAt),
    ],
    smallints: smallints(report),
    bands: bandNumbers(report),
  }
}

/** True if the moment of this report follows from when its boot began. */
export function needsBootAnchor(report: Report): boolean {
  return !isClockSet(report.sentAtMs)
}

/**
 * When the boot of this report began, told by this report alone (epoch ms). Without an uptime the reports are taken to have
 * come at their interval since the first: rough, but the same whenever the report comes again.
 */
export function bootedAt(report: Report & Identity, receivedAt: number): number {
  return receivedAt - sinceBootMs(report)
}

function sinceBootMs(report: Report & Identity): number {
  if (typeof report.uptimeS === 'number') return report.uptimeS * 1000
  return Math.min(report.seq * (report.intervalS || assumedIntervalS), greatestUptimeS) * 1000
}

function measuredAt(report: Report & Identity, anchorAt: number): number {
  return isClockSet(report.sentAtMs) ? report.sentAtMs : anchorAt + sinceBootMs(report)
}

function tableOf(report: Report): ReportTable {
  if (report.mode === mode.backfill) return 'report'
  const isFast = Boolean(report.intervalS) && (report.intervalS ?? 0) < slowestNormalIntervalS
  return isFast || report.mode === mode.live ? 'report_live' : 'report'
}

/** Tenths of a second from measurement to arrival; below 0 if the device's clock is ahead. */
function arrivalDelay(at: number, receivedAt: number): number {
  return Math.max(-greatestInteger, Math.min(Math.round((receivedAt - at) / 100), greatestInteger))
}

function flags({ mode, device, power, modem }: Report): number {
  return (
    (small(mode, 3) << flagShifts.mode) |
    (small(device?.resetReason, 15) << flagShifts.resetReason) |
    (small(power?.source, 15) << flagShifts.powerSource) |
    (small(modem?.bearer, 15) << flagShifts.bearer)
  )
}

/** A number of a newer firmware's enumeration that has no room here counts as "not told". */
function small(value: number | null | undefined, maximum: number): number {
  return typeof value === 'number' && value >= 0 && value <= maximum ? value : 0
}

function smallints(report: Report): number[] {
  const { device, environment, power, modem } = report
  const metrics = systemMetrics
  let slowest = environment?.fans?.[0]
  for (const fan of environment?.fans ?? []) {
    if (typeof fan.speedRpm === 'number' && fan.speedRpm < (slowest?.speedRpm ?? Number.POSITIVE_INFINITY))
      slowest = fan
  }
  const fanDrive = percent(storedValue(metrics.fanDrivePercent, slowest?.drivePercent))
  const cpu = percent(storedValue(metrics.cpuLoadPercent, device?.cpuLoadPercent))
  return [
    storedCount(report.intervalS || undefined),
    flags(report),
    storedValue(metrics.boardCelsius, environment?.boardTemperatureDc),
    storedValue(metrics.ambientCelsius, environment?.ambientTemperatureDc),
    storedValue(metrics.fanSpeedRpm, slowest?.speedRpm),
    (fanDrive << percentBits) | cpu,
    storedValue(metrics.supplyVolts, power?.supplyMv),
    storedValue(metrics.supplyAmperes, power?.supplyMa),
    storedValue(metrics.memoryFreeKilobytes, device?.memoryFreeKb),
    storedValue(metrics.modemRsrpDbm, modem?.rsrpDbm10),
    storedValue(metrics.modemRsrqDb, modem?.rsrqDb10),
    storedValue(metrics.modemSinrDb, modem?.sinrDb10),
    storedValue(metrics.modemRssiDbm, modem?.rssiDbm10),
    storedValue(metrics.roundTripMs, modem?.mqttRttMs),
    storedValue(metrics.reconnects24h, modem?.reconnects_24h),
    storedCount(device?.configVersion),
  ]
}

function percent(stored: number): number {
  return stored < 0 ? absentPercent : stored
}

/** A band that is named twice counts once, the first time, as in the status. */
function bandNumbers({ bands, intervalS }: Report): number[] {
  const kept = (bands ?? []).filter(isFirstOfItsBand)
  // One array of the right length: this is the hottest allocation of the writer.
  const numbers = new Array<number>(kept.length * slotsPerBand)
  kept.forEach((band, index) => {
    fillBand(numbers, index * slotsPerBand, band, intervalS)
  })
  return numbers
}

function isFirstOfItsBand({ band }: BandReport, index: number, bands: readonly BandReport[]): boolean {
  if (!band || band > maximumBandNumber) return false
  for (let before = 0; before < index; before++) if (bands[before]?.band === band) return false
  return true
}

function fillBand(numbers: number[], o: number, band: BandReport, intervalS: number | null | undefined): void {
  const metrics = bandMetrics
  numbers[o + slots.band] = (band.band ?? 0) + 512 * small(band.state, 63)
  numbers[o + slots.cause] =
    small(band.gainLimitCause, 15) + 16 * small(band.shutdownReason, 15) + 256 * uplinkPercent(band, intervalS)
  numbers[o + slots.gainSetDb] = storedValue(metrics.gainSetDb, band.gainSetDb10)
  numbers[o + slots.gainMaximumDb] = storedValue(metrics.gainMaximumDb, band.gainMaxDb10)
  numbers[o + slots.gainActualDb] = storedValue(metrics.gainActualDb, band.gainActualDb10)
  numbers[o + slots.downlinkInputDbm] = storedValue(metrics.downlinkInputDbm, band.downlinkInDbm10)
  numbers[o + slots.downlinkInputSpread] = packSpread(
    spread(band.downlinkInBelowDb10),
    spread(band.downlinkInAboveDb10),
  )
  numbers[o + slots.downlinkOutputDbm] = storedValue(metrics.downlinkOutputDbm, band.downlinkOutDbm10)
  numbers[o + slots.downlinkOutputSpread] = packSpread(
    spread(band.downlinkOutBelowDb10),
    spread(band.downlinkOutAboveDb10),
  )
  numbers[o + slots.uplinkInputDbm] = storedValue(metrics.uplinkInputDbm, band.uplinkInDbm10)
  numbers[o + slots.uplinkOutputDbm] = storedValue(metrics.uplinkOutputDbm, band.uplinkOutDbm10)
  numbers[o + slots.isolationDb] = storedValue(metrics.isolationDb, band.isolationDb10)
  numbers[o + slots.returnLossDb] = storedValue(metrics.returnLossDb, band.returnLossDb10)
  numbers[o + slots.paCelsius] = storedValue(metrics.paCelsius, band.paTemperatureDc)
}

function spread(distance: number | null | undefined): number | undefined {
  return typeof distance === 'number' && distance <= maximumSpreadDb10 ? distance : undefined
}

function uplinkPercent(band: BandReport, intervalS: number | null | undefined): number {
  if (typeof band.uplinkActiveS !== 'number' || !intervalS) return absentPercent
  return Math.min(Math.round((band.uplinkActiveS * 100) / intervalS), 100)
}

/** `toISOString` throws for moments a broken clock can show. */
function moment(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : `${at} ms`
}
