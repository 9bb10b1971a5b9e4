import type { History } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'
import { type Bucket, bucketSql, toHistory } from './history-buckets.ts'
import { absent, type StoredMetric } from './history-layout.ts'
import type { HistoryPlan, Series } from './history-request.ts'
import type { HistorySubject } from './open-history.ts'
import { hourOf } from './roll-up-marks.ts'
import { bandRollUpSql, systemRollUpSql } from './roll-ups.ts'

/** Of hours that are due, at most so many are computed for one chart; older ones show what was rolled up before. */
const maximumDueHours = 1000

interface HourRange {
  subject: HistorySubject
  plan: HistoryPlan
  /** Hours whose roll-up is missing or out of date (epoch ms). */
  due: number[]
}

/**
 * History from hourly roll-ups; the hour in which a device changed hands is nobody's. Hours that are due for theirs, such as the present one, are computed from their
 * reports.
 */
export async function readHours(queries: Queries, subject: HistorySubject, plan: HistoryPlan): Promise<History> {
  const range = { subject, plan, due: await findDueHours(queries, subject, plan) }
  const indexed = plan.series.map((series, index) => ({ ...series, index }))
  const ofSystem = indexed.filter(({ band }) => band === undefined)
  const ofBands = indexed.filter(({ band }) => band !== undefined)
  const systemBuckets = await readSystemHours(queries, range, ofSystem)
  const bandBuckets = await readBandHours(queries, range, ofBands)
  return toHistory(plan, 'hours', mergeBuckets([...systemBuckets, ...bandBuckets]))
}

async function findDueHours(
  queries: Queries,
  { deviceId, times }: HistorySubject,
  { fromAt, toAt }: HistoryPlan,
): Promise<number[]> {
  const rows = await queries.query<{ hour: number }>(
    `select hour from rollup_due
     where device_id = $1 and hour >= to_timestamp($2) and hour < to_timestamp($3) and ($5::tstzmultirange is null or hour <@ $5)
     order by hour desc limit $4`,
    [deviceId, hourOf(fromAt) / 1000, toAt / 1000, maximumDueHours, times],
  )
  return rows.map((row) => row.hour)
}

type IndexedSeries = Series & { index: number }

function readSystemHours(queries: Queries, range: HourRange, series: readonly IndexedSeries[]): Promise<Bucket[]> {
  if (series.length === 0) return Promise.resolve([])
  const metrics = distinctMetrics(series)
  const columns = ['hour', 'samples', ...metrics.flatMap(columnsOf)].join(', ')
  const text = `
    select ${bucketSql('h.hour')} as bucket, ${series.map(({ metric, index }) => aggregates(metric, index)).join(', ')}
    from (${hoursSql('device_hour', columns, range, systemRollUpSql(metrics))}) as h
    group by 1`
  return queries.query<Bucket>(text, parametersOf(range))
}

/** One statement for all bands: a row per bucket and band, whose values then go to the series of that band. */
async function readBandHours(queries: Queries, range: HourRange, series: readonly IndexedSeries[]): Promise<Bucket[]> {
  if (series.length === 0) return []
  const metrics = distinctMetrics(series)
  const columns = ['hour', 'samples', 'band', ...metrics.flatMap(columnsOf)].join(', ')
  const bands = [...new Set(series.map(({ band }) => band))].join(', ')
  const text = `
    select ${bucketSql('h.hour')} as bucket, h.band, ${metrics.map(aggregates).join(', ')}
    from (${hoursSql('band_hour', columns, range, bandRollUpSql(metrics))}) as h
    where h.band in (${bands})
    group by 1, 2`
  const rows = await queries.query<Bucket & { band: number }>(text, parametersOf(range))
  return rows.map((row) => ofItsSeries(row, series, metrics))
}

function ofItsSeries(
  row: Bucket & { band: number },
  series: readonly IndexedSeries[],
  metrics: StoredMetric[],
): Bucket {
  const bucket: Bucket = { bucket: row.bucket }
  for (const { band, metric, index } of series) {
    if (band !== row.band) continue
    const place = metrics.indexOf(metric)
    for (const kind of ['min', 'avg', 'max']) bucket[`${kind}_${index}`] = row[`${kind}_${place}`] ?? null
  }
  return bucket
}

/** SQL: the kept roll-ups of the range that are up to date and, if there are any, the due hours made anew. */
function hoursSql(table: 'device_hour' | 'band_hour', columns: string, { due }: HourRange, rollUp: string): string {
  const kept = `
    select ${columns} from ${table}
    where device_id = $3 and hour >= to_timestamp($5) and hour < to_timestamp($6) and hour <> all ($7::timestamptz[])
      and ($8::tstzmultirange is null or hour <@ $8) and $1::int[] is not null and $2::float8[] is not null`
  return due.length === 0 ? kept : `${kept} union all select ${columns} from (${rollUp}) as made`
}

function parametersOf({ subject, plan, due }: HourRange): unknown[] {
  const { deviceId, times } = subject
  return [
    due.map(() => deviceId),
    due.map((hour) => hour / 1000),
    deviceId,
    plan.bucketMs / 1000,
    hourOf(plan.fromAt) / 1000,
    plan.toAt / 1000,
    due.map((hour) => new Date(hour).toISOString()),
    times,
  ]
}

function columnsOf({ rollupColumn }: StoredMetric): string[] {
  return [`${rollupColumn}_min`, `${rollupColumn}_avg`, `${rollupColumn}_max`]
}

/** Hours weigh by their reports; those without a value do not count. */
function aggregates({ rollupColumn }: StoredMetric, index: number): string {
  const average = `nullif(h.${rollupColumn}_avg, ${absent})`
  return `min(nullif(h.${rollupColumn}_min, ${absent}))::float8 as min_${index},
    sum(${average}::float8 * h.samples) / nullif(sum(h.samples) filter (where ${average} is not null), 0)
      as avg_${index},
    max(nullif(h.${rollupColumn}_max, ${absent}))::float8 as max_${index}`
}

function distinctMetrics(series: readonly Series[]): StoredMetric[] {
  return [...new Set(series.map(({ metric }) => metric))]
}

function mergeBuckets(parts: readonly Bucket[]): Bucket[] {
  const merged = new Map<number, Bucket>()
  for (const part of parts) merged.set(part.bucket, { ...merged.get(part.bucket), ...part })
  return [...merged.values()].sort((left, right) => left.bucket - right.bucket)
}
