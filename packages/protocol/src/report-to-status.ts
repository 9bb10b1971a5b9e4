import { assess } from './assess.ts'
import type { Limits } from './models.ts'
import type { BandReport, Identity, Report } from './report.ts'
import type { BandStatus, DeviceStatus, Level } from './status.ts'
import { bandName, bandVitals, maximumBandNumber, maximumSpreadDb10, systemVitals, type Vital } from './vitals.ts'
import {
  bandStates,
  bearers,
  gainLimitCauses,
  powerSources,
  reportModes,
  resetReasons,
  shutdownReasons,
  wordOf,
} from './words.ts'

/** A device clock that shows an earlier moment was never set: the first reports of a board without a battery say 1970. */
const clockUnsetBeforeMs = Date.UTC(2020, 0, 1)
/** A device clock further ahead than this is wrong. */
export const maximumAheadMs = 86_400_000

/** True if the device's clock can be believed at all. `sentAtMs` and `receivedAtMs` in epoch ms. */
export function isClockSet(sentAtMs: number | null | undefined): sentAtMs is number {
  return typeof sentAtMs === 'number' && sentAtMs >= clockUnsetBeforeMs
}

/** Reads values of a report and remembers which of them cannot be true. */
class ValueReader {
  readonly implausible: string[] = []

  read(vital: Vital, raw: number | null | undefined, subject?: string): number | undefined {
    if (raw === null || raw === undefined) return undefined
    if (raw < vital.minimum || raw > vital.maximum) {
      this.implausible.push(subject === undefined ? vital.name : `${subject}.${vital.name}`)
      return undefined
    }
    return raw / vital.scale
  }

  level(
    vital: Vital,
    raw: number | null | undefined,
    below: number | null | undefined,
    above: number | null | undefined,
    subject: string,
  ): Level | undefined {
    const average = this.read(vital, raw, subject)
    if (average === undefined) return undefined
    const level: Level = { average, minimum: undefined, maximum: undefined }
    if (isSpread(below)) level.minimum = tenths(average * 10 - below)
    if (isSpread(above)) level.maximum = tenths(average * 10 + above)
    return level
  }
}

function isSpread(value: number | null | undefined): value is number {
  return typeof value === 'number' && value <= maximumSpreadDb10
}

/** Undoes binary noise: 0.1 dB is the finest step of any level here. */
function tenths(value: number): number {
  return Math.round(value) / 10
}

const orUndefined = <Value>(value: Value | null | undefined): Value | undefined => value ?? undefined

/**
 * The status that a report makes: words instead of numbers, units instead of scales, implausible values left out, findings
 * added. Pure. `receivedAt` in epoch ms is the moment the receiver took the message.
 */
export function reportToStatus(
  serial: string,
  report: Report & Identity,
  receivedAt: number,
  limits: Limits,
): DeviceStatus {
  const reader = new ValueReader()
  const sentAt = report.sentAtMs
  const at = isClockSet(sentAt) && sentAt <= receivedAt + maximumAheadMs ? sentAt : receivedAt
  const { device, environment, power, modem } = report
  const vitals = systemVitals
  const status: DeviceStatus = {
    bootId: report.bootId,
    sequence: report.seq,
    serial,
    at: new Date(at).toISOString(),
    receivedAt: new Date(receivedAt).toISOString(),
    mode: wordOf(reportModes, report.mode) ?? 'normal',
    intervalSeconds: report.intervalS || undefined,
    uptimeSeconds: orUndefined(report.uptimeS),
    model: device?.model || undefined,
    firmwareVersion: device?.firmwareVersion || undefined,
    severity: 'normal',
    findings: [],
    device: {
      hardwareRevision: orUndefined(device?.hardwareRevision),
      resetReason: wordOf(resetReasons, device?.resetReason),
      cpuLoadPercent: reader.read(vitals.cpuLoadPercent, device?.cpuLoadPercent),
      memoryFreeKilobytes: reader.read(vitals.memoryFreeKilobytes, device?.memoryFreeKb),
      flashFreeKilobytes: reader.read(vitals.flashFreeKilobytes, device?.flashFreeKb),
      configVersion: orUndefined(device?.configVersion),
      errorCodes: device?.errorCodes?.length ? device.errorCodes : undefined,
      clockOffsetSeconds: orUndefined(device?.clockOffsetS),
    },
    environment: {
      boardCelsius: reader.read(vitals.boardCelsius, environment?.boardTemperatureDc),
      ambientCelsius: reader.read(vitals.ambientCelsius, environment?.ambientTemperatureDc),
      humidityPercent: reader.read(vitals.humidityPercent, environment?.humidityPercent),
      doorOpen: orUndefined(environment?.doorOpen),
      fans: environment?.fans?.length
        ? environment.fans.map((fan) => ({
            speedRpm: reader.read(vitals.fanSpeedRpm, fan.speedRpm),
            drivePercent: reader.read(vitals.fanDrivePercent, fan.drivePercent),
          }))
        : undefined,
    },
    power: {
      source: wordOf(powerSources, power?.source),
      supplyVolts: reader.read(vitals.supplyVolts, power?.supplyMv),
      supplyAmperes: reader.read(vitals.supplyAmperes, power?.supplyMa),
      inputWatts: reader.read(vitals.inputWatts, power?.inputPowerDw),
    },
    bands: bandStatuses(report.bands ?? [], reader),
    modem: {
      bearer: wordOf(bearers, modem?.bearer),
      ethernetLink: orUndefined(modem?.ethernetLink),
      rsrpDbm: reader.read(vitals.modemRsrpDbm, modem?.rsrpDbm10),
      rsrqDb: reader.read(vitals.modemRsrqDb, modem?.rsrqDb10),
      sinrDb: reader.read(vitals.modemSinrDb, modem?.sinrDb10),
      rssiDbm: reader.read(vitals.modemRssiDbm, modem?.rssiDbm10),
      plmn: orUndefined(modem?.plmn),
      cellId: orUndefined(modem?.cellId),
      roundTripMs: reader.read(vitals.roundTripMs, modem?.mqttRttMs),
      reconnects24h: reader.read(vitals.reconnects24h, modem?.reconnects_24h),
      temperatureCelsius: orUndefined(modem?.temperatureC),
      sentBytes: orUndefined(modem?.dataTxBytes),
      receivedBytes: orUndefined(modem?.dataRxBytes),
      roaming: orUndefined(modem?.roaming),
    },
    implausibleValues: undefined,
  }
  if (reader.implausible.length > 0) status.implausibleValues = reader.implausible
  const { severity, findings } = assess(status, limits)
  status.severity = severity
  status.findings = findings
  return status
}

