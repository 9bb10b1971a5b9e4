import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  type DeviceCsvColumn,
  deviceChangeSchema,
  deviceCsvColumns,
  type ImportReport,
  isSerial,
} from '@stellacontrol/protocol'
import { CodedError } from '@stellacontrol/runtime'
import { CsvError, parse } from 'csv-parse'
import { unguardCell } from './csv-cells.ts'

export const maximumListBytes = 5 * 1024 * 1024
export const maximumListLines = 20_000
/** A notes column of 4,000 characters, the others, and room. */
const maximumRecordCharacters = 40_000

export type ListProblem = ImportReport['problems'][number]

/** One device as a list describes it. A column that the list does not have is undefined. */
export interface ListedDevice {
  line: number
  serial: string
  model?: string | undefined
  /** Empty = the serial, or the name it has. */
  name?: string | undefined
  /** Name of a site; empty = none. */
  site?: string | undefined
  location?: string | undefined
  latitude?: number | null | undefined
  longitude?: number | null | undefined
  tags?: string[] | undefined
  notes?: string | undefined
}

export interface DeviceList {
  /** Lines with something on them, without the head. */
  lines: number
  devices: ListedDevice[]
  problems: ListProblem[]
}

/**
 * Reads a list of devices as CSV (RFC 4180; UTF-8 with or without byte order mark, any line ends, head line in any order) and finds
 * everything that is wrong with the list by itself. What it says of sites and models, only the registry can judge.
 * @throws CodedError `list-too-large` beyond 5 MiB
 */
export async function readDeviceList(source: AsyncIterable<Buffer | string>): Promise<DeviceList> {
  const reader = new ListReader()
  const parser = parse({
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: maximumRecordCharacters,
    on_record: (record: string[], { lines }) => reader.take(record, lines),
  })
  const nothing = new Writable({ objectMode: true, write: (_chunk, _encoding, done) => done() })
  try {
    await pipeline(limited(source, reader), parser, nothing)
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    reader.fail(error)
  }
  return reader.list()
}

async function* limited(source: AsyncIterable<Buffer | string>, reader: ListReader): AsyncGenerator<Buffer> {
  let bytes = 0
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const chunk of source) {
    const part = Buffer.from(chunk)
    if (reader.isFull) return
    bytes += part.length
    if (bytes > maximumListBytes)
      throw new CodedError('list-too-large', `the list is larger than ${maximumListBytes} bytes`)
    if (reader.isText) reader.isText = decodes(decoder, part)
    yield part
  }
}

function decodes(decoder: InstanceType<typeof TextDecoder>, part: Buffer): boolean {
  try {
    decoder.decode(part, { stream: true })
    return true
  } catch {
    return false
  }
}

class ListReader {
  private readonly devices: ListedDevice[] = []
  private readonly problems: ListProblem[] = []
  private readonly lineOf = new Map<string, number>()
  private columns: (DeviceCsvColumn | undefined)[] | undefined
  private lines = 0
  /** Nothing further is looked at. */
  isFull = false
  /** Every byte so far was UTF-8: a replacement character was then written as one. */
  isText = true
  private lastLine = 0

