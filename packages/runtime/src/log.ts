import pino from 'pino'

/** One wide line per unit of work: `log.info({ durationMs, entries }, 'batch.stored')`. The message is an event name. */
export type Log = pino.Logger

/** Secrets that a careless field might carry never reach a log. */
const redacted = [
  'password',
  '*.password',
  'secret',
  '*.secret',
  'token',
  '*.token',
  'headers.cookie',
  'headers.authorization',
]

export function createLog(name: string, level = 'info'): Log {
  return pino({
    name,
    level,
    redact: redacted,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  })
}
