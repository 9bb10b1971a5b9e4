/** Times as clocks in a zone show them, and back. */

const minuteMs = 60_000
const dayMs = 86_400_000

/** What the clock of a zone shows, as a `datetime-local` field has it: "2026-11-26T22:00". */
export function toClock(at: number, timeZone: string): string {
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 16)
}

/**
 * The moment at which the clock of a zone shows this, in epoch ms; undefined if it is no time or no zone. A time that is
 * skipped in spring is as much later; of one that comes twice in autumn it is the first.
 */
export function fromClock(clock: string, timeZone: string): number | undefined {
  const shown = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(clock) ? Date.parse(`${clock}Z`) : Number.NaN
  if (Number.isNaN(shown) || !isTimeZone(timeZone)) return undefined
  // Clocks are changed at most once between the day before and the day after.
  const [first, second] = [shown - dayMs, shown + dayMs].map((near) => shown - offsetMs(near, timeZone))
  return [first, second].find((at) => at !== undefined && at + offsetMs(at, timeZone) === shown) ?? first
}

export function isTimeZone(timeZone: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone }) !== undefined
  } catch {
    return false
  }
}

/** How far a zone is ahead of UTC. */
function offsetMs(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at)
  const [, sign, hours, minutes] =
    /GMT([+-])(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? []
  if (sign === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs
}
