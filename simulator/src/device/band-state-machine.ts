import { bandStates, shutdownReasons } from '@stellacontrol/protocol'
import { oscillationMarginDb, stabilityMarginDb } from './power-chain.ts'

/** The numbers of band states and shutdown reasons on the wire. */
export const state = {
  off: bandStates.indexOf('off'),
  starting: bandStates.indexOf('starting'),
  active: bandStates.indexOf('active'),
  standby: bandStates.indexOf('standby'),
  reduced: bandStates.indexOf('reduced'),
  shutDown: bandStates.indexOf('shut-down'),
  lockedOut: bandStates.indexOf('locked-out'),
} as const
const reason = {
  none: shutdownReasons.indexOf('none'),
  user: shutdownReasons.indexOf('user'),
  oscillation: shutdownReasons.indexOf('oscillation'),
  overTemperature: shutdownReasons.indexOf('over-temperature'),
} as const

/** Isolation check with the band off, at every start and every day's rebalance. */
const isolationCheckMs = 20_000
/** Pause before the first retry after an oscillation; doubles with each [ADRF SDR]. */
const firstRetryMs = 30_000
const maximumRetries = 10
/** Trouble-free transmission after which the retries are forgotten. */
const settledAfterMs = 1_800_000
const dayMs = 86_400_000

/** Conditions that are taken as constant during one step. */
export interface ProtectionConditions {
  isEnabled: boolean
  isTooHot: boolean
  isolationDb: number
  oscillationsPerMinute: number
  /** Waiting time in ms until the next burst, drawn when one is needed. */
  drawBurstMs: (perMinute: number) => number
}

/**
 * Whether a band transmits: isolation check, oscillation, shutdown, retries, lock-out and the rebalance every 24 hours. Steps
 * of any length: what would happen in between happens in order. `gainDb` is the gain at which it transmits.
 */
export class BandProtection {
  /** Off, starting, active (= transmitting), shut down or locked out; standby and reduced are for the gain to say. */
  phase: number = state.off
  shutdownReason: number = reason.none
  retries = 0
  /** Moments of the last 24 hours' oscillations. */
  oscillations: number[] = []
  /** What the last isolation check found. */
  checkedIsolationDb: number
  #phaseUntil = 0
  #activeSince = 0
  #burstAt = Number.POSITIVE_INFINITY
  #rebalanceAt: number

  constructor(at: number, rebalanceOffsetMs: number, isolationDb: number) {
    this.#rebalanceAt = nextRebalance(at, rebalanceOffsetMs)
    this.checkedIsolationDb = isolationDb
    this.phase = state.active
    this.#activeSince = at
  }

  get isTransmitting(): boolean {
    return this.phase === state.active
  }

  /** After a power-up: everything but the day's count is forgotten. */
  restart(at: number): void {
    this.retries = 0
    this.shutdownReason = reason.none
    this.#start(at)
  }

  /** From `from` to `to`, transmitting with at most `gainDb`. True if it oscillated in between. */
  step(from: number, to: number, gainDb: number, conditions: ProtectionConditions): boolean {
    const oscillationsBefore = this.oscillations.length
    this.#applySettings(from, conditions)
    for (;;) {
      const next = Math.max(from, this.#nextEventAt(from, gainDb, conditions))
      if (next > to) break
      from = next
      if (from >= this.#rebalanceAt) this.#rebalance(from, conditions)
      else this.#handle(from, conditions)
    }
    const hasOscillated = this.oscillations.length > oscillationsBefore
    if (this.oscillations.length > 0) this.oscillations = this.oscillations.filter((at) => at > to - dayMs)
    return hasOscillated
  }

  #applySettings(now: number, { isEnabled, isTooHot }: ProtectionConditions): void {
    if (!isEnabled) {
      this.phase = state.off
      this.shutdownReason = reason.user
      this.#phaseUntil = Number.POSITIVE_INFINITY
    } else if (isTooHot) {
      this.phase = state.shutDown
      this.shutdownReason = reason.overTemperature
      this.#phaseUntil = Number.POSITIVE_INFINITY
    } else if (this.phase === state.off || this.shutdownReason === reason.overTemperature) {
      this.restart(now)
    }
  }

  #nextEventAt(now: number, gainDb: number, conditions: ProtectionConditions): number {
    if (this.phase !== state.active) return Math.min(this.#phaseUntil, this.#rebalanceAt)
    const stableGainDb = Math.min(gainDb, this.checkedIsolationDb - stabilityMarginDb)
    if (stableGainDb > conditions.isolationDb - oscillationMarginDb) return now
    if (conditions.oscillationsPerMinute === 0) this.#burstAt = Number.POSITIVE_INFINITY
    else if (this.#burstAt === Number.POSITIVE_INFINITY) {
      this.#burstAt = now + conditions.drawBurstMs(conditions.oscillationsPerMinute)
    }
    return Math.min(this.#burstAt, this.#rebalanceAt)
  }

  #handle(now: number, conditions: ProtectionConditions): void {
    if (this.phase === state.active) this.#oscillate(now)
    else if (this.phase === state.shutDown) this.#start(now)
    else if (this.phase === state.starting) this.#finishCheck(now, conditions.isolationDb)
  }

  #finishCheck(now: number, isolationDb: number): void {
    this.checkedIsolationDb = isolationDb
    this.phase = state.active
    this.shutdownReason = reason.none
    this.#activeSince = now
  }

  #oscillate(now: number): void {
    if (now - this.#activeSince > settledAfterMs) this.retries = 0
    this.#burstAt = Number.POSITIVE_INFINITY
    this.oscillations.push(now)
    this.shutdownReason = reason.oscillation
    this.retries += 1
    this.phase = this.retries > maximumRetries ? state.lockedOut : state.shutDown
    this.#phaseUntil =
      this.phase === state.lockedOut ? Number.POSITIVE_INFINITY : now + firstRetryMs * 2 ** (this.retries - 1)
  }

  #start(now: number): void {
    this.phase = state.starting
    this.#phaseUntil = now + isolationCheckMs
  }

  #rebalance(now: number, { isEnabled, isTooHot }: ProtectionConditions): void {
    this.#rebalanceAt += dayMs
    if (!isEnabled || isTooHot) return
    this.restart(now)
  }
}

function nextRebalance(at: number, offsetMs: number): number {
  const today = Math.floor(at / dayMs) * dayMs + offsetMs
  return today > at ? today : today + dayMs
}
