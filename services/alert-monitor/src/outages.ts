import type { AlertWatch } from '@stellacontrol/redis'

/** Listening is noted every half second: a longer gap is time in which nobody listened. */
export const longestGapMs = 10_000
/** An outage is forgotten when no silence can reach back to it any more. */
const keptMs = 32 * 86_400_000
const mostOutages = 100

/**
 * What is known after another look at `now`. While the platform does not hear the devices (`isHearing` false), time stands
 * still; afterwards that time counts as an outage. Pure.
 */
export function watchOn(before: AlertWatch | undefined, now: number, isHearing: boolean): AlertWatch {
  if (before === undefined) return { heardUntil: now, outages: [] }
  if (!isHearing) return before
  if (now - before.heardUntil <= longestGapMs) return { ...before, heardUntil: Math.max(now, before.heardUntil) }
  const kept = before.outages.filter(([, to]) => to > now - keptMs).slice(-mostOutages + 1)
  return { heardUntil: now, outages: [...kept, [before.heardUntil, now]] }
}

/** For how long of the time from `from` to `to` the platform did not hear the devices, in ms. Pure. */
export function outageMsBetween({ heardUntil, outages }: AlertWatch, from: number, to: number): number {
  const overlap = (begins: number, ends: number) => Math.max(0, Math.min(to, ends) - Math.max(from, begins))
  const past = outages.reduce((sum, [begins, ends]) => sum + overlap(begins, ends), 0)
  // A gap that is still open.
  return past + (to - heardUntil > longestGapMs ? overlap(heardUntil, to) : 0)
}
