import { CodedError } from '@stellacontrol/runtime'

/** SQLSTATE classes and codes of a server that cannot serve now, whatever the statement (PostgreSQL manual, appendix A). */
const unavailableStates = [
  '08', // connection exception
  '28', // invalid authorisation: wrong password in the settings, never a matter of data
  '3D', // the database does not exist (yet)
  '40', // serialisation failure, deadlock
  '53', // disk full, out of memory, too many connections
  '57', // shutdown, crash of another backend, statement time-out
  '58', // input or output error of the operating system
  '25P03', // idle in transaction for too long: this process was paused
  '55P03', // a lock was not granted in time
  '55006', // object in use
  '25006', // read only: a standby that was promoted elsewhere
]

/** Classes of answers that will be the same however often the same data are sent: bad value, broken constraint, too large. */
const dataStates = ['22', '23', '54']

const connectionErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOENT',
  'EACCES',
])

/** What pg says without a code when a connection ends, cannot be made, or does not answer. */
const connectionMessages =
  /connection terminated|timeout exceeded|timeout expired|query read timeout|not queryable|connection ended/i

/**
 * True if PostgreSQL could not serve: connection refused or lost, shutting down, too many connections, disk full, time-out,
 * deadlock. The same call may succeed later. False for errors of data and of programs. Follows `cause`.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  if (code !== undefined && (connectionErrors.has(code) || isState(code, unavailableStates))) return true
  if (code === undefined && connectionMessages.test(error.message)) return true
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  return isUnavailable(error.cause)
}

/** True if PostgreSQL answered and refused what the statement carried; repeating it cannot help. */
export function isDataError(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && isState(code, dataStates)
}

/** The SQLSTATE of a server's answer or the errno of a connection; undefined if the error has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function isState(code: string, states: readonly string[]): boolean {
  return code.length === 5 && states.some((state) => code.startsWith(state))
}

/**
 * PostgreSQL answered but refused a row of history. Bisect the batch, lower ids first (what is below the last stored id counts as
 * stored); an entry that fails alone is written again with `decoded: { rejected: 'unstorable', detail }` and thereby set aside.
 */
export class HistoryDataError extends CodedError {
  constructor(cause: unknown) {
    super('history-data-refused', `PostgreSQL refused a row: ${String(cause)}`, { cause })
    this.name = 'HistoryDataError'
  }
}
