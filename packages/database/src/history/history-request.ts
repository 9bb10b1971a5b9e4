import { bandName, type HistoryQuery, maximumBandNumber } from '@stellacontrol/protocol'
import { CodedError } from '@stellacontrol/runtime'
import { bandMetrics, type StoredMetric, systemMetrics } from './history-layout.ts'
import { hourMs } from './roll-up-marks.ts'

/** What a chart asks for: the API's query (moments in ISO 8601) and the device. */
export interface HistoryRequest extends HistoryQuery {
  serial: string
}

/** One series: a metric, of the device or of a band. */
export interface Series {
  /** As it was asked for, e.g. `B20.gainActualDb`. */
  name: string
  band: number | undefined
  metric: StoredMetric
}

/** A request that has been decided: which buckets, which series. */
export interface HistoryPlan {
  fromAt: number
  toAt: number
  bucketMs: number
  series: Series[]
}

const second = 1000
const minute = 60 * second
const day = 24 * hourMs
/** Widths that people can read on an axis. Those of an hour and more are whole hours, for the roll-ups. */
const bucketWidthsMs = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 20, 30].map((count) => count * minute),
  ...[1, 2, 3, 4, 6, 8, 12].map((count) => count * hourMs),
  ...[1, 2, 3, 5, 7, 10, 14, 30, 60, 120, 365].map((count) => count * day),
]

/** Metrics that history keeps: the vitals of a device, and those of each band (asked for as `B20.<name>`). */
export const historyMetrics = { system: Object.keys(systemMetrics), band: Object.keys(bandMetrics) }

/**
 * Decides buckets and series. Pure.
 * @throws CodedError `history-metric-unknown`, `history-range-invalid`
 */
export function planHistory({ from, to, metrics, points }: HistoryRequest): HistoryPlan {
  const fromAt = Date.parse(from)
  const toAt = Date.parse(to)
  if (!(fromAt < toAt)) throw new CodedError('history-range-invalid', 'the range ends before it begins')
  return { fromAt, toAt, bucketMs: bucketWidth(fromAt, toAt, points), series: metrics.map(seriesNamed) }
}

/** The narrowest width with which the range, in buckets aligned to the epoch, has at most `points` of them. */
export function bucketWidth(fromAt: number, toAt: number, points: number): number {
  const fits = (widthMs: number) => Math.floor((toAt - 1) / widthMs) - Math.floor(fromAt / widthMs) < points
  return bucketWidthsMs.find(fits) ?? Math.ceil((toAt - fromAt) / points / day) * day
}

function seriesNamed(name: string): Series {
  const [, bandDigits, bandMetric] = /^B(\d{1,3})\.(\w+)$/.exec(name) ?? []
  const band = bandDigits === undefined ? undefined : Number(bandDigits)
  const metric = bandMetric === undefined ? ownEntry(systemMetrics, name) : ownEntry(bandMetrics, bandMetric)
  if (metric === undefined || (band !== undefined && !isCanonicalBand(name, band))) {
    throw new CodedError('history-metric-unknown', `history keeps no metric ${name}`)
  }
  return { name, band, metric }
}

function isCanonicalBand(name: string, band: number): boolean {
  return band >= 1 && band <= maximumBandNumber && name.startsWith(`${bandName(band)}.`)
}

function ownEntry(metrics: Record<string, StoredMetric>, name: string): StoredMetric | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined
}
