/** The state of the live feed, as the page shows it. Moments are epoch ms of this computer. */
export type Feed =
  | { kind: 'connecting' }
  | { kind: 'live'; since: number }
  | { kind: 'lost'; since: number; retryAt: number; attempt: number }

const firstDelayMs = 500
const longestDelayMs = 20_000

/**
 * How long to wait before trying again: grows with each failed attempt and is spread at random, so that the pages of a
 * restarted service do not come back in one wave. `random` is in [0, 1). Full jitter, with a floor so that it is never a hot
 * loop. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 10))
  return Math.round(firstDelayMs / 2 + random * (ceiling - firstDelayMs / 2))
}

/** The service sends the newest state of all that is watched when a page connects; this is ample time for it. */
const catchUpMs = 2_000

/** True if what is shown is what the devices last said: the feed is up and has caught up, for a view shown since `shownSince`. */
export function isCurrent(feed: Feed, shownSince: number, now: number): boolean {
  return feed.kind === 'live' && now - Math.max(feed.since, shownSince) >= catchUpMs
}

/** A short break (a restarted service, a changed network) is shown beside the search only; longer than this, on top. */
const bannerAfterMs = 3_000

export function isBannerDue(feed: Feed, now: number): boolean {
  return feed.kind === 'lost' && now - feed.since >= bannerAfterMs
}
