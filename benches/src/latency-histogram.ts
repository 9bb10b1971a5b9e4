/** Buckets grow by 2 %: a percentile is off by at most that. */
const growth = 1.02
const smallestMs = 0.05

/** Latencies in logarithmic buckets: constant memory, mergeable between processes. */
export class LatencyHistogram {
  readonly counts: number[]
  private total = 0

  constructor(counts: number[] = []) {
    this.counts = counts
    for (const count of counts) this.total += count ?? 0
  }

  get count(): number {
    return this.total
  }

  record(latencyMs: number): void {
    const bucket = Math.max(0, Math.ceil(Math.log(Math.max(latencyMs, smallestMs) / smallestMs) / Math.log(growth)))
    while (this.counts.length <= bucket) this.counts.push(0)
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.total++
  }

  clear(): void {
    this.counts.length = 0
    this.total = 0
  }

  merge(other: LatencyHistogram): void {
    for (const [bucket, count] of other.counts.entries()) {
      while (this.counts.length <= bucket) this.counts.push(0)
      this.counts[bucket] = (this.counts[bucket] ?? 0) + count
    }
    this.total += other.total
  }

  /** The latency below which `fraction` of all lie, in ms; 0 when nothing was recorded. */
  percentile(fraction: number): number {
    let left = this.total * fraction
    for (const [bucket, count] of this.counts.entries()) {
      left -= count
      if (left <= 0 && this.total > 0) return Math.round(smallestMs * growth ** bucket * 100) / 100
    }
    return 0
  }
}
