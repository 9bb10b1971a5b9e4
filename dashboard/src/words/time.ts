const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** A length of time in its largest sensible unit: "40 s", "27 min", "42 h", "6 d". Below zero counts as zero. */
export function formatDuration(lengthMs: number): string {
  const length = Math.max(0, lengthMs)
  if (length < 90 * secondMs) return `${Math.floor(length / secondMs)} s`
  if (length < 90 * minuteMs) return `${Math.round(length / minuteMs)} min`
  if (length < 48 * hourMs) return `${Math.round(length / hourMs)} h`
  return `${Math.round(length / dayMs)} d`
}

/** How far behind something is: tenths of a second while short. */
export function formatLag(lagMs: number): string {
  return lagMs < 10 * secondMs ? `${(Math.max(0, lagMs) / secondMs).toFixed(1)} s` : formatDuration(lagMs)
}

/** Date and time with seconds, in the site's time zone if one is given, else the reader's own. */
export function formatMoment(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
  }).format(at)
}

/** The day of a moment, with its year. */
export function formatDay(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(at)
}

/** Time of day with seconds. */
export function formatTime(at: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
  }).format(at)
}

/** Epoch ms of an ISO moment; undefined if there is none or it cannot be read. */
export function toMoment(iso: string | null | undefined): number | undefined {
  if (iso === null || iso === undefined) return undefined
  const at = Date.parse(iso)
  return Number.isNaN(at) ? undefined : at
}
