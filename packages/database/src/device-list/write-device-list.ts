import { Readable } from 'node:stream'
import { deviceCsvColumns } from '@stellacontrol/protocol'
import { stringify } from 'csv-stringify'
import type { DeviceRecord } from '../device-records.ts'
import { guardCell } from './csv-cells.ts'

/** Devices as CSV that an import reads back unchanged and no spreadsheet runs anything of. Reads as slowly as it is read. */
export function writeDeviceList(pages: AsyncIterable<readonly DeviceRecord[]>): Readable {
  const lines = stringify({
    header: true,
    columns: [...deviceCsvColumns],
    record_delimiter: 'windows',
    bom: true,
    // A lone line feed is no line end to it, but is one to whoever reads.
    quoted_match: /[\r\n]/,
  })
  const source = Readable.from(cellsOf(pages))
  source.on('error', (error) => lines.destroy(error))
  lines.on('close', () => source.destroy())
  return source.pipe(lines)
}

async function* cellsOf(pages: AsyncIterable<readonly DeviceRecord[]>): AsyncGenerator<string[]> {
  for await (const page of pages) for (const device of page) yield rowOf(device)
}

/** Numbers cannot be formulas and stay numbers to a spreadsheet. */
function rowOf(device: DeviceRecord): string[] {
  const texts = [device.serial, device.model, device.name, device.site?.name ?? '', device.location].map(guardCell)
  const numbers = [device.latitude, device.longitude].map((degrees) => (degrees === null ? '' : String(degrees)))
  return [...texts, ...numbers, guardCell(device.tags.join(';')), guardCell(device.notes)]
}
