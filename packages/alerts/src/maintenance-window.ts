import { clockOf, momentOf } from './local-time.ts'

/** When a maintenance window is; moments in epoch ms. */
export interface MaintenanceTimes {
  startsAt: number
  endsAt: number
  repeats: 'never' | 'weekly'
  /** Nothing of it is at or after this moment; null = for ever. */
  repeatsUntil: number | null
  /** IANA zone in which a weekly one comes again at the same time of the clock. */
  timeZone: string
}

const weekMs = 7 * 86_400_000

/** True while the window is on. Pure. */
export function isInWindow(window: MaintenanceTimes, at: number): boolean {
  const { startsAt, endsAt, repeats, repeatsUntil, timeZone } = window
  if (at < startsAt || (repeatsUntil !== null && at >= repeatsUntil)) return false
  if (repeats === 'never') return at < endsAt
  const startClock = clockOf(timeZone, startsAt)
  const endClock = clockOf(timeZone, endsAt)
  const weeks = Math.floor((clockOf(timeZone, at) - startClock) / weekMs)
  // One that began last week may still be on, and the hour that a clock is put back exists twice.
  return [weeks - 1, weeks, weeks + 1].some((week) => {
    if (week < 0) return false
    const shift = week * weekMs
    return at >= momentOf(timeZone, startClock + shift) && at < momentOf(timeZone, endClock + shift)
  })
}

export function windowState(window: MaintenanceTimes, at: number): 'planned' | 'active' | 'over' {
  if (isInWindow(window, at)) return 'active'
  const overAt = window.repeats === 'never' ? window.endsAt : window.repeatsUntil
  return overAt !== null && at >= overAt ? 'over' : 'planned'
}
