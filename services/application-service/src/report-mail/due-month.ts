const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** 06:00 UTC of the first: what is recorded late is in by then, and nobody is written to in the night. */
const firstHour = 6
/** After the seventh a report is of no use as news: it is on the page. */
const lastDay = 7

/** A month of UTC whose reports may be sent at a moment. */
export interface DueMonth {
  /** `2026-11` */
  month: string
  /** Epoch ms of its end. */
  endedAt: number
  /** Epoch ms: later nobody is sent it. */
  uselessAt: number
}

/** The month before, from 06:00 UTC of the first until the end of the seventh. Pure. */
export function dueMonth(now: number): DueMonth | undefined {
  const date = new Date(now)
  const endedAt = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  const uselessAt = endedAt + lastDay * dayMs
  if (now < endedAt + firstHour * hourMs || now >= uselessAt) return undefined
  return { month: monthBefore(endedAt), endedAt, uselessAt }
}

/** The name of the month before the one of a moment. Pure. */
export function monthBefore(at: number): string {
  const date = new Date(at)
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1)).toISOString().slice(0, 7)
}
