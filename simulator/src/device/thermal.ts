/** Heat of the board: first order, after the notes on real enclosures. Pure. */

/** The board follows its surroundings with this time constant. */
const boardTimeConstantMs = 25 * 60_000
/** Rise over ambient with stopped fans, relative to turning ones: 52 becomes 85.6 degC in a room of 24 degC. */
const stoppedFanFactor = 2.2
/** Share of the heat that is there whatever is transmitted. */
const idleHeatShare = 0.72

const foldbackAboveCelsius = 80
const foldbackEndsBelowCelsius = 75
/** 3 dB less every four minutes [CalAmp 5098-500: half the power]. */
const foldbackDbPerMs = 3 / (4 * 60_000)
const maximumFoldbackDb = 30
const shutdownAboveCelsius = 87
const resumeBelowCelsius = 75

export interface HeatConditions {
  ambientCelsius: number
  /** Over ambient at full load with clean, turning fans. */
  riseCelsius: number
  /** Mean drive of the bands, 0 to 1. */
  load: number
  /** 1 = as new, 0 = stopped; ignored by models without fans. */
  fanEffect: number
  filterFactor: number
  isPowered: boolean
}

/** Where the board temperature would settle. */
export function settledCelsius(conditions: HeatConditions): number {
  if (!conditions.isPowered) return conditions.ambientCelsius
  const heat = idleHeatShare + (1 - idleHeatShare) * conditions.load
  const resistance = conditions.filterFactor * (1 + (stoppedFanFactor - 1) * (1 - conditions.fanEffect))
  return conditions.ambientCelsius + conditions.riseCelsius * heat * resistance
}

export function followHeat(boardCelsius: number, settlesAtCelsius: number, elapsedMs: number): number {
  return settlesAtCelsius + (boardCelsius - settlesAtCelsius) * Math.exp(-elapsedMs / boardTimeConstantMs)
}

export interface HeatProtection {
  foldbackDb: number
  isTooHot: boolean
}

/** What the device does against heat: lowers its gain step by step, then shuts all bands down. */
export function protectFromHeat(before: HeatProtection, boardCelsius: number, elapsedMs: number): HeatProtection {
  let { foldbackDb, isTooHot } = before
  if (boardCelsius > foldbackAboveCelsius)
    foldbackDb = Math.min(maximumFoldbackDb, foldbackDb + elapsedMs * foldbackDbPerMs)
  else if (boardCelsius < foldbackEndsBelowCelsius) foldbackDb = 0
  if (boardCelsius > shutdownAboveCelsius) isTooHot = true
  else if (boardCelsius < resumeBelowCelsius) isTooHot = false
  return { foldbackDb, isTooHot }
}

/** Fan drive in percent by board temperature: silent below 40 degC, full from 70 degC. */
export function fanDrivePercent(boardCelsius: number): number {
  return Math.max(20, Math.min(100, Math.round(20 + ((boardCelsius - 40) * 80) / 30)))
}

const fullFanSpeedRpm = 4_800

/** Speed of a fan that is driven so; `effect` 1 = as new. */
export function fanSpeedRpm(drivePercent: number, effect: number): number {
  return effect <= 0 ? 0 : fullFanSpeedRpm * (0.15 + 0.85 * (drivePercent / 100)) * effect
}
