import { bandName, type History } from '@stellacontrol/protocol'
import { inUnit } from './history-layout.ts'
import type { HistoryPlan } from './history-request.ts'

/**
 * Aggregates of one bucket as the server returns them: `bucket` (epoch ms) and, by the index of the series, `min_0`, `avg_0`,
 * `max_0` in stored units; NULL = no value in this bucket.
 */
export type Bucket = Record<string, number | null> & { bucket: number }

/** SQL: the beginning of the bucket of a moment; the width in seconds is the parameter $4. */
export function bucketSql(moment: string): string {
  return `date_bin(make_interval(secs => $4), ${moment}, timestamptz '1970-01-01T00:00:00Z')`
}

/** The answer of the API; buckets in ascending order. */
export function toHistory(plan: HistoryPlan, source: History['source'], buckets: readonly Bucket[]): History {
  return {
    from: new Date(plan.fromAt).toISOString(),
    to: new Date(plan.toAt).toISOString(),
    source,
    bucketMs: plan.bucketMs,
    at: buckets.map(({ bucket }) => bucket),
    series: plan.series.map(({ band, metric }, index) => {
      const column = (kind: string) =>
        buckets.map((bucket) => {
          const stored = bucket[`${kind}_${index}`] ?? null
          return stored === null ? null : rounded(inUnit(metric, stored))
        })
      const { name, unit } = metric.vital
      return {
        metric: band === undefined ? name : `${bandName(band)}.${name}`,
        unit,
        minimum: column('min'),
        average: column('avg'),
        maximum: column('max'),
      }
    }),
  }
}

/** No vital is measured more finely than a thousandth of its unit. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}
