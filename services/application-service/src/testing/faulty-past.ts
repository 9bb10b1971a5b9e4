import type { HistoryEntry } from '@stellacontrol/database'
import { type DeviceStatus, decodeReport, encodeReport, type Report, reportToStatus } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
const intervalMs = 600_000

type FaultKind =
  | 'silent'
  | 'hot'
  | 'freezing'
  | 'brownOut'
  | 'onBattery'
  | 'fanStopped'
  | 'weakModem'
  | 'busy'
  | 'bandDown'
  | 'lowIsolation'
  | 'quiet'
  | 'hotAmplifier'
  | 'settings'

/** What is wrong with a device, and when: hours from the beginning of the past. */
export interface Fault {
  kind: FaultKind
  from: number
  until: number
}

/** A report as the queue has it, and as the status that it is. */
export interface PastReport {
  entry: HistoryEntry
  status: DeviceStatus
}

type Bands = NonNullable<Report['bands']>
const eachBand = (report: Report, change: (band: Bands[number], index: number) => object): Report => ({
  ...report,
  bands: (report.bands ?? []).map((band, index) => ({ ...band, ...change(band, index) })),
})

const changes: Record<FaultKind, (report: Report) => Report> = {
  silent: (report: Report) => report,
  hot: (report: Report) => ({ ...report, environment: { ...report.environment, boardTemperatureDc: 860 } }),
  freezing: (report: Report) => ({ ...report, environment: { ...report.environment, boardTemperatureDc: -420 } }),
  brownOut: (report: Report) => ({ ...report, power: { source: 1, supplyMv: 18_000, supplyMa: 2_900 } }),
  onBattery: (report: Report) => ({ ...report, power: { ...report.power, source: 3 } }),
  fanStopped: (report: Report) => ({
    ...report,
    environment: { ...report.environment, fans: [{ speedRpm: 0, drivePercent: 80 }] },
  }),
  weakModem: (report: Report) => ({
    ...report,
    modem: { ...report.modem, rsrpDbm10: -1270, rsrqDb10: -200, sinrDb10: -60 },
  }),
  busy: (report: Report) => ({ ...report, device: { ...report.device, cpuLoadPercent: 99, memoryFreeKb: 2_000 } }),
  bandDown: (report: Report) => eachBand(report, (_, index) => (index === 1 ? { state: 6, shutdownReason: 3 } : {})),
  lowIsolation: (report: Report) => eachBand(report, (_, index) => (index === 2 ? { isolationDb10: 690 } : {})),
  quiet: (report: Report) =>
    eachBand(report, (_, index) =>
      index < 2 ? { gainActualDb10: 560, gainLimitCause: 3, downlinkOutDbm10: -90 } : {},
    ),
  hotAmplifier: (report: Report) => eachBand(report, () => ({ paTemperatureDc: 990 })),
  settings: (report: Report) => ({ ...report, device: { ...report.device, configVersion: 13 } }),
}

/**
 * Reports of ten minutes from `fromAt` on, with faults; every boot of `bootsAt` (hours) is an unexpected restart, and for an hour of
 * `live` (hours from the beginning) they come every half minute.
 */
export function faultyPast(
  serial: string,
  {
    fromAt,
    untilAt,
    faults,
    bootsAt = [],
    live,
  }: { fromAt: number; untilAt: number; faults: readonly Fault[]; bootsAt?: number[]; live?: number },
): PastReport[] {
  const past: PastReport[] = []
  let bootId = 1
  let sequence = 0
  for (let sentAtMs = fromAt; sentAtMs < untilAt; ) {
    const hours = (sentAtMs - fromAt) / hourMs
    const isLive = live !== undefined && hours >= live && hours < live + 1
    const boots = 1 + bootsAt.filter((at) => hours >= at).length
    sequence = boots === bootId ? sequence + 1 : 1
    bootId = boots
    const holding = faults.filter(({ from, until }) => hours >= from && hours < until)
    const healthy = {
      ...healthyReport(sequence),
      bootId,
      seq: sequence,
      sentAtMs,
      ...(isLive ? { mode: 2, intervalS: 30 } : {}),
    }
    const report = holding.reduce((before, { kind }) => changes[kind](before), healthy as Report)
    const isSilent = holding.some(({ kind }) => kind === 'silent')
    if (!isSilent) past.push(pastReport(serial, report, sentAtMs + 300))
    sentAtMs += isLive ? 30_000 : intervalMs
  }
  return past
}

let made = 0

/** Encoded and decoded as on its way through the platform. */
function pastReport(serial: string, report: Report, receivedAt: number): PastReport {
  const payload = encodeReport(report)
  const decoded = decodeReport(payload)
  if ('rejected' in decoded) throw new Error(decoded.detail)
  return {
    entry: { id: `${++made}-0`, serial, receivedAt, payload, decoded },
    status: reportToStatus(serial, decoded.report, receivedAt, limitsOf('iR5')),
  }
}

/** An iR5 on a good day; its values move by whole steps of what history keeps. */
function healthyReport(sequence: number): Report {
  const wave = (sequence * 7) % 40
  return {
    ...{ mode: 1, intervalS: 600, uptimeS: 3_600 },
    device: {
      model: 'iR5',
      firmwareVersion: '4.2.1',
      resetReason: 1,
      cpuLoadPercent: 20,
      memoryFreeKb: 51_200,
      configVersion: 12,
    },
    environment: { boardTemperatureDc: 400 + wave, fans: [{ speedRpm: 3000 + wave, drivePercent: 48 }] },
    power: { source: 1, supplyMv: 24_000 + wave * 10, supplyMa: 2_000 + wave },
    bands: [1, 3, 7, 8, 20].map((band) => ({
      ...{
        band,
        state: 3,
        gainSetDb10: 700,
        gainMaxDb10: 750,
        gainActualDb10: 700,
        gainLimitCause: 1,
        isolationDb10: 920,
      },
      ...{
        downlinkInDbm10: -620 + wave,
        downlinkOutDbm10: 80 + wave,
        uplinkInDbm10: -600,
        uplinkOutDbm10: 10,
        uplinkActiveS: 120,
      },
      ...{ paTemperatureDc: 560 + wave, returnLossDb10: 180, shutdownReason: 0 },
    })),
    modem: {
      bearer: 4,
      rsrpDbm10: -950 + wave,
      rsrqDb10: -110,
      sinrDb10: 120,
      rssiDbm10: -670,
      mqttRttMs: 80,
      reconnects_24h: 0,
    },
  }
}
