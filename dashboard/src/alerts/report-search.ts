import { positive } from '../administration/audit-search.ts'

/** Whose report of which month is shown: what stands in the address. */
export interface ReportSearch {
  organisation?: number | undefined
  /** `2026-11`, a month of UTC. */
  month?: string | undefined
}

/** The months that are offered. */
const offeredMonths = 24

export function parseReportSearch(input: Record<string, unknown>): ReportSearch {
  const organisation = positive(input.organisation)
  const isMonth = typeof input.month === 'string' && /^20\d{2}-(0[1-9]|1[0-2])$/.test(input.month)
  return {
    ...(organisation === undefined ? {} : { organisation }),
    ...(isMonth ? { month: input.month as string } : {}),
  }
}

/** The month of a moment, or one so many months after it. Pure, as everything here. */
export function monthOf(at: number, later = 0): string {
  const date = new Date(at)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + later, 1)).toISOString().slice(0, 7)
}

/** The month so many months after another. */
export function monthAfter(month: string, later: number): string {
  return monthOf(Date.parse(`${month}-01T00:00:00Z`), later)
}

/** The newest first, beginning with the present one; the chosen one is always among them. */
export function monthsToChoose(now: number, chosen: string): string[] {
  const months = Array.from({ length: offeredMonths }, (_, index) => monthOf(now, -index))
  return months.includes(chosen) ? months : [...months, chosen].sort().toReversed()
}

interface Candidate {
  id: number
  devices: number
}

/** Whose report is shown to whoever chose none: their own organisation's, or the first one's that has boosters. */
export function reportedFirst(organisations: readonly Candidate[], own: number | undefined): number | undefined {
  const ofOwn = organisations.find(({ id }) => id === own)
  if (ofOwn !== undefined && ofOwn.devices > 0) return ofOwn.id
  return (organisations.find(({ devices }) => devices > 0) ?? ofOwn ?? organisations[0])?.id
}
