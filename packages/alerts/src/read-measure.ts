import type { BandStatus, DeviceStatus, MeasureName } from '@stellacontrol/protocol'
import type { DeviceState } from './device-state.ts'
import { workingDaysBetween } from './own-normal.ts'

/** What the evaluator knows of a model. */
export interface ModelFacts {
  nominalSupplyVolts: number
  maximumSupplyAmperes: number
  /** Greatest output of a band by its name, in dBm. */
  outputMaximumDbm: ReadonlyMap<string, number>
}

/** What a reading is taken from. `state` is the one after this report's identity was taken in. */
export interface Reading {
  status: DeviceStatus
  state: DeviceState
  model: ModelFacts | undefined
  timeZone: string
  now: number
}

/** A value, undefined = not measured, null = does not apply now (a band that is switched off). */
export type ReadValue = number | undefined | null

type Fan = { speedRpm?: number | undefined; drivePercent?: number | undefined }

/** Read by the measures that are of a device. */
const ofDevice: { readonly [Name in MeasureName]?: (reading: Reading) => ReadValue } = {
  boardCelsius: ({ status }) => status.environment.boardCelsius,
  boardUnchangedHours: ({ state, now }) =>
    state.board ? Math.floor((now - state.board.since) / 360_000) / 10 : undefined,
  ambientCelsius: ({ status }) => status.environment.ambientCelsius,
  humidityPercent: ({ status }) => status.environment.humidityPercent,
  doorOpen: ({ status }) => flag(status.environment.doorOpen),
  supplyVolts: ({ status }) => status.power.supplyVolts,
  supplyDeviationPercent: ({ status, model }) => deviationPercent(status.power.supplyVolts, model?.nominalSupplyVolts),
  supplyAmperes: ({ status }) => status.power.supplyAmperes,
  supplyLoadPercent: ({ status, model }) => sharePercent(status.power.supplyAmperes, model?.maximumSupplyAmperes),
  inputWatts: ({ status }) => status.power.inputWatts,
  onBattery: ({ status }) => (status.power.source === undefined ? undefined : flag(status.power.source === 'battery')),
  cpuLoadPercent: ({ status }) => status.device.cpuLoadPercent,
  memoryFreeKilobytes: ({ status }) => status.device.memoryFreeKilobytes,
  flashFreeKilobytes: ({ status }) => status.device.flashFreeKilobytes,
  clockOffsetSeconds: ({ status }) => clockOffsetSeconds(status),
  errorCodes: ({ status }) => status.device.errorCodes?.length ?? 0,
  unexpectedReboots24h: ({ state }) => state.restarts.length,
  // A modem that is only the spare matters little.
  modemRsrpDbm: ({ status }) => ofModem(status, status.modem.rsrpDbm),
  modemRsrqDb: ({ status }) => ofModem(status, status.modem.rsrqDb),
  modemSinrDb: ({ status }) => ofModem(status, status.modem.sinrDb),
  modemRssiDbm: ({ status }) => ofModem(status, status.modem.rssiDbm),
  roundTripMs: ({ status }) => status.modem.roundTripMs,
  reconnects24h: ({ status }) => status.modem.reconnects24h,
  roaming: ({ status }) => flag(status.modem.roaming),
}

const ofFan: { readonly [Name in MeasureName]?: (fan: Fan) => ReadValue } = {
  fanStopped: ({ speedRpm, drivePercent }) => {
    if (speedRpm === undefined || drivePercent === undefined) return undefined
    return flag(speedRpm === 0 && drivePercent > fanDrivenPercent)
  },
  fanSpeedPercent: ({ speedRpm, drivePercent }) => {
    if (speedRpm === undefined || drivePercent === undefined || drivePercent < fanDrivenPercent) return undefined
    return Math.round((speedRpm / expectedFanRpm(drivePercent)) * 100)
  },
}

