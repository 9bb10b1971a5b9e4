import { closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Boot number under which the past is loaded: below that of every live boot. */
export const backfillBootId = 1

/**
 * The persistent boot counters of the virtual devices, in `boots.txt` of the state folder: a line `<serial> <bootId>` for
 * each start, the last one counts. A number is on the disk before a report carries it.
 */
export class BootCounters {
  readonly #counters: Map<string, number>
  readonly #file: number

  /** Reads the counters and starts every device once more. Creates the folder. */
  constructor(folder: string, serials: readonly string[]) {
    mkdirSync(folder, { recursive: true })
    const path = join(folder, 'boots.txt')
    this.#counters = readCounters(path)
    for (const serial of serials) this.#counters.set(serial, this.current(serial) + 1)
    const lines = [...this.#counters].map(([serial, bootId]) => `${serial} ${bootId}\n`)
    writeDurably(`${path}.new`, lines.join(''))
    renameSync(`${path}.new`, path)
    this.#file = openSync(path, 'a')
  }

  current(serial: string): number {
    return this.#counters.get(serial) ?? backfillBootId
  }

  /** The device starts again: its new boot number. */
  next(serial: string): number {
    const bootId = this.current(serial) + 1
    this.#counters.set(serial, bootId)
    writeSync(this.#file, `${serial} ${bootId}\n`)
    return bootId
  }

  close(): void {
    fdatasyncSync(this.#file)
    closeSync(this.#file)
  }
}

function readCounters(path: string): Map<string, number> {
  const counters = new Map<string, number>()
  if (!existsSync(path)) return counters
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [serial, bootId] = line.split(' ')
    if (serial && Number.isInteger(Number(bootId)))
      counters.set(serial, Math.max(Number(bootId), counters.get(serial) ?? 0))
  }
  return counters
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'w')
  writeSync(file, text)
  fdatasyncSync(file)
  closeSync(file)
}
