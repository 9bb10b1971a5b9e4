import { gainLimitCauses } from '@stellacontrol/protocol'

/** The gain of one band: what limits it and how it follows. Pure; levels in dBm, gains in dB. */

/** Isolation that must remain above the gain, so that the repeater stays stable. */
export const stabilityMarginDb = 15
/** Below this remainder it oscillates [Bird 61470]. */
export const oscillationMarginDb = 10
/** System gain may be at most this minus the composite donor level [UK SI 2022/595]. */
const regulatoryGainDb = 10
/** Gain at which the uplink noise is within the limit for idle repeaters [UK SI 2022/595; noise figure 5 dB]. */
const standbyGainDb = 39
/** Without uplink traffic for this long the gain falls to standby. */
export const standbyAfterMs = 300_000
/** From this donor level on the input attenuator protects the receiver. */
const overloadInputDbm = -20

const attackMs = 2_000
const releaseMs = 60_000

/** Composite power over a carrier minus RSRP: 28.3, 29.6 and 32.8 dB at three recorded sites. */
export const compositeOverRsrpDb = 29.5

/** The numbers of gain limit causes on the wire. */
export const cause = {
  none: gainLimitCauses.indexOf('none'),
  hardware: gainLimitCauses.indexOf('hardware'),
  isolation: gainLimitCauses.indexOf('isolation'),
  agc: gainLimitCauses.indexOf('agc'),
  alc: gainLimitCauses.indexOf('alc'),
  regulatory: gainLimitCauses.indexOf('regulatory'),
  temperature: gainLimitCauses.indexOf('temperature'),
  standby: gainLimitCauses.indexOf('standby'),
} as const

export interface GainConditions {
  gainSetDb: number
  gainHardwareDb: number
  /** Composite donor level. */
  inputDbm: number
  /** As measured by the last isolation check. */
  checkedIsolationDb: number
  outputMaximumDbm: number
  /** Taken off the hardware gain because of heat. */
  foldbackDb: number
  isStandby: boolean
}

export interface GainLimit {
  /** What conditions allow now, whatever is set. */
  maximumDb: number
  /** Where the gain goes: the lowest of set, allowed and standby. */
  targetDb: number
  /** Number on the wire. */
  cause: number
}

/** What limits the gain, and to what. */
export function limitGain(conditions: GainConditions): GainLimit {
  const { gainSetDb, gainHardwareDb, inputDbm, checkedIsolationDb, outputMaximumDbm, foldbackDb } = conditions
  let maximumDb = gainHardwareDb
  let limit: number = cause.hardware
  const consider = (gainDb: number, candidate: number): void => {
    if (gainDb >= maximumDb) return
    maximumDb = gainDb
    limit = candidate
  }
  consider(checkedIsolationDb - stabilityMarginDb, cause.isolation)
  consider(outputMaximumDbm - inputDbm, cause.alc)
  consider(regulatoryGainDb - inputDbm, inputDbm > overloadInputDbm ? cause.agc : cause.regulatory)
  if (foldbackDb > 0) consider(gainSetDb - foldbackDb, cause.temperature)
  maximumDb = Math.max(0, maximumDb)
  if (conditions.isStandby && standbyGainDb < Math.min(gainSetDb, maximumDb)) {
    return { maximumDb, targetDb: standbyGainDb, cause: cause.standby }
  }
  if (gainSetDb <= maximumDb) return { maximumDb, targetDb: gainSetDb, cause: cause.none }
  return { maximumDb, targetDb: maximumDb, cause: limit }
}

/** The gain after `elapsedMs`: quick downward, slow upward. */
export function followGain(gainDb: number, targetDb: number, elapsedMs: number): number {
  const timeConstantMs = targetDb < gainDb ? attackMs : releaseMs
  return targetDb + (gainDb - targetDb) * Math.exp(-elapsedMs / timeConstantMs)
}

/** Peak-to-peak ripple over the passband that the feedback causes: 1.7 dB at 20 dB of margin, 5.7 dB at 10 dB. */
export function rippleDb(gainDb: number, isolationDb: number): number {
  const feedback = Math.min(0.9, 10 ** ((gainDb - isolationDb) / 20))
  return 20 * Math.log10((1 + feedback) / (1 - feedback))
}
