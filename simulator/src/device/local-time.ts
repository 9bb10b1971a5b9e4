const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface LocalTime {
  /** 0 to just below 24. */
  hour: number
  /** 0 = Sunday. */
  weekday: number
  /** Days since 1970-01-01, local. */
  day: number
}

const offsets = new Map<string, Map<number, number>>()
const formats = new Map<string, Intl.DateTimeFormat>()

/** Wall-clock time in an IANA zone. Throws RangeError for a zone that does not exist. */
export function localTime(timeZone: string, at: number): LocalTime {
  const localMs = at + offsetMs(timeZone, at)
  const day = Math.floor(localMs / dayMs)
  return { hour: (localMs - day * dayMs) / hourMs, weekday: (day + 4) % 7, day }
}

/** Zones change their offset on full or half hours only, so one look-up for each half hour is exact. */
function offsetMs(timeZone: string, at: number): number {
  const slot = Math.floor(at / (hourMs / 2))
  let slots = offsets.get(timeZone)
  if (slots === undefined) {
    slots = new Map()
    offsets.set(timeZone, slots)
  }
  let offset = slots.get(slot)
  if (offset === undefined) {
    offset = lookUpOffsetMs(timeZone, at)
    slots.set(slot, offset)
  }
  return offset
}

function lookUpOffsetMs(timeZone: string, at: number): number {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    formats.set(timeZone, format)
  }
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name)
  if (match === null) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -minutes : minutes) * 60_000
}
