import { type BandEffects, noBandEffects } from '../faults/fault-effects.ts'
import { Random } from '../random.ts'
import type { ReplayedValues } from '../replay/replay.ts'
import { BandProtection, state } from './band-state-machine.ts'
import type { BandInstallation } from './installation.ts'
import { Fading, rareEvent, rsrpFading, slowNoise } from './noise.ts'
import {
  cause,
  compositeOverRsrpDb,
  followGain,
  type GainLimit,
  limitGain,
  rippleDb,
  standbyAfterMs,
} from './power-chain.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
/** The slow level of a recorded fixed site drifted 4 dB in five hours. */
const donorGridMs = 3 * hourMs
const shipDonorGridMs = 0.7 * hourMs
const isolationGridMs = 6 * hourMs
const isolationDeviationDb = 1.5
/** The same site changed its cell for two hours, at a level 23 dB lower; steps of several dB come about once in four days. */
const cellChanges = { slotMs: 12 * hourMs, chance: 0.12, medianDurationMs: 1.5 * hourMs, durationSpread: 0.7 }
const cellChangeDeviationDb = 5
const networkLoadDb = 3
const measurementNoiseDb = 0.3
/** Mean length of a spell of uplink traffic. */
const spellSeconds = 40
const uplinkOutputMaximumDbm = 23
const paOverBoardCelsius = 5

/** What a band takes from its device for one step. */
export interface BandSurroundings {
  from: number
  to: number
  /** 0 to 1 of the site's busiest hour. */
  occupancy: number
  boardCelsius: number
  foldbackDb: number
  isTooHot: boolean
  effects: Readonly<BandEffects>
  /** Recorded donor values in place of simulated ones. */
  replayed: ReplayedValues | undefined
}

/** One band of a virtual iRepeater: donor level, gain, output, isolation, uplink. Public fields are what it measures. */
export class VirtualBand {
  readonly installation: BandInstallation
  readonly protection: BandProtection
  stateNumber: number = state.active
  limit: GainLimit
  gainDb: number
  isEnabled = true
  inputDbm = 0
  outputDbm = 0
  /** How far the gain moved in the last step: while it rests, the output's spread is the input's. */
  gainMovedDb = 0
  isolationDb = 0
  /** Undefined where a recording has nothing to say. */
  rsrpDbm: number | undefined
  /** False while a recording says nothing of the donor: the level is then not reported. */
  isInputKnown = true
  replayed: ReplayedValues | undefined
  returnLossDb = 0
  paCelsius = 0
  uplinkActiveSeconds = 0
  uplinkInputDbm = 0
  uplinkOutputDbm = 0
  readonly fading: Fading
  readonly #random: Random
  #lastUplinkAt: number

