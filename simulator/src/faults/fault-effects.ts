import { type Fault, faultAgeMs } from './fault.ts'

/** What the faults of one band do to it at one moment. */
export interface BandEffects {
  isolationLossDb: number
  oscillationsPerMinute: number
  returnLossLossDb: number
  outputLossDb: number
  donorLossDb: number
  /** Composite level that a near cell puts on the donor port; undefined = none. */
  overloadDbm: number | undefined
  isUplinkDead: boolean
  isSwitchedOff: boolean
}

/** What all faults of one device do at one moment. Chances are per report. */
export interface FaultEffects {
  /** 1 = as new, 0 = stopped. */
  fanEffect: number
  /** Thermal resistance relative to a clean filter. */
  filterFactor: number
  ambientOffsetCelsius: number
  supplyLossPercent: number
  isOnBattery: boolean
  isPowered: boolean
  isLinkUp: boolean
  /** Counts upward; a change means that the connection was lost for a moment. */
  connectionLosses: number
  /** Counts upward; a change means that the device started anew. */
  reboots: number
  clockOffsetMs: number
  duplicateChance: number
  reorderChance: number
  truncateChance: number
  sentinelChance: number
  isSensorStuck: boolean
  unknownBand: number | undefined
  firmware: 'usual' | 'newer' | 'older'
  bands: Map<number, BandEffects>
}

const dayMs = 86_400_000

/** Effects of no fault at all: shared and frozen. */
export const noBandEffects: Readonly<BandEffects> = Object.freeze(makeBandEffects())
const noEffects: Readonly<FaultEffects> = Object.freeze(makeEffects())

/** The sum of a device's faults at one moment. Pure. */
export function effectsOf(faults: readonly Fault[], bands: readonly number[], at: number): Readonly<FaultEffects> {
  let effects: FaultEffects | undefined
  for (const fault of faults) {
    const ageMs = faultAgeMs(fault, at)
    if (ageMs === undefined) continue
    effects ??= makeEffects()
    applyToDevice(effects, fault, ageMs)
    for (const band of fault.band === undefined ? bands : [fault.band]) {
      const bandEffects = effects.bands.get(band) ?? makeBandEffects()
      if (applyToBand(bandEffects, fault, ageMs)) effects.bands.set(band, bandEffects)
    }
  }
  return effects ?? noEffects
}

function applyToDevice(effects: FaultEffects, fault: Fault, ageMs: number): void {
  const { kind, magnitude } = fault
  const ageDays = ageMs / dayMs
  if (kind === 'fan-stop') effects.fanEffect *= Math.max(0, 1 - magnitude)
  else if (kind === 'fan-wear') effects.fanEffect *= Math.max(0, 1 - (magnitude / 100) * ageDays)
  else if (kind === 'filter-clog') effects.filterFactor *= Math.min(1.5, 1 + magnitude * ageDays)
  else if (kind === 'over-temperature') effects.ambientOffsetCelsius += magnitude
  else if (kind === 'supply-sag') effects.supplyLossPercent += magnitude
  else if (kind === 'mains-loss') effects.isOnBattery = true
  else if (kind === 'offline' || kind === 'site-power-cut') effects.isPowered = false
  else if (kind === 'lan-unplugged') effects.isLinkUp = false
  else if (kind === 'flapping-connection') effects.connectionLosses += 1 + Math.floor(ageMs / 1000 / magnitude)
  else if (kind === 'reboot-loop') effects.reboots += 1 + Math.floor(ageMs / 1000 / magnitude)
  else applyToMessages(effects, fault)
}

function applyToMessages(effects: FaultEffects, { kind, magnitude }: Fault): void {
  if (kind === 'clock-jump') effects.clockOffsetMs += magnitude * 1000
  else if (kind === 'duplicate-reports') effects.duplicateChance = magnitude
  else if (kind === 'out-of-order-reports') effects.reorderChance = magnitude
  else if (kind === 'truncated-message') effects.truncateChance = magnitude
  else if (kind === 'sentinel-leak') effects.sentinelChance = magnitude
  else if (kind === 'stuck-sensor') effects.isSensorStuck = true
  else if (kind === 'unknown-band') effects.unknownBand = magnitude
  else if (kind === 'newer-firmware') effects.firmware = 'newer'
  else if (kind === 'older-firmware') effects.firmware = 'older'
}

function applyToBand(effects: BandEffects, { kind, magnitude }: Fault, ageMs: number): boolean {
  const ageDays = ageMs / dayMs
  if (kind === 'antenna-moved') effects.isolationLossDb += magnitude
  else if (kind === 'oscillation-burst') effects.oscillationsPerMinute += magnitude
  else if (kind === 'water-ingress') effects.returnLossLossDb += magnitude * ageDays
  else if (kind === 'pa-degradation') effects.outputLossDb += (magnitude * ageDays) / 7
  else if (kind === 'donor-off' || kind === 'donor-retune') effects.donorLossDb += magnitude
  else if (kind === 'near-cell-overload') effects.overloadDbm = magnitude
  else if (kind === 'cable-cut') effects.isUplinkDead = true
  else if (kind === 'band-off-by-user') effects.isSwitchedOff = true
  else return false
  return true
}

function makeBandEffects(): BandEffects {
  return {
    isolationLossDb: 0,
    oscillationsPerMinute: 0,
    returnLossLossDb: 0,
    outputLossDb: 0,
    donorLossDb: 0,
    overloadDbm: undefined,
    isUplinkDead: false,
    isSwitchedOff: false,
  }
}

function makeEffects(): FaultEffects {
  return {
    fanEffect: 1,
    filterFactor: 1,
    ambientOffsetCelsius: 0,
    supplyLossPercent: 0,
    isOnBattery: false,
    isPowered: true,
    isLinkUp: true,
    connectionLosses: 0,
    reboots: 0,
    clockOffsetMs: 0,
    duplicateChance: 0,
    reorderChance: 0,
    truncateChance: 0,
    sentinelChance: 0,
    isSensorStuck: false,
    unknownBand: undefined,
    firmware: 'usual',
    bands: new Map(),
  }
}
