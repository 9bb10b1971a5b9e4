import type { DeviceStatus } from '@stellacontrol/protocol'
import { absent } from '../history/history-layout.ts'
import { type MakeStatus, modeOf, pastHead } from './past-status.ts'

/** A report of the past. */
export interface PastReport {
  /** Epoch ms at which the platform got it; what a device kept and sent later: at which it was measured. */
  at: number
  status: DeviceStatus
}

/** PostgreSQL's epoch, 2000-01-01, as Unix ms. Moments are microseconds since then. */
const epochMs = 946_684_800_000
const signatureBytes = 19
const firstCapacity = 4_096
const nothing = -1
const columns = {
  deviceId: pastHead.indexOf('device_id'),
  boot: pastHead.indexOf('boot_id'),
  sequence: pastHead.indexOf('seq'),
  arrivalDelay: pastHead.indexOf('arrival_delay_ds'),
  flags: pastHead.indexOf('flags'),
}

/** Thrown when a slice has more reports than may be kept at once. */
export class SliceTooLarge extends Error {}

/** The reports of one device among the rows, by their numbers. */
interface Chain {
  first: number
  last: number
  isInOrder: boolean
}

/**
 * Reports as `COPY … TO STDOUT (FORMAT binary)` sends them (manual, "COPY", section Binary Format), in flat arrays and chained by
 * device: a hundred thousand are a few megabytes, and only what came in disorder is sorted.
 */
export class PastSlice {
  readonly width: number
  private readonly maximumReports: number
  private rows = 0
  private numbers: Int32Array
  private moments = new Float64Array(firstCapacity)
  private next = new Int32Array(firstCapacity)
  private readonly chains = new Map<number, Chain>()
  private rest: Buffer = Buffer.alloc(0)
  private hasBegun = false

  /** @param width numbers of a report, the head's included */
  constructor(width: number, maximumReports: number) {
    this.width = width
    this.maximumReports = maximumReports
    this.numbers = new Int32Array(firstCapacity * width)
  }

  /** Makes it empty; what it took in memory stays for what comes next. */
  clear(): void {
    this.rows = 0
    this.chains.clear()
    this.rest = Buffer.alloc(0)
    this.hasBegun = false
  }

  get reports(): number {
    return this.rows
  }

  /** The devices that it has reports of, in no order. */
  get deviceIds(): Iterable<number> {
    return this.chains.keys()
  }

  /** The greatest number of a column. */
  greatest(column: number): number {
    let greatest = absent
    for (let row = 0; row < this.rows; row++) {
      greatest = Math.max(greatest, this.numbers[row * this.width + column] as number)
    }
    return greatest
  }

  /** The reports of a device in the order in which the platform got them. */
  *reportsOf(deviceId: number, serial: string, makeStatus: MakeStatus): Generator<PastReport> {
    for (const row of this.inOrder(deviceId)) {
      yield { at: this.moments[row] as number, status: makeStatus(serial, this.numbers, row * this.width) }
    }
  }

  /** @throws SliceTooLarge */
  take(chunk: Buffer): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    let offset = 0
    if (!this.hasBegun && bytes.length >= signatureBytes) {
      this.hasBegun = true
      offset = signatureBytes
    }
    if (this.hasBegun) {
      for (let end = this.takeRow(bytes, offset); end > 0; end = this.takeRow(bytes, offset)) offset = end
    }
    this.rest = bytes.subarray(offset)
  }

  /** Returns where the row ends; 0 if there is none, or not the whole of it. */
  private takeRow(bytes: Buffer, start: number): number {
    const { width, rows } = this
    if (bytes.length - start < 2 || bytes.readInt16BE(start) < 0) return 0
    if (rows === this.moments.length) this.grow()
    const base = rows * width
    let at = 0
    let offset = start + 2
    for (let index = 0; index < width; index++) {
      if (bytes.length - offset < 4) return 0
      const length = bytes.readInt32BE(offset)
      offset += 4
      if (bytes.length - offset < length) return 0
      if (length === 2) this.numbers[base + index] = bytes.readInt16BE(offset)
      else if (length === 4) this.numbers[base + index] = bytes.readInt32BE(offset)
      else if (length === 8)
        at = epochMs + (bytes.readInt32BE(offset) * 2 ** 32 + bytes.readUInt32BE(offset + 4)) / 1000
      else this.numbers[base + index] = absent
      if (length > 0) offset += length
    }
    this.chain(rows, at)
    return offset
  }

  private chain(row: number, measuredAt: number): void {
    const base = row * this.width
    const isKept = modeOf(this.numbers[base + columns.flags] as number) === 'backfill'
    const at = isKept ? measuredAt : measuredAt + (this.numbers[base + columns.arrivalDelay] as number) * 100
    this.moments[row] = at
    this.next[row] = nothing
    this.rows++
    const deviceId = this.numbers[base + columns.deviceId] as number
    const chain = this.chains.get(deviceId)
    if (chain === undefined) {
      this.chains.set(deviceId, { first: row, last: row, isInOrder: true })
      return
    }
    if (at <= (this.moments[chain.last] as number)) chain.isInOrder = false
    this.next[chain.last] = row
    chain.last = row
  }

  private inOrder(deviceId: number): number[] {
    const rows: number[] = []
    const chain = this.chains.get(deviceId)
    for (let row = chain?.first ?? nothing; row !== nothing; row = this.next[row] as number) rows.push(row)
    return chain?.isInOrder === false ? rows.sort((left, right) => this.compare(left, right)) : rows
  }

  /** By moment; what came at once, such as two reports of one packet, by boot and sequence. */
  private compare(left: number, right: number): number {
    const number = (row: number, column: number) => (this.numbers[row * this.width + column] as number) >>> 0
    const later = (column: number) => number(left, column) - number(right, column)
    return (
      (this.moments[left] as number) - (this.moments[right] as number) || later(columns.boot) || later(columns.sequence)
    )
  }

  private grow(): void {
    const capacity = this.moments.length * 2
    if (this.rows >= this.maximumReports) throw new SliceTooLarge(`more than ${this.maximumReports} reports`)
    this.numbers = grown(new Int32Array(capacity * this.width), this.numbers)
    this.moments = grown(new Float64Array(capacity), this.moments)
    this.next = grown(new Int32Array(capacity), this.next)
  }
}

function grown<Numbers extends Int32Array | Float64Array>(larger: Numbers, smaller: Numbers): Numbers {
  larger.set(smaller)
  return larger
}
