import { closeSync, copyFileSync, mkdirSync, openSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'

/** A log is cut when it is larger than this; the part before it is kept once more, as `<name>.log.1`. */
const logLimitBytes = 20 * 1024 * 1024

/** Opens a log for a child process, which appends to it by itself. The caller closes the descriptor. */
export function withLogFile<Result>(file: string, use: (descriptor: number) => Result): Result {
  mkdirSync(dirname(file), { recursive: true })
  const descriptor = openSync(file, 'a')
  try {
    return use(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Keeps a log within its limit. Its writers append, so that cutting it under their feet is safe. */
export function boundLogFile(file: string, limitBytes = logLimitBytes): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size <= limitBytes) return
  copyFileSync(file, `${file}.1`)
  truncateSync(file)
}
