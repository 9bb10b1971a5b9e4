import { clockOf } from '@stellacontrol/alerts'

export const minuteMs = 60_000
export const dayMs = 86_400_000
const quarterMs = 15 * minuteMs
/** A day of which a clock was put back has 25 hours, and one that is skipped is made up for. */
const longestWaitMs = 27 * 3_600_000

/** Minutes since local midnight. */
export function minuteOfDay(timeZone: string, at: number): number {
  return Math.floor(localMs(timeZone, at) / minuteMs) % 1440
}

/** "2026-03-29", local. */
export function localDay(timeZone: string, at: number): string {
  return new Date(localMs(timeZone, at)).toISOString().slice(0, 10)
}

/** "14:05", local. */
export function localTime(timeZone: string, at: number): string {
  return new Date(localMs(timeZone, at)).toISOString().slice(11, 16)
}

/** "14:05", or with another local day than today's "Sat 10 Jan, 14:05". */
export function localMoment(timeZone: string, at: number, now: number): string {
  const time = localTime(timeZone, at)
  if (localDay(timeZone, at) === localDay(timeZone, now)) return time
  const parts = { weekday: 'short', day: 'numeric', month: 'short' } as const
  const words = new Intl.DateTimeFormat('en', { ...parts, timeZone: 'UTC' }).formatToParts(localMs(timeZone, at))
  const word = (type: string) => words.find((part) => part.type === type)?.value ?? ''
  return `${word('weekday')} ${word('day')} ${word('month')}, ${time}`
}

/** How often a moment of the local day, and from it every so many minutes, has passed since 1970. */
export function slotOf(timeZone: string, at: number, offsetMinutes: number, everyMinutes: number): number {
  return Math.floor((localMs(timeZone, at) / minuteMs - offsetMinutes) / everyMinutes)
}

/** "07:30" in minutes. */
export function minutesOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number)
  return hours * 60 + minutes
}

/**
 * The first full minute after a moment at which something holds, within 27 hours; it then must hold for a quarter of an hour. Asking
 * the clock instead of calculating makes skipped and repeated hours right by themselves.
 */
export function firstMinute(after: number, holds: (at: number) => boolean): number {
  const start = Math.floor(after / minuteMs) * minuteMs + minuteMs
  for (let quarter = start; quarter <= start + longestWaitMs; quarter += quarterMs) {
    if (!holds(quarter)) continue
    const from = Math.max(start, quarter - quarterMs + minuteMs)
    for (let at = from; at < quarter; at += minuteMs) if (holds(at)) return at
    return quarter
  }
  return start + longestWaitMs
}

function localMs(timeZone: string, at: number): number {
  return clockOf(timeZone, at)
}
