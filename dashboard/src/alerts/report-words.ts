import type { MonthlyReport } from '@stellacontrol/protocol'
import { count, formatNumber, notMeasured } from '../words/numbers.ts'
import { formatDuration } from '../words/time.ts'

/** "November 2026". Pure, as everything here. */
export function monthWords(month: string): string {
  const at = Date.parse(`${month}-01T00:00:00Z`)
  return new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(at)
}

/** Two decimals, and never 100 % where something was missing. */
export function availabilityWords(percent: number | null): string {
  if (percent === null) return notMeasured
  return `${formatNumber(percent < 100 ? Math.min(percent, 99.99) : percent, 2)} %`
}

/** "27 min"; a dash where nothing was measured. */
export function lengthWords(seconds: number | null): string {
  return seconds === null ? notMeasured : formatDuration(seconds * 1000)
}

/** What the month was like, in a sentence. */
export function reportSentence(report: MonthlyReport, isOver: boolean): string {
  const { organisation, month, devices, availabilityPercent, incidents } = report
  const when = isOver ? monthWords(month) : `${monthWords(month)} so far`
  if (devices === 0) return `${organisation.name} had no boosters in ${monthWords(month)}.`
  const heard =
    availabilityPercent === null
      ? `is not known to have been heard in ${when}`
      : `was heard ${availabilityWords(availabilityPercent)} of ${when}`
  const raised =
    incidents === 0 ? 'no alert was raised' : `${count(incidents, 'alert')} ${incidents === 1 ? 'was' : 'were'} raised`
  return `${organisation.name} ${heard}; ${raised}.`
}
