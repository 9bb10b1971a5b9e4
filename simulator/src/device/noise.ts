import { gaussianOfCell, type Random, uniformOfCell } from '../random.ts'

/** The random parts of a radio level. All are stationary, so a step may be a second or ten minutes long. */

/** One part of a fast fading process: its share of the variance and its correlation time; 0 = white. */
interface FadingPart {
  share: number
  correlationMs: number
}

/**
 * Fitted to one-second recordings of devices at rest (15 traces, University College Cork): the autocorrelation of RSRP is
 * 0.88 at 1 s, 0.69 at 5 s, 0.40 at 30 s, 0.23 at 60 s; of RSRQ 0.74, 0.34, 0.15, 0.10; of SINR 0.64, 0.21, 0.13.
 */
export const rsrpFading = {
  deviationDb: 1.44,
  parts: [
    { share: 0.06, correlationMs: 0 },
    { share: 0.32, correlationMs: 5_000 },
    { share: 0.62, correlationMs: 68_000 },
  ],
}
export const rsrqFading = {
  deviationDb: 2.14,
  parts: [
    { share: 0.1, correlationMs: 0 },
    { share: 0.7, correlationMs: 3_500 },
    { share: 0.2, correlationMs: 90_000 },
  ],
}
export const sinrFading = {
  deviationDb: 3.7,
  parts: [
    { share: 0.12, correlationMs: 0 },
    { share: 0.73, correlationMs: 2_600 },
    { share: 0.15, correlationMs: 100_000 },
  ],
}
export interface FadingSpecification {
  deviationDb: number
  parts: readonly FadingPart[]
}

/** A device samples its levels once a second. */
const samplePeriodMs = 1_000

/** Average and extremes of the fast part over one report interval, dB relative to the slow level. */
export class Fading {
  readonly #specification: FadingSpecification
  readonly #values: number[]
  /** Average over the last interval. */
  average = 0
  /** Distance of the interval's lowest value from its average, >= 0. */
  below = 0
  /** Distance of the interval's highest value from its average, >= 0. */
  above = 0

  constructor(specification: FadingSpecification, random: Random) {
    this.#specification = specification
    this.#values = specification.parts.map((part) => random.gaussian() * Math.sqrt(part.share))
  }

  step(elapsedMs: number, random: Random): void {
    const { deviationDb, parts } = this.#specification
    const interval = intervalOf(this.#specification, elapsedMs)
    let average = 0
    for (let index = 0; index < parts.length; index++) {
      const decay = interval.decays[index] ?? 0
      const value = (this.#values[index] ?? 0) * decay + (interval.innovations[index] ?? 0) * random.gaussian()
      this.#values[index] = value
      average += value * (interval.averagings[index] ?? 1)
    }
    this.average = average * deviationDb
    if (interval.spreadDb === 0) return
    this.below = interval.spreadDb * (0.75 + 0.5 * random.next())
    this.above = interval.spreadDb * (0.75 + 0.5 * random.next())
  }
}

interface IntervalFactors {
  decays: number[]
  innovations: number[]
  averagings: number[]
  spreadDb: number
}

/** A fleet uses few lengths of steps; more than this many are forgotten. */
const keptLengths = 256
/** Lengths are rounded to this part of a millisecond, so that fractional intervals share their factors. */
const lengthsPerMs = 8
const factorsByLength = new WeakMap<FadingSpecification, Map<number, IntervalFactors>>()

/** The factors of a step's length: a function of the length alone, remembered because it is asked for all the time. */
function intervalOf(specification: FadingSpecification, elapsedMs: number): IntervalFactors {
  let known = factorsByLength.get(specification)
  if (known === undefined || known.size > keptLengths) {
    known = new Map()
    factorsByLength.set(specification, known)
  }
  const length = Math.max(1, Math.round(elapsedMs * lengthsPerMs))
  let factors = known.get(length)
  if (factors === undefined) {
    factors = factorsOf(specification, length / lengthsPerMs)
    known.set(length, factors)
  }
  return factors
}

/** Variance that averaging over the interval leaves of an exponentially correlated process [Papoulis, section 9-2]. */
function factorsOf(specification: FadingSpecification, elapsedMs: number): IntervalFactors {
  const samples = Math.max(1, elapsedMs / samplePeriodMs)
  let within = 0
  const factors: IntervalFactors = { decays: [], innovations: [], averagings: [], spreadDb: 0 }
  for (const { share, correlationMs } of specification.parts) {
    const ratio = elapsedMs / correlationMs
    const decay = correlationMs === 0 ? 0 : Math.exp(-ratio)
    const left = correlationMs === 0 ? 1 / samples : (2 / ratio) * (1 - (1 - Math.exp(-ratio)) / ratio)
    const kept = samples === 1 ? 1 : left
    factors.decays.push(decay)
    factors.innovations.push(Math.sqrt(share * (1 - decay * decay)))
    factors.averagings.push(Math.sqrt(kept))
    within += share * (1 - kept)
  }
  // The largest of n normal values lies near sqrt(2 ln n) deviations from their mean.
  if (samples > 1) factors.spreadDb = specification.deviationDb * Math.sqrt(within * 2 * Math.log(samples))
  return factors
}

/**
 * Slow change as a function of time alone: normal values on a grid, blended so that the deviation is 1 everywhere. A model
 * that starts in the middle therefore continues where another one, with the same seed, left off.
 */
export function slowNoise(seed: number, at: number, gridMs: number): number {
  const position = at / gridMs
  const cell = Math.floor(position)
  const angle = (position - cell) * (Math.PI / 2)
  return gaussianOfCell(seed, cell) * Math.cos(angle) + gaussianOfCell(seed, cell + 1) * Math.sin(angle)
}

export interface RareEvents {
  slotMs: number
  /** Chance that a slot holds an event. */
  chance: number
  medianDurationMs: number
  /** Deviation of the natural logarithm of the duration. */
  durationSpread: number
}

/**
 * Rare events as a function of time alone: the strength (a standard normal value) of the event under way, undefined if none
 * is. An event ends with its slot at the latest.
 */
export function rareEvent(seed: number, at: number, events: RareEvents): number | undefined {
  const slot = Math.floor(at / events.slotMs)
  if (uniformOfCell(seed, slot * 4) >= events.chance) return undefined
  const durationMs = events.medianDurationMs * Math.exp(events.durationSpread * gaussianOfCell(seed, slot * 4 + 1))
  const latestStartMs = Math.max(0, events.slotMs - durationMs)
  const startedAt = slot * events.slotMs + uniformOfCell(seed, slot * 4 + 2) * latestStartMs
  return at >= startedAt && at < startedAt + durationMs ? gaussianOfCell(seed, slot * 4 + 3) : undefined
}
