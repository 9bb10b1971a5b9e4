import type { BandReport, Report } from '@stellacontrol/protocol'
import { bearers, powerSources, reportModes, resetReasons } from '@stellacontrol/protocol'
import type { ReplayedValues } from '../replay/replay.ts'
import { state } from './band-state-machine.ts'
import { slowNoise } from './noise.ts'
import { fanDrivePercent, fanSpeedRpm } from './thermal.ts'
import type { VirtualBand } from './virtual-band.ts'
import type { VirtualDevice } from './virtual-device.ts'

export interface ReportIdentity {
  bootId: number
  seq: number
  mode: 'normal' | 'live' | 'backfill'
  intervalSeconds: number
}

const modeNumbers = {
  normal: reportModes.indexOf('normal'),
  live: reportModes.indexOf('live'),
  backfill: reportModes.indexOf('backfill'),
} as const
const resetByPower = resetReasons.indexOf('power')
const resetByWatchdog = resetReasons.indexOf('watchdog')
const onEthernet = bearers.indexOf('ethernet')
const onLte = bearers.indexOf('lte')
const fromMains = powerSources.indexOf('mains')
const fromBattery = powerSources.indexOf('battery')

type ModemReport = NonNullable<Report['modem']>

/** The reflectometer of the server port cannot resolve a better match than this: above it the value is absent. */
const directivityDb = 17
/** While the gain rests, the output spreads like the input and is not sent. */
const restingGainDb = 0.3
const hourMs = 3_600_000

/** What the device would report now. Values it cannot measure are absent. Pure but for the noise of its sensors. */
export function measureReport(device: VirtualDevice, identity: ReportIdentity): Report {
  const { at, effects, poweredSince } = device
  return {
    bootId: identity.bootId,
    seq: identity.seq,
    sentAtMs: Math.floor(at + effects.clockOffsetMs),
    uptimeS: Math.floor((at - poweredSince) / 1000),
    mode: modeNumbers[identity.mode],
    intervalS: Math.max(1, Math.round(identity.intervalSeconds)),
    device: measureController(device),
    environment: measureEnvironment(device),
    power: measurePower(device),
    bands: device.bands.map((band, index) => measureBand(device, band, identity.seq % device.bands.length === index)),
    modem: measureModem(device),
  }
}

function measureController(device: VirtualDevice): Report['device'] {
  const { random, starts, installation } = device
  return {
    model: device.device.model,
    firmwareVersion: device.device.firmwareVersion,
    hardwareRevision: 2,
    resetReason: starts > 0 && device.effects.reboots > 0 ? resetByWatchdog : resetByPower,
    cpuLoadPercent: Math.round(18 + 6 * device.occupancy + 4 * random.next()),
    memoryFreeKb: 9_000 + random.integer(600),
    flashFreeKb: 14_000 + (installation.seed & 1023),
    configVersion: 3,
  }
}

function measureEnvironment(device: VirtualDevice): Report['environment'] {
  const { boardCelsius, ambientCelsius, effects, installation, random } = device
  const drivePercent = fanDrivePercent(boardCelsius)
  const fans = []
  for (let index = 0; index < installation.model.fans; index++) {
    const speedRpm = Math.round(fanSpeedRpm(drivePercent, effects.fanEffect) * (1 + 0.01 * random.gaussian()))
    fans.push({ speedRpm: Math.max(0, speedRpm), drivePercent })
  }
  return {
    boardTemperatureDc: effects.isSensorStuck ? 412 : tenths(boardCelsius + 0.15 * random.gaussian()),
    ambientTemperatureDc: tenths(ambientCelsius + 0.1 * random.gaussian()),
    fans,
  }
}

function measurePower(device: VirtualDevice): Report['power'] {
  const { effects, installation, random, site } = device
  const { nominalSupplyVolts, maximumSupplyAmperes } = installation.model
  const isGenerator = site.kind === 'ship' || site.kind === 'rig'
  const swing = isGenerator ? 0.025 * slowNoise(installation.seed ^ 0x66, device.at, 0.5 * hourMs) : 0
  const currentShare = 0.25 + 0.6 * device.load
  const volts =
    nominalSupplyVolts * (1 + swing + 0.002 * random.gaussian() - 0.01 * currentShare - effects.supplyLossPercent / 100)
  const amperes = maximumSupplyAmperes * currentShare * (nominalSupplyVolts / volts)
  return {
    source: effects.isOnBattery ? fromBattery : fromMains,
    supplyMv: Math.round(volts * 1000),
    supplyMa: Math.round(amperes * 1000),
    inputPowerDw: Math.round(volts * amperes * 10),
  }
}