  /** Nothing is handed on: what was read is here, also if the file breaks off later. */
  take(record: string[], endLine: number): null {
    // A cell may go over several lines; people look for the first.
    const line = endLine - record.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0)
    this.lastLine = endLine
    if (this.columns === undefined) this.columns = this.takeHead(record, line)
    else if (++this.lines <= maximumListLines) this.takeLine(record, line, this.columns)
    else if (!this.isFull) {
      this.isFull = true
      const most = maximumListLines.toLocaleString('en')
      this.note(line, null, '', `a list has at most ${most} lines; the rest was not read`)
    }
    return null
  }

  fail(error: CsvError): void {
    if (this.isFull) return
    this.note(this.lastLine + 1, null, '', wordsOf[error.code] ?? 'not readable as CSV; the rest was not read')
  }

  list(): DeviceList {
    if (this.columns === undefined && this.problems.length === 0) this.note(1, null, '', 'the list is empty')
    return { lines: Math.min(this.lines, maximumListLines + 1), devices: this.devices, problems: this.problems }
  }

  private takeHead(record: string[], line: number): (DeviceCsvColumn | undefined)[] {
    const columns = record.map((cell) => {
      const name = cell.trim().toLowerCase()
      const known = deviceCsvColumns.find((column) => column === name)
      if (known === undefined) this.note(line, null, cell, `no such column; there are ${deviceCsvColumns.join(', ')}`)
      return known
    })
    for (const [position, column] of columns.entries()) {
      if (column && columns.indexOf(column) !== position) this.note(line, column, column, 'the column is there twice')
    }
    if (!columns.includes('serial')) this.note(line, 'serial', '', 'the column is missing')
    return columns
  }

  private takeLine(record: string[], line: number, columns: (DeviceCsvColumn | undefined)[]): void {
    if (record.length !== columns.length) {
      const found = `${record.length} cells where the head line has ${columns.length}`
      this.note(line, null, record.join(','), found)
      return
    }
    const cells: Partial<Record<DeviceCsvColumn, string>> = {}
    for (const [position, column] of columns.entries()) if (column) cells[column] = unguardCell(record[position] ?? '')
    const before = this.problems.length
    const device = this.deviceOf(cells, line)
    if (this.problems.length === before) this.devices.push(device)
  }

  private deviceOf(cells: Partial<Record<DeviceCsvColumn, string>>, line: number): ListedDevice {
    const serial = (cells.serial ?? '').trim().toUpperCase()
    if (!isSerial(serial)) this.note(line, 'serial', cells.serial ?? '', 'not a serial number')
    const earlier = this.lineOf.get(serial)
    if (earlier !== undefined) this.note(line, 'serial', serial, `also on line ${earlier}`)
    else this.lineOf.set(serial, line)
    const device: ListedDevice = {
      line,
      serial,
      model: cells.model?.trim(),
      name: cells.name?.trim(),
      site: cells.site?.trim(),
      location: cells.location?.trim(),
      latitude: this.degrees(cells, 'latitude', line),
      longitude: this.degrees(cells, 'longitude', line),
      tags: cells.tags === undefined ? undefined : tagsOf(cells.tags),
      notes: cells.notes,
    }
    this.check(device, cells, line)
    return device
  }

  private degrees(cells: Partial<Record<DeviceCsvColumn, string>>, column: 'latitude' | 'longitude', line: number) {
    const text = cells[column]?.trim()
    if (text === undefined) return undefined
    if (text === '') return null
    if (/^[+-]?\d{1,3}(\.\d+)?$/.test(text)) return Number(text)
    this.note(line, column, text, 'not degrees such as 51.2194')
    return undefined
  }

  /** The same rules as for editing a device, column by column. */
  private check(device: ListedDevice, cells: Partial<Record<DeviceCsvColumn, string>>, line: number): void {
    const { latitude, longitude } = device
    if (latitude !== undefined && longitude !== undefined && (latitude === null) !== (longitude === null)) {
      this.note(line, 'latitude', cells.latitude ?? '', 'a position has a latitude and a longitude, or neither')
    }
    for (const column of ['name', 'location', 'latitude', 'longitude', 'tags', 'notes'] as const) {
      const value = device[column]
      if (value === undefined || (column === 'name' && value === '')) continue
      const text = cells[column] ?? ''
      if (!this.isText && text.includes('\ufffd')) this.note(line, column, text, 'not UTF-8 text')
      const parsed = deviceChangeSchema.safeParse({ [column]: value })
      if (!parsed.success) this.note(line, column, text, parsed.error.issues[0]?.message ?? 'not valid')
    }
  }

  private note(line: number, column: string | null, value: string, problem: string): void {
    this.problems.push({ line, column, value: value.slice(0, 100), problem })
  }
}

function tagsOf(text: string): string[] {
  const tags = text.split(/[,;]/).map((tag) => tag.trim())
  return [...new Set(tags.filter(Boolean))]
}

const wordsOf: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed; the rest was not read',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quotation mark; the rest was not read',
  INVALID_OPENING_QUOTE: 'a quotation mark in the middle of a cell; the rest was not read',
  CSV_MAX_RECORD_SIZE: 'the line is too long; the rest was not read',
}
