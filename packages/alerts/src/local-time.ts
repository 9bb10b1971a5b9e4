const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface LocalTime {
  /** 0 to 23. */
  hour: number
  /** 0 = Sunday. */
  weekday: number
  /** Days since 1970-01-01, local. */
  day: number
}

const slotMs = hourMs / 4
/** Offsets by zone and quarter of an hour. Reports come in order of time, and those of a backtest again for each device. */
const known = new Map<string, Map<number, number>>()
const slotsKept = 5_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Wall-clock time in an IANA zone; UTC where the zone does not exist. Offsets change on quarter hours only. */
export function localTime(timeZone: string, at: number): LocalTime {
  const localMs = at + offsetMs(timeZone, at)
  const day = Math.floor(localMs / dayMs)
  return { hour: Math.floor((localMs - day * dayMs) / hourMs), weekday: (((day + 4) % 7) + 7) % 7, day }
}

/** How far a zone is ahead of UTC at a moment. */
function offsetMs(timeZone: string, at: number): number {
  const slot = Math.floor(at / slotMs)
  const ofZone = known.get(timeZone) ?? new Map<number, number>()
  const found = ofZone.get(slot)
  if (found !== undefined) return found
  if (ofZone.size >= slotsKept) ofZone.clear()
  const offset = lookUpOffsetMs(timeZone, at)
  known.set(timeZone, ofZone.set(slot, offset))
  return offset
}

/** What the clock on the wall shows, as if it were UTC. */
export function clockOf(timeZone: string, at: number): number {
  return at + offsetMs(timeZone, at)
}

/** The moment at which the clock shows it; one that is skipped counts by the offset before, one that exists twice is the first or second of them. */
export function momentOf(timeZone: string, clock: number): number {
  const guess = clock - offsetMs(timeZone, clock)
  return clock - offsetMs(timeZone, guess)
}

function lookUpOffsetMs(timeZone: string, at: number): number {
  const name = formatOf(timeZone)
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '')
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    } catch {
      format = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', timeZoneName: 'longOffset' })
    }
    formats.set(timeZone, format)
  }
  return format
}

/** Working time of a booster's building: Monday to Friday, 09:00 to 17:00 [original product]. */
export function isWorkingHour({ hour, weekday }: LocalTime): boolean {
  return weekday >= 1 && weekday <= 5 && hour >= 9 && hour < 17
}