const ofBand: { readonly [Name in MeasureName]?: (band: BandStatus, reading: Reading) => ReadValue } = {
  paCelsius: (band) => band.paCelsius,
  gainSetDb: (band) => band.gainSetDb,
  gainMaximumDb: (band) => band.gainMaximumDb,
  gainActualDb: (band) => band.gainActualDb,
  gainReductionDb: (band) => (isTransmitting(band) ? difference(band.gainSetDb, band.gainActualDb) : undefined),
  automaticGainReductionDb: (band) => {
    if (!isTransmitting(band)) return band.state === 'standby' ? 0 : undefined
    const isAutomatic = band.gainLimitCause === 'agc' || band.gainLimitCause === 'alc'
    return isAutomatic ? difference(band.gainSetDb, band.gainActualDb) : 0
  },
  gainMismatchDb: (band) => {
    const { downlinkInputDbm: input, downlinkOutputDbm: output, gainActualDb } = band
    if (!isOnAir(band) || input === undefined || output === undefined || gainActualDb === undefined) return undefined
    return Math.round(Math.abs(output.average - input.average - gainActualDb) * 10) / 10
  },
  isolationDb: (band) => band.isolationDb,
  isolationMarginDb: (band) => band.isolationMarginDb,
  returnLossDb: (band) => band.returnLossDb,
  downlinkInputDbm: (band) => band.downlinkInputDbm?.average,
  downlinkOutputDbm: (band) => band.downlinkOutputDbm?.average,
  uplinkInputDbm: (band) => band.uplinkInputDbm,
  uplinkOutputDbm: (band) => band.uplinkOutputDbm,
  outputAboveLimitDb: (band, { model }) =>
    difference(band.downlinkOutputDbm?.average, model?.outputMaximumDbm.get(band.band)),
  donorRsrpDbm: (band) => band.donorRsrpDbm,
  donorRsrqDb: (band) => band.donorRsrqDb,
  donorSinrDb: (band) => band.donorSinrDb,
  oscillations24h: (band) => band.oscillations24h ?? (band.state === 'unknown' ? undefined : 0),
  oscillating: (band) => {
    if (band.state === 'unknown') return undefined
    const isDown = band.state === 'shut-down' || band.state === 'locked-out'
    return flag(isDown && band.shutdownReason === 'oscillation')
  },
  bandShutDown: (band) => (band.state === 'unknown' ? undefined : flag(isDown(band))),
  bandLockedOut: (band) => (band.state === 'unknown' ? undefined : flag(band.state === 'locked-out')),
  bandFault: (band) => (band.state === 'unknown' ? undefined : flag(band.state === 'fault')),
  thermalFoldback: (band) => {
    if (band.gainLimitCause === undefined) return undefined
    return flag(band.gainLimitCause === 'temperature')
  },
  uplinkSilentDays: (band, { state, timeZone, now }) => {
    const known = state.bands[band.band]
    return known && isOnAir(band) ? workingDaysBetween(known.uplinkAt, now, timeZone) : undefined
  },
}

export type ReadDevice = (reading: Reading) => ReadValue
export type ReadFan = (fan: Fan) => ReadValue
export type ReadBand = (band: BandStatus, reading: Reading) => ReadValue
const nothing = () => undefined

export function readerOfDevice(name: MeasureName): ReadDevice {
  return ofDevice[name] ?? nothing
}

export function readerOfFan(name: MeasureName): ReadFan {
  return ofFan[name] ?? nothing
}

/** Not to be asked while somebody has switched the band off: then it has no troubles. */
export function readerOfBand(name: MeasureName): ReadBand {
  return ofBand[name] ?? nothing
}

export function isSwitchedOff({ enabled, state }: BandStatus): boolean {
  return !enabled || state === 'off'
}

/** It amplifies what it hears, be it with the low gain that is enough while nobody calls. */
export function isOnAir(band: BandStatus): boolean {
  return isTransmitting(band) || band.state === 'standby'
}

/** Names of measures that something reads, for the test that the table of the protocol is complete. */
export const readMeasures = new Set([...Object.keys(ofDevice), ...Object.keys(ofFan), ...Object.keys(ofBand)])

const fanDrivenPercent = 30
const fullFanSpeedRpm = 4_800

/** The fan of the iRepeaters: 15 % of its full speed at no drive, then straight up. */
function expectedFanRpm(drivePercent: number): number {
  return fullFanSpeedRpm * (0.15 + (0.85 * drivePercent) / 100)
}

function ofModem(status: DeviceStatus, value: number | undefined): ReadValue {
  return status.modem.bearer === 'ethernet' ? null : value
}

/** It works at its full gain. */
export function isTransmitting({ state }: BandStatus): boolean {
  return state === 'active' || state === 'reduced'
}

function isDown({ state }: BandStatus): boolean {
  return state === 'shut-down' || state === 'locked-out'
}

function flag(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}

/** What a time server told the device, or else what the moment of receipt tells us; what was kept for later has its age. */
function clockOffsetSeconds({ device, mode, at, receivedAt }: DeviceStatus): number | undefined {
  const own = device.clockOffsetSeconds
  if (own !== undefined) return Math.abs(own)
  if (mode === 'backfill' || at === receivedAt) return mode === 'backfill' ? undefined : 0
  return Math.round(Math.abs(Date.parse(at) - Date.parse(receivedAt)) / 1000)
}

function difference(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : Math.round((left - right) * 10) / 10
}

function deviationPercent(value: number | undefined, nominal: number | undefined): number | undefined {
  if (value === undefined || nominal === undefined) return undefined
  return Math.round((Math.abs(value - nominal) / nominal) * 1000) / 10
}

function sharePercent(value: number | undefined, whole: number | undefined): number | undefined {
  return value === undefined || whole === undefined ? undefined : Math.round((value / whole) * 1000) / 10
}
