import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processStart } from './process-identity.ts'

const prefix = 'stellacontrol-'
const owned = /^stellacontrol-(\d+)-([^-]*)-/

let swept = false

/**
 * A new empty folder under the system's temporary folder that other users may pass through (PostgreSQL runs as one of them).
 * It is left for its maker to remove; what processes that are gone left behind is swept by the next process that asks.
 */
export function temporaryFolder(): string {
  const parent = tmpdir()
  if (!swept) sweep(parent)
  swept = true
  mkdirSync(parent, { recursive: true })
  const start = (processStart(process.pid) ?? '').replaceAll(/\W/g, '')
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-${start}-`))
  chmodSync(folder, 0o711)
  return folder
}

function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid, start] = owned.exec(name) ?? []
    if (pid === undefined || processStart(Number(pid))?.replaceAll(/\W/g, '') === start) continue
    try {
      rmSync(join(parent, name), { recursive: true, force: true })
    } catch {
      // Another user's, or a server is still on its way out: the next sweep takes it.
    }
  }
}
