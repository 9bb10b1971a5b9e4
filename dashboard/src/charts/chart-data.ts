import type { History } from '@stellacontrol/protocol'

/** One value of one moment, with the lowest and highest of its report interval where the device sent them. */
export interface Sample {
  minimum: number
  average: number
  maximum: number
}

/** A report that arrived after the history was loaded. `at` in epoch ms. */
export interface LiveSample {
  at: number
  values: Readonly<Record<string, Sample | undefined>>
}

export interface ChartSeries {
  minimum: (number | null)[]
  average: (number | null)[]
  maximum: (number | null)[]
}

/** Columns over one time axis; null = no value. Where reports are missing stands a moment with nulls only. */
export interface ChartData {
  at: number[]
  series: Map<string, ChartSeries>
  /** Spans without a report: from the last one before to the first one after, epoch ms. */
  gaps: { from: number; to: number }[]
  /** Longer than this without a report is a gap. */
  gapMs: number
}

/** Longer than this many expected distances without a point is a gap, not a slow booster. */
const gapDistances = 2.5

interface Bucket {
  at: number
  weight: number
  values: Map<string, Sample>
}

/**
 * The past from the API and what came live since, as one set of columns with gaps. Live reports are gathered into buckets of
 * the history's width. `intervalMs` is how often the device reports. Pure.
 */
export function mergeHistory(history: History, live: readonly LiveSample[], intervalMs: number): ChartData {
  const buckets = historyBuckets(history, intervalMs)
  const loadedTo = Date.parse(history.to)
  for (const sample of live) {
    if (sample.at > loadedTo) addLive(buckets, sample, history.bucketMs)
  }
  const metrics = history.series.map((series) => series.metric)
  return toColumns(buckets, metrics, Math.max(history.bucketMs, intervalMs) * gapDistances, history.bucketMs)
}

function historyBuckets(history: History, intervalMs: number): Bucket[] {
  return history.at.map((at, index) => {
    const values = new Map<string, Sample>()
    for (const { metric, minimum, average, maximum } of history.series) {
      const value = average[index]
      if (value === null || value === undefined) continue
      values.set(metric, { average: value, minimum: minimum[index] ?? value, maximum: maximum[index] ?? value })
    }
    const endAt = Math.min(at + history.bucketMs, Date.parse(history.to))
    return { at, values, weight: Math.max(1, Math.round((endAt - at) / intervalMs)) }
  })
}

function addLive(buckets: Bucket[], sample: LiveSample, bucketMs: number): void {
  const at = Math.floor(sample.at / bucketMs) * bucketMs
  let bucket = buckets.at(-1)
  if (bucket === undefined || bucket.at < at) {
    bucket = { at, weight: 0, values: new Map() }
    buckets.push(bucket)
  }
  bucket.weight++
  for (const [metric, value] of Object.entries(sample.values)) {
    if (value === undefined) continue
    const known = bucket.values.get(metric)
    bucket.values.set(metric, known === undefined ? value : combined(known, value, bucket.weight))
  }
}

function combined(known: Sample, value: Sample, weight: number): Sample {
  return {
    minimum: Math.min(known.minimum, value.minimum),
    average: known.average + (value.average - known.average) / weight,
    maximum: Math.max(known.maximum, value.maximum),
  }
}

function toColumns(buckets: readonly Bucket[], metrics: readonly string[], gapMs: number, bucketMs: number): ChartData {
  const data: ChartData = { at: [], series: new Map(), gaps: [], gapMs }
  for (const metric of metrics) data.series.set(metric, { minimum: [], average: [], maximum: [] })
  let previous: Bucket | undefined
  for (const bucket of buckets) {
    if (previous !== undefined && bucket.at - previous.at > gapMs) {
      data.gaps.push({ from: previous.at + bucketMs, to: bucket.at })
      pushColumns(data, previous.at + bucketMs, undefined)
    }
    pushColumns(data, bucket.at, bucket)
    previous = bucket
  }
  return data
}

function pushColumns(data: ChartData, at: number, bucket: Bucket | undefined): void {
  data.at.push(at)
  for (const [metric, column] of data.series) {
    const value = bucket?.values.get(metric)
    column.minimum.push(value?.minimum ?? null)
    column.average.push(value?.average ?? null)
    column.maximum.push(value?.maximum ?? null)
  }
}

/** The gaps, with the one that is still going on at `now` if the booster is silent. */
export function gapsUntil(data: ChartData, now: number): { from: number; to: number }[] {
  const last = data.at.at(-1)
  if (last === undefined || now - last <= data.gapMs) return data.gaps
  return [...data.gaps, { from: last, to: now }]
}

/** The difference of two series, where both have a value; its extremes are not known, so they equal the average. */
export function difference(from: ChartSeries | undefined, less: ChartSeries | undefined): ChartSeries | undefined {
  if (from === undefined || less === undefined) return undefined
  const average = from.average.map((value, index) => {
    const other = less.average[index]
    return value === null || other === null || other === undefined ? null : value - other
  })
  return { minimum: average, average, maximum: average }
}

/** Lowest, highest and latest value of a series; undefined if it has none. */
export function extent(
  series: ChartSeries | undefined,
): { lowest: number; highest: number; latest: number } | undefined {
  if (series === undefined) return undefined
  let lowest = Number.POSITIVE_INFINITY
  let highest = Number.NEGATIVE_INFINITY
  let latest: number | undefined
  for (const [index, value] of series.average.entries()) {
    if (value === null) continue
    latest = value
    lowest = Math.min(lowest, series.minimum[index] ?? value)
    highest = Math.max(highest, series.maximum[index] ?? value)
  }
  return latest === undefined ? undefined : { lowest, highest, latest }
}