/** A band that is named twice counts once, the first time: two halves of one band cannot both be true. */
function bandStatuses(bands: readonly BandReport[], reader: ValueReader): BandStatus[] {
  const seen = new Set<number>()
  const statuses: BandStatus[] = []
  for (const band of bands) {
    if (!band.band || band.band > maximumBandNumber || seen.has(band.band)) {
      reader.implausible.push(band.band ? bandName(band.band) : 'band')
      continue
    }
    seen.add(band.band)
    statuses.push(bandStatus(band, bandName(band.band), reader))
  }
  return statuses
}

function bandStatus(band: BandReport, name: string, reader: ValueReader): BandStatus {
  const vitals = bandVitals
  const gainActualDb = reader.read(vitals.gainActualDb, band.gainActualDb10, name)
  const isolationDb = reader.read(vitals.isolationDb, band.isolationDb10, name)
  return {
    band: name,
    enabled: band.enabled ?? true,
    state: wordOf(bandStates, band.state) ?? 'unknown',
    shutdownReason: wordOf(shutdownReasons, band.shutdownReason),
    shutdownRetries: orUndefined(band.shutdownRetries),
    gainSetDb: reader.read(vitals.gainSetDb, band.gainSetDb10, name),
    gainMaximumDb: reader.read(vitals.gainMaximumDb, band.gainMaxDb10, name),
    gainActualDb,
    gainLimitCause: wordOf(gainLimitCauses, band.gainLimitCause),
    uplinkGainActualDb: reader.read(vitals.gainActualDb, band.uplinkGainActualDb10, name),
    downlinkInputDbm: reader.level(
      vitals.downlinkInputDbm,
      band.downlinkInDbm10,
      band.downlinkInBelowDb10,
      band.downlinkInAboveDb10,
      name,
    ),
    downlinkOutputDbm: reader.level(
      vitals.downlinkOutputDbm,
      band.downlinkOutDbm10,
      band.downlinkOutBelowDb10,
      band.downlinkOutAboveDb10,
      name,
    ),
    uplinkInputDbm: reader.read(vitals.uplinkInputDbm, band.uplinkInDbm10, name),
    uplinkOutputDbm: reader.read(vitals.uplinkOutputDbm, band.uplinkOutDbm10, name),
    uplinkActiveSeconds: orUndefined(band.uplinkActiveS),
    isolationDb,
    isolationMarginDb:
      isolationDb === undefined || gainActualDb === undefined ? undefined : tenths((isolationDb - gainActualDb) * 10),
    returnLossDb: reader.read(vitals.returnLossDb, band.returnLossDb10, name),
    paCelsius: reader.read(vitals.paCelsius, band.paTemperatureDc, name),
    oscillations24h: orUndefined(band.oscillations_24h),
    donorRsrpDbm: reader.read(vitals.donorRsrpDbm, band.donorRsrpDbm10, name),
    donorRsrqDb: reader.read(vitals.donorRsrqDb, band.donorRsrqDb10, name),
    donorSinrDb: reader.read(vitals.donorSinrDb, band.donorSinrDb10, name),
  }
}