  constructor(installation: BandInstallation, at: number, rebalanceOffsetMs: number) {
    this.installation = installation
    this.#random = new Random(installation.seed ^ Math.floor(at / 1000))
    this.fading = new Fading(rsrpFading, this.#random)
    this.#lastUplinkAt = at
    this.#measureSurroundings(at, 0, 0.5, noBandEffects)
    this.protection = new BandProtection(at, rebalanceOffsetMs, this.isolationDb)
    this.limit = this.#limit(0, false)
    this.gainDb = this.limit.targetDb
  }

  /** After a power-up. */
  restart(at: number): void {
    this.protection.restart(at)
    this.#lastUplinkAt = at
  }

  step(surroundings: BandSurroundings): void {
    const { from, to, effects } = surroundings
    this.isEnabled = !effects.isSwitchedOff
    this.#measureSurroundings(to, to - from, surroundings.occupancy, effects)
    this.replayed = surroundings.replayed
    if (surroundings.replayed !== undefined) this.#replay(surroundings.replayed, surroundings.occupancy)
    this.#listenToUplink(surroundings)
    this.#protect(surroundings)
    this.#amplify(surroundings)
  }

  /** Drive of the power amplifier, 0 to 1: what it adds to the heat and the current. */
  get load(): number {
    if (!this.protection.isTransmitting) return 0
    const headroomDb = this.installation.specification.downlinkOutputMaximumDbm - this.outputDbm
    return Math.max(0.25, 1 - Math.max(0, headroomDb) / 30)
  }

  #measureSurroundings(at: number, elapsedMs: number, occupancy: number, effects: Readonly<BandEffects>): void {
    const { seed, rsrpDbm, isolationDb, donorDeviationDb, returnLossDb } = this.installation
    if (elapsedMs > 0) this.fading.step(elapsedMs, this.#random)
    const gridMs = donorDeviationDb > 3 ? shipDonorGridMs : donorGridMs
    const change = rareEvent(seed ^ 0x2c, at, cellChanges)
    const slowDbm =
      rsrpDbm +
      donorDeviationDb * slowNoise(seed ^ 0x1a, at, gridMs) +
      (change === undefined ? 0 : change * cellChangeDeviationDb - 4) -
      effects.donorLossDb
    const levelDbm = slowDbm + this.fading.average
    this.rsrpDbm = levelDbm
    const load = networkLoadDb * (0.3 + 0.5 * occupancy)
    this.inputDbm = effects.overloadDbm ?? levelDbm + compositeOverRsrpDb + load
    this.isolationDb =
      isolationDb + isolationDeviationDb * slowNoise(seed ^ 0x3d, at, isolationGridMs) - effects.isolationLossDb
    this.returnLossDb = Math.max(2, returnLossDb + 0.2 * this.#random.gaussian() - effects.returnLossLossDb)
  }

  #replay({ rsrp, rssi }: ReplayedValues, occupancy: number): void {
    const level = rssi ?? rsrp
    this.rsrpDbm = rsrp?.average
    this.isInputKnown = level !== undefined
    if (level === undefined) return
    const offsetDb = rssi === undefined ? compositeOverRsrpDb + networkLoadDb * (0.3 + 0.5 * occupancy) : 0
    this.inputDbm = level.average + offsetDb
    this.fading.below = level.average - level.minimum
    this.fading.above = level.maximum - level.average
  }

  #listenToUplink({ from, to, occupancy, effects }: BandSurroundings): void {
    const elapsedSeconds = (to - from) / 1000
    const begun = this.installation.callsPerSecond * occupancy
    const share = (begun * spellSeconds) / (1 + begun * spellSeconds)
    const wasActive = this.uplinkActiveSeconds > 0 && this.#random.next() < Math.exp(-elapsedSeconds / spellSeconds)
    const isActive = wasActive || this.#random.next() < 1 - Math.exp(-begun * elapsedSeconds)
    if (!isActive || effects.isUplinkDead || !this.protection.isTransmitting) {
      this.uplinkActiveSeconds = 0
      return
    }
    const seconds =
      elapsedSeconds <= spellSeconds ? elapsedSeconds : elapsedSeconds * share * this.#random.between(0.7, 1.3)
    this.uplinkActiveSeconds = Math.min(Math.round(elapsedSeconds), Math.max(1, Math.round(seconds)))
    this.uplinkInputDbm = -46 + 7 * this.#random.gaussian()
    this.#lastUplinkAt = to
  }

  #protect({ from, to, isTooHot, effects }: BandSurroundings): void {
    this.protection.step(from, to, this.gainDb, {
      isEnabled: this.isEnabled,
      isTooHot,
      isolationDb: this.isolationDb,
      oscillationsPerMinute: effects.oscillationsPerMinute,
      drawBurstMs: (perMinute) => this.#random.exponential(minuteMs / perMinute),
    })
  }

  #amplify({ from, to, boardCelsius, foldbackDb, effects }: BandSurroundings): void {
    const isStandby = to - this.#lastUplinkAt > standbyAfterMs
    const gainBeforeDb = this.gainDb
    const wasStandby = this.limit.cause === cause.standby
    this.limit = this.#limit(foldbackDb, isStandby)
    const isTransmitting = this.protection.isTransmitting
    // A call must not wait for the gain: standby and the isolation check end at once, only a limit releases slowly.
    const resumes = gainBeforeDb === 0 || (wasStandby && this.limit.cause !== cause.standby)
    const followedDb = resumes ? this.limit.targetDb : followGain(gainBeforeDb, this.limit.targetDb, to - from)
    this.gainDb = isTransmitting ? followedDb : 0
    this.gainMovedDb = Math.abs(this.gainDb - gainBeforeDb)
    this.stateNumber = isTransmitting ? transmittingState(this.limit.cause) : this.protection.phase
    const wobbleDb = rippleDb(this.gainDb, this.isolationDb) * 0.25 * this.#random.gaussian()
    this.outputDbm =
      this.inputDbm + this.gainDb - effects.outputLossDb + wobbleDb + measurementNoiseDb * this.#random.gaussian()
    this.uplinkOutputDbm = Math.min(uplinkOutputMaximumDbm, this.uplinkInputDbm + this.gainDb)
    this.paCelsius = boardCelsius + paOverBoardCelsius * (0.4 + this.load) + 0.2 * this.#random.gaussian()
  }

  #limit(foldbackDb: number, isStandby: boolean): GainLimit {
    const { gainSetDb, specification } = this.installation
    return limitGain({
      gainSetDb,
      gainHardwareDb: specification.gainMaximumDb,
      inputDbm: this.inputDbm,
      checkedIsolationDb: this.protection.checkedIsolationDb,
      outputMaximumDbm: specification.downlinkOutputMaximumDbm,
      foldbackDb,
      isStandby,
    })
  }
}

function transmittingState(limitCause: number): number {
  if (limitCause === cause.none) return state.active
  return limitCause === cause.standby ? state.standby : state.reduced
}
