import type { WindowTimes } from '@stellacontrol/database'

const dayMs = 86_400_000
/** What lasts longer is no maintenance: the device is better suspended. */
const longestMs = 31 * dayMs
/** The next one must not begin before the last has ended. */
const longestWeeklyMs = 6 * dayMs

/** What is wrong with the times of a window, field by field. Pure. */
export function wrongTimes({ startsAt, endsAt, repeats, repeatsUntil }: WindowTimes) {
  const fields: { field: string; message: string }[] = []
  const wrong = (field: string, message: string) => fields.push({ field, message })
  const lengthMs = endsAt - startsAt
  if (lengthMs <= 0) wrong('endsAt', 'is not after startsAt')
  if (repeats === 'never' && lengthMs > longestMs) wrong('endsAt', 'is more than 31 days after startsAt')
  if (repeats === 'weekly' && lengthMs > longestWeeklyMs) wrong('endsAt', 'is more than 6 days after startsAt')
  if (repeatsUntil !== null && repeats === 'never') wrong('repeatsUntil', 'it does not repeat')
  if (repeatsUntil !== null && repeats === 'weekly' && repeatsUntil <= startsAt) {
    wrong('repeatsUntil', 'is not after startsAt')
  }
  return fields
}

/** A window that ends now, if it has not before; undefined = it has not begun, and never will. Pure. */
export function endedAt(window: WindowTimes, now: number): WindowTimes | undefined {
  const { startsAt, endsAt, repeats, repeatsUntil, timeZone, reason } = window
  if (now <= startsAt) return undefined
  const isWeekly = repeats === 'weekly'
  return {
    ...{ startsAt, repeats, timeZone, reason },
    endsAt: isWeekly ? endsAt : Math.min(endsAt, now),
    repeatsUntil: isWeekly ? Math.min(repeatsUntil ?? now, now) : null,
  }
}
