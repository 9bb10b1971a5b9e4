import { CommanderError } from 'commander'

/** What `./stella` returns to the shell; documented in `./stella --help`. */
export const exitCode = { ok: 0, failure: 1, usage: 2, notFound: 3, unreachable: 5 } as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** A failure with its own exit code; the message is one line for a person. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: string
  readonly exitCode: ExitCode

  constructor(code: keyof typeof exitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.exitCode = exitCode[code]
  }
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'redis-unavailable',
])

/** The exit code of whatever was thrown. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return unreachableCodes.has(code) ? exitCode.unreachable : exitCode.failure
}
