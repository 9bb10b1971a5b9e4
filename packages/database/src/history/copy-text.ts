import type { HistoryRow } from './history-row.ts'

/**
 * Rows in PostgreSQL's text format for COPY, one line each. There is nothing to escape: every value is a number, a moment or
 * an array of numbers.
 */
export function copyText(rows: readonly HistoryRow[]): Buffer {
  let text = ''
  for (const { at, deviceId, numbers, bands } of rows) {
    text += `${new Date(at).toISOString()}\t${deviceId}\t${numbers.join('\t')}\t{${bands.join(',')}}\n`
  }
  return Buffer.from(text, 'latin1')
}
