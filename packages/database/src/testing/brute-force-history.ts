import type { Report } from '@stellacontrol/protocol'

/** What a series must show, computed from the reports themselves in JavaScript. */
export interface ExpectedBucket {
  at: number
  minimum: number
  average: number
  maximum: number
}

/** One value of a report in wire units; undefined = absent. */
export type Reading = (report: Report) => { average: number; below?: number; above?: number } | undefined

/** Buckets with minimum, average and maximum in units (`scale` wire units each), unrounded. */
export function bruteForce(
  reports: readonly Report[],
  bucketMs: number,
  scale: number,
  read: Reading,
): ExpectedBucket[] {
  const buckets = new Map<number, { minimum: number; sum: number; count: number; maximum: number }>()
  for (const report of reports) {
    const at = Math.floor((report.sentAtMs ?? 0) / bucketMs) * bucketMs
    const value = read(report)
    if (value === undefined) continue
    const bucket = buckets.get(at) ?? { minimum: Infinity, sum: 0, count: 0, maximum: -Infinity }
    bucket.minimum = Math.min(bucket.minimum, value.average - (value.below ?? 0))
    bucket.maximum = Math.max(bucket.maximum, value.average + (value.above ?? 0))
    bucket.sum += value.average
    bucket.count++
    buckets.set(at, bucket)
  }
  return [...buckets]
    .sort(([left], [right]) => left - right)
    .map(([at, { minimum, sum, count, maximum }]) => {
      return { at, minimum: minimum / scale, average: sum / count / scale, maximum: maximum / scale }
    })
}
