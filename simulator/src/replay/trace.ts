import { readFileSync } from 'node:fs'

/** The quantities of a recorded radio trace; all in dBm or dB, absent where the recorder had nothing to say. */
export const traceColumns = [
  'rsrp',
  'rsrq',
  'sinr',
  'rssi',
  'modem-rsrp',
  'modem-rsrq',
  'modem-sinr',
  'modem-rssi',
] as const
export type TraceColumn = (typeof traceColumns)[number]

export interface TraceOptions {
  /** Which column of the file holds which quantity. */
  columns: Partial<Record<TraceColumn, string>>
  /** Column of the moments; "Timestamp" by default. */
  timestamp?: string
  /** Column of the technology; "NetworkMode" by default, may be missing. */
  mode?: string
}

export interface TraceRow {
  /** Milliseconds since the first row. */
  offsetMs: number
  values: Partial<Record<TraceColumn, number>>
}

/** A trace that cannot be used: the message names the file, the line and the column. */
export class TraceError extends Error {
  readonly code = 'trace-invalid'
}

/** Ranges outside of which a value is a sentinel or dirt [Android CellSignalStrengthLte, libmbim]. */
const plausible: Readonly<Record<string, readonly [number, number]>> = {
  rsrp: [-140, -30],
  rsrq: [-43, 20],
  sinr: [-23, 40],
  rssi: [-120, -10],
}
/** Rows of these technologies hold another quantity in the column of RSRP. */
const olderTechnology = /HSPA|HSDPA|HSUPA|UMTS|WCDMA|GSM|EDGE|GPRS/i
/** What the recorder writes as RSRQ in such rows. */
const rsrqOfOlderTechnology = -2

/** Reads a CSV file with a head line. Throws TraceError. */
export function readTrace(path: string, options: TraceOptions): TraceRow[] {
  try {
    return parseTrace(readFileSync(path, 'utf8'), options)
  } catch (error) {
    throw new TraceError(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** Rows in the order of time. Dirt (`-`, `?`, empty) and sentinels become absent values. Throws TraceError. */
export function parseTrace(text: string, options: TraceOptions): TraceRow[] {
  const [head, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = (head ?? '').split(',').map((name) => name.trim())
  const indexOf = (name: string): number => {
    const index = names.indexOf(name)
    if (index < 0) throw new TraceError(`there is no column "${name}", only ${names.join(', ')}`)
    return index
  }
  const timestampIndex = indexOf(options.timestamp ?? 'Timestamp')
  const modeIndex = options.mode === undefined ? names.indexOf('NetworkMode') : indexOf(options.mode)
  const columns = Object.entries(options.columns).map(([column, name]) => ({
    column: column as TraceColumn,
    index: indexOf(name),
  }))
  if (columns.length === 0) throw new TraceError('no column is mapped')
  const rows = lines.map((line, index) => {
    const cells = line.split(',').map((cell) => cell.trim())
    const at = parseMoment(cells[timestampIndex] ?? '')
    if (at === undefined) throw new TraceError(`line ${index + 2}: "${cells[timestampIndex]}" is not a moment`)
    const values: TraceRow['values'] = {}
    for (const { column, index: cell } of columns) addValue(values, column, cells[cell])
    dropImpossible(values, modeIndex < 0 ? '' : (cells[modeIndex] ?? ''))
    return { offsetMs: at, values }
  })
  if (rows.length === 0) throw new TraceError('there are no rows')
  rows.sort((one, other) => one.offsetMs - other.offsetMs)
  const firstAt = rows[0]?.offsetMs ?? 0
  for (const row of rows) row.offsetMs -= firstAt
  return rows
}

/** `YYYY.MM.DD_hh.mm.ss` or ISO 8601 (UTC if it names no zone); epoch ms. */
function parseMoment(text: string): number | undefined {
  const match = /^(\d{4})\.(\d\d)\.(\d\d)_(\d\d)\.(\d\d)\.(\d\d)$/.exec(text)
  if (match !== null) {
    const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
  const iso = /^\d{4}-\d\d-\d\d[T ]/.test(text) ? text.replace(' ', 'T') : undefined
  if (iso === undefined) return undefined
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`)
  return Number.isNaN(at) ? undefined : at
}

function addValue(values: TraceRow['values'], column: TraceColumn, cell: string | undefined): void {
  if (cell === undefined || cell === '' || cell === '-' || cell === '?') return
  const value = Number(cell)
  const [low, high] = plausible[column.replace('modem-', '')] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (value >= low && value <= high) values[column] = value
}

function dropImpossible(values: TraceRow['values'], mode: string): void {
  for (const prefix of ['', 'modem-'] as const) {
    const rsrq = values[`${prefix}rsrq`]
    if (rsrq === rsrqOfOlderTechnology || olderTechnology.test(mode)) {
      delete values[`${prefix}rsrp`]
      delete values[`${prefix}rsrq`]
      delete values[`${prefix}sinr`]
    }
    // A carrier's whole power cannot be less than that of one of its resource elements: it is another carrier's.
    const rsrp = values[`${prefix}rsrp`]
    const rssi = values[`${prefix}rssi`]
    if (rsrp !== undefined && rssi !== undefined && rssi < rsrp) delete values[`${prefix}rssi`]
  }
}