function measureBand(device: VirtualDevice, band: VirtualBand, isScanned: boolean): BandReport {
  const { installation, protection, limit, fading } = band
  const report: BandReport = {
    band: installation.specification.band,
    state: band.stateNumber,
    gainSetDb10: tenths(installation.gainSetDb),
    gainMaxDb10: tenths(limit.maximumDb),
    gainActualDb10: tenths(band.gainDb),
    gainLimitCause: limit.cause,
    isolationDb10: tenths(band.isolationDb + 0.1 * device.random.gaussian()),
    paTemperatureDc: tenths(band.paCelsius),
  }
  if (!band.isEnabled) report.enabled = false
  if (band.isInputKnown) report.downlinkInDbm10 = tenths(band.inputDbm)
  if (band.isInputKnown && fading.above > 0) {
    report.downlinkInBelowDb10 = tenths(fading.below)
    report.downlinkInAboveDb10 = tenths(fading.above)
  }
  if (protection.isTransmitting) addTransmission(report, band)
  if (protection.phase === state.shutDown || protection.phase === state.lockedOut) {
    report.shutdownReason = protection.shutdownReason
    report.shutdownRetries = protection.retries
  }
  if (protection.oscillations.length > 0) report.oscillations_24h = protection.oscillations.length
  // One scanner serves all bands in turn.
  if (band.replayed !== undefined) addReplayedCell(report, band.replayed)
  else if (isScanned) addDonorCell(report, device, band)
  return report
}

function addTransmission(report: BandReport, band: VirtualBand): void {
  if (band.isInputKnown) report.downlinkOutDbm10 = tenths(band.outputDbm)
  if (band.gainMovedDb > restingGainDb && band.fading.above > 0) {
    report.downlinkOutBelowDb10 = tenths(band.fading.below + band.gainMovedDb / 2)
    report.downlinkOutAboveDb10 = tenths(band.fading.above + band.gainMovedDb / 2)
  }
  if (band.returnLossDb < directivityDb) report.returnLossDb10 = tenths(band.returnLossDb)
  report.uplinkActiveS = band.uplinkActiveSeconds
  if (band.uplinkActiveSeconds === 0) return
  report.uplinkOutDbm10 = tenths(band.uplinkOutputDbm)
  // Unless the output is limited, the input follows from output and gain and is not sent.
  const isLimited = band.uplinkOutputDbm < band.uplinkInputDbm + band.gainDb
  if (isLimited) report.uplinkInDbm10 = tenths(band.uplinkInputDbm)
}

function addDonorCell(report: BandReport, device: VirtualDevice, band: VirtualBand): void {
  if (band.rsrpDbm === undefined) return
  report.donorRsrpDbm10 = tenths(band.rsrpDbm)
  report.donorRsrqDb10 = tenths(-11 + device.donorRsrq.average - 2 * device.occupancy)
  report.donorSinrDb10 = tenths(clamp(9 + (band.rsrpDbm + 90) * 0.4 + device.donorSinr.average, -20, 30))
}

function addReplayedCell(report: BandReport, { rsrp, rsrq, sinr }: ReplayedValues): void {
  if (rsrp !== undefined) report.donorRsrpDbm10 = tenths(rsrp.average)
  if (rsrq !== undefined) report.donorRsrqDb10 = tenths(rsrq.average)
  if (sinr !== undefined) report.donorSinrDb10 = tenths(sinr.average)
}

/** A recorded modem replaces the simulated one, on whatever bearer the reports travel. */
function addReplayedModem(modem: ModemReport, replayed: ReplayedValues): void {
  const fields = {
    rsrpDbm10: replayed['modem-rsrp'],
    rsrqDb10: replayed['modem-rsrq'],
    sinrDb10: replayed['modem-sinr'],
    rssiDbm10: replayed['modem-rssi'],
  }
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) modem[name as keyof typeof fields] = tenths(value.average)
  }
}

function measureModem(device: VirtualDevice): Report['modem'] {
  const { installation, random, at } = device
  const upSeconds = Math.floor((at - device.poweredSince) / 1000)
  const isOnEthernet = installation.isOnEthernet
  const modem: ModemReport = {
    bearer: isOnEthernet ? onEthernet : onLte,
    ethernetLink: isOnEthernet,
    mqttRttMs: Math.round((isOnEthernet ? 22 : 65) * Math.exp(0.25 * random.gaussian())),
    reconnects_24h: device.connectionLosses24h,
  }
  const { replayed } = device
  if (replayed !== undefined && Object.keys(replayed).some((column) => column.startsWith('modem-'))) {
    addReplayedModem(modem, replayed)
    return modem
  }
  if (isOnEthernet) return modem
  const rsrpDbm =
    installation.modemRsrpDbm + device.modemRsrp.average + 2 * slowNoise(installation.seed ^ 0x77, at, hourMs)
  modem.rsrpDbm10 = tenths(clamp(rsrpDbm, -140, -44))
  modem.rsrqDb10 = tenths(clamp(-11 + device.donorRsrq.average, -19.5, -3))
  modem.sinrDb10 = tenths(clamp(10 + device.donorSinr.average, -20, 30))
  modem.rssiDbm10 = tenths(clamp(rsrpDbm + 29.5, -113, -51))
  modem.plmn = installation.plmn
  modem.cellId = installation.cellId
  modem.temperatureC = Math.round(device.boardCelsius - 6)
  modem.roaming = false
  modem.dataTxBytes = 40_000 + upSeconds * 31
  modem.dataRxBytes = 9_000 + upSeconds * 4
  return modem
}

function tenths(value: number): number {
  return Math.round(value * 10)
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
