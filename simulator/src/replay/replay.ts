import { seedOf } from '../random.ts'
import type { TraceColumn, TraceRow } from './trace.ts'

/** What a trace says of one interval. */
interface ReplayedValue {
  average: number
  minimum: number
  maximum: number
}

export type ReplayedValues = Partial<Record<TraceColumn, ReplayedValue>>

/** A gap in the recording up to this long is bridged by the row before it. */
const longestBridgeMs = 5_000
/** Length of the pause between the last row and the first one of the next round. */
const roundPauseMs = 1_000

/**
 * A recorded trace as an endless source of values. Devices play it shifted in time against each other, by their serial
 * numbers, so that they do not move in step.
 */
export class Replay {
  /** 3GPP number of the band whose donor values are replayed; undefined = the first band of each device. */
  readonly band: number | undefined
  readonly #rows: readonly TraceRow[]
  readonly #roundMs: number

  constructor(rows: readonly TraceRow[], band?: number) {
    this.#rows = rows
    this.#roundMs = (rows.at(-1)?.offsetMs ?? 0) + roundPauseMs
    this.band = band
  }

  /** Values recorded in (from, to], epoch ms; at most one round of the trace is looked at. */
  between(serial: string, from: number, to: number): ReplayedValues {
    const shiftMs = (seedOf(0, serial, 'replay') >>> 0) % this.#roundMs
    const end = (to + shiftMs) % this.#roundMs
    const lengthMs = Math.min(to - from, this.#roundMs)
    const values: ReplayedValues = {}
    const counts: Partial<Record<TraceColumn, number>> = {}
    const begin = end - lengthMs
    this.#addRows(values, counts, begin, end)
    if (begin < 0) this.#addRows(values, counts, begin + this.#roundMs, this.#roundMs)
    if (Object.keys(counts).length === 0) this.#addRows(values, counts, end - longestBridgeMs, end)
    return values
  }

  #addRows(values: ReplayedValues, counts: Partial<Record<TraceColumn, number>>, begin: number, end: number): void {
    for (let index = this.#firstAfter(begin); index < this.#rows.length; index++) {
      const row = this.#rows[index]
      if (row === undefined || row.offsetMs > end) return
      for (const [name, value] of Object.entries(row.values)) addTo(values, counts, name as TraceColumn, value)
    }
  }

  #firstAfter(offsetMs: number): number {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#rows[middle]?.offsetMs ?? 0) > offsetMs) high = middle
      else low = middle + 1
    }
    return low
  }
}

function addTo(
  values: ReplayedValues,
  counts: Partial<Record<TraceColumn, number>>,
  column: TraceColumn,
  value: number,
): void {
  const count = (counts[column] ?? 0) + 1
  counts[column] = count
  const known = values[column]
  if (known === undefined) {
    values[column] = { average: value, minimum: value, maximum: value }
    return
  }
  known.average += (value - known.average) / count
  known.minimum = Math.min(known.minimum, value)
  known.maximum = Math.max(known.maximum, value)
}
