import type { Database } from '../database.ts'
import { findDeviceIds } from '../devices.ts'
import { slots, slotsPerBand } from '../history/history-layout.ts'
import { type Scope, withScope } from '../scope.ts'
import type { PastColumns } from './past-columns.ts'
import { type PastReport, PastSlice, SliceTooLarge } from './past-slice.ts'
import { type MakeStatus, pastHead, statusMaker } from './past-status.ts'

export interface PastRequest {
  serials: readonly string[]
  /** Epoch ms, by when reports were measured; the end is excluded. */
  fromAt: number
  untilAt: number
  columns: PastColumns
}

/** What some devices reported in a part of the time. */
export interface PastPart {
  /** Epoch ms: until when everything has been handed over. */
  untilAt: number
  reports: number
  devices(): Iterable<{ serial: string; reports: Iterable<PastReport> }>
}

const hourMs = 3_600_000
const shortestPartMs = hourMs
const longestPartMs = 192 * hourMs
/**
 * So many reports are read at a time, if devices report as usual: 10 MB of numbers, of which two parts are kept. Some devices may
 * report every second for days: what becomes more than the maximum is read again in smaller parts.
 */
const usualSizes = { reportsPerPart: 150_000, maximumReports: 1_000_000 }
const usualIntervalMs = 600_000
/** So many bands are read of each report until one has more: each costs time, and no report has more than 16. */
const usualBands = 5
/** The planner takes what a fleet of so many devices sent for scattered; it lies together. */
const fleetFrom = 100
const readTogether =
  'set local enable_nestloop = off; set local max_parallel_workers_per_gather = 0; set local random_page_cost = 1.1'

/**
 * The reports of many devices, part of time by part of time, the oldest first; for each, only what a rule needs. The next part is
 * read while one is looked at. Devices outside the scope, and times in which a device was somebody else's, have no reports.
 */
export async function* readPast(
  database: Database,
  scope: Scope,
  request: PastRequest,
  sizes = usualSizes,
): AsyncGenerator<PastPart> {
  const ids = await withScope(database, scope, (queries) => findDeviceIds(queries, request.serials))
  const serials = new Map([...ids].map(([serial, id]) => [id, serial]))
  const reader = new PartReader(database, scope, request, [...serials.keys()], sizes)
  let next = serials.size > 0 ? reader.read(request.fromAt) : undefined
  while (next !== undefined) {
    const { untilAt, slice, makeStatus } = await next
    next = untilAt < request.untilAt ? reader.read(untilAt) : undefined
    // Whether it failed is told when it is asked for.
    next?.catch(() => {})
    yield {
      untilAt,
      reports: slice.reports,
      *devices() {
        for (const id of slice.deviceIds) {
          const serial = serials.get(id)
          if (serial !== undefined) yield { serial, reports: slice.reportsOf(id, serial, makeStatus) }
        }
      },
    }
    reader.reuse(slice)
  }
}

interface ReadPart {
  untilAt: number
  slice: PastSlice
  makeStatus: MakeStatus
}

/** Reads one part after the other; learns how long parts may be, and how many bands there are. */
class PartReader {
  private readonly database: Database
  private readonly scope: Scope
  private readonly request: PastRequest
  private readonly deviceIds: readonly number[]
  private readonly maximumReports: number
  private partMs: number
  private bands: number
  /** Memory that is used again: the collector would let it grow for long. */
  private spare: PastSlice | undefined

  constructor(
    database: Database,
    scope: Scope,
    request: PastRequest,
    deviceIds: readonly number[],
    { reportsPerPart, maximumReports }: typeof usualSizes,
  ) {
    this.maximumReports = maximumReports
    this.database = database
    this.scope = scope
    this.request = request
    this.deviceIds = deviceIds
    const usualMs = (reportsPerPart / Math.max(1, deviceIds.length)) * usualIntervalMs
    this.partMs = Math.min(longestPartMs, Math.max(shortestPartMs, usualMs))
    this.bands = request.columns.slots.length === 0 ? 0 : usualBands
  }

  async read(fromAt: number): Promise<ReadPart> {
    const untilAt = Math.min(fromAt + this.partMs, this.request.untilAt)
    try {
      const slice = await this.readSlice(fromAt, untilAt)
      const bands = this.bands === 0 ? 0 : slice.greatest(this.bandCountColumn)
      if (bands <= this.bands) return { untilAt, slice, makeStatus: statusMaker(this.request.columns, this.bands) }
      this.bands = bands
    } catch (error) {
      if (!(error instanceof SliceTooLarge)) throw error
      this.partMs /= 2
    }
    return this.read(fromAt)
  }

  /** A slice that nobody looks at any more. */
  reuse(slice: PastSlice): void {
    slice.clear()
    this.spare = slice
  }

  private get bandCountColumn(): number {
    return pastHead.length + this.request.columns.columns.length
  }

  private async readSlice(fromAt: number, untilAt: number): Promise<PastSlice> {
    const columns = this.columns()
    const slice = this.spare?.width === columns.length ? this.spare : new PastSlice(columns.length, this.maximumReports)
    this.spare = undefined
    await withScope(this.database, this.scope, async (queries) => {
      if (this.deviceIds.length >= fleetFrom) await queries.execute(readTogether)
      // COPY takes no parameters: these are numbers.
      await queries.copyOut(
        `copy (select ${columns.join(', ')} from owned_report
          where at >= to_timestamp(${fromAt / 1000}) and at < to_timestamp(${untilAt / 1000})
            and device_id = any ('{${this.deviceIds.join(',')}}')) to stdout (format binary)`,
        (chunk) => slice.take(chunk),
      )
    })
    return slice
  }

  /** Where a report has fewer bands, the slots of those that are missing come as absent. */
  private columns(): string[] {
    const { columns, slots: read } = this.request.columns
    if (read.length === 0) return [...pastHead, ...columns]
    const ofBand = (band: number) => read.map((slot) => `bands[${band * slotsPerBand + slots[slot] + 1}]`)
    const bands = Array.from({ length: this.bands }, (_, band) => ofBand(band))
    return [...pastHead, ...columns, `cardinality(bands) / ${slotsPerBand}`, ...bands.flat()]
  }
}
