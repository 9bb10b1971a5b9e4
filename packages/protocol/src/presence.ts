/** A device that has been silent for this many of its report intervals is stale: late, but not yet missing. */
export const staleAfterIntervals = 2.5
/** A device that has been silent this long is offline. */
export const offlineAfterMs = 3_600_000
/** Assumed where a report does not say how often its device reports. */
export const defaultIntervalSeconds = 600

export const presences = ['online', 'live', 'stale', 'offline', 'never-seen'] as const
export type Presence = (typeof presences)[number]

/** How present a device is, from its last report alone. `lastReportAt` in epoch ms; undefined = it never reported. */
export function presenceOf(
  lastReportAt: number | undefined,
  intervalSeconds: number,
  now: number,
  live: boolean,
): Presence {
  if (lastReportAt === undefined) return 'never-seen'
  const silentMs = now - lastReportAt
  if (silentMs > offlineAfterMs) return 'offline'
  if (silentMs > intervalSeconds * staleAfterIntervals * 1000) return 'stale'
  return live ? 'live' : 'online'
}
