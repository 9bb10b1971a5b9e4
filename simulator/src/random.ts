/** Standard normal quantiles, so that a normal deviate costs one table look-up. */
const quantileCount = 65_536
const quantiles = makeQuantiles()

/**
 * Seeded random numbers (mulberry32): the same seed gives the same sequence on every machine. Not for secrets.
 * Source: Tommy Ettinger, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** Uniform integer in [0, 2^32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.bits() / 4_294_967_296
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** Uniform integer in [0, count). */
  integer(count: number): number {
    return Math.floor(this.next() * count)
  }

  /** Standard normal, cut at about 4.2 standard deviations. */
  gaussian(): number {
    return quantiles[this.bits() >>> 16] ?? 0
  }

  /** Waiting time of a Poisson process with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  /** One element; throws if there is none. */
  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.integer(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }
}

/** A seed made of a parent seed and labels: different labels give unrelated sequences. FNV-1a with a final mix. */
export function seedOf(seed: number, ...labels: (string | number)[]): number {
  let hash = mix(seed ^ 0x811c9dc5)
  for (const label of labels) {
    if (typeof label === 'number') {
      hash = mix(hash ^ (label | 0))
    } else {
      for (let index = 0; index < label.length; index++) hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193)
      hash = mix(hash)
    }
  }
  return hash
}

/** Final mix of MurmurHash3: every input bit reaches every output bit. */
function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** The uniform [0, 1) and the standard normal value that belong to one cell of a grid, without any sequence. */
export function uniformOfCell(seed: number, cell: number): number {
  return (mix(seed ^ mix(cell + 0x9e3779b9)) >>> 0) / 4_294_967_296
}

export function gaussianOfCell(seed: number, cell: number): number {
  return quantiles[mix(seed ^ mix(cell + 0x9e3779b9)) >>> 16] ?? 0
}

function makeQuantiles(): Float64Array {
  const table = new Float64Array(quantileCount)
  for (let index = 0; index < quantileCount; index++) table[index] = normalQuantile((index + 0.5) / quantileCount)
  return table
}

/** Inverse of the normal distribution, relative error below 1.2e-9. Source: Peter J. Acklam's rational approximation. */
function normalQuantile(probability: number): number {
  if (probability > 0.5) return -normalQuantile(1 - probability)
  if (probability < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(probability))
    const tail =
      ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
      2.938163982698783
    return (
      tail /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    )
  }
  const q = probability - 0.5
  const r = q * q
  const top =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1
  return top / bottom
}
