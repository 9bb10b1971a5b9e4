import { useNow } from '../clock.ts'
import { isBannerDue } from '../live/feed.ts'
import { useFeed, useLive, useLiveFleet } from '../live/live-context.tsx'
import { formatDuration, formatLag, formatTime } from '../words/time.ts'
import { Icon } from './icon.tsx'

/** The small word beside the search: how far the page is behind the devices. */
export function FeedStatus() {
  const feed = useFeed()
  const fleet = useLiveFleet()
  if (feed.kind === 'lost') {
    return (
      <span className="feed status stale">
        <Icon name="sl" kind="st" />
        Reconnecting
      </span>
    )
  }
  if (feed.kind === 'connecting' || fleet === undefined) {
    return (
      <span className="feed">
        <Icon name="sl" kind="st" />
        Connecting
      </span>
    )
  }
  return (
    <span
      className="feed"
      title={`The oldest message not yet shown arrived ${formatLag(fleet.oldestUnprocessedMs)} ago`}
    >
      <Icon name="lv" kind="st" />
      Live, {formatLag(fleet.oldestUnprocessedMs)} behind
    </span>
  )
}

/** Says on top of the page that values stand still, since when, and what happens next. */
export function FeedBanner() {
  const feed = useFeed()
  const now = useNow()
  const { connection } = useLive()
  if (feed.kind !== 'lost' || !isBannerDue(feed, now)) return null
  const retryInMs = feed.retryAt - now
  return (
    <div className="banner">
      <Icon name="sl" kind="st" />
      <span>
        <b role="status">Live feed lost.</b> Values below are from {formatTime(feed.since)},{' '}
        {formatDuration(now - feed.since)} ago.{' '}
        {retryInMs > 1000 ? `Trying again in ${formatDuration(retryInMs)}.` : 'Trying again now.'}
      </span>
      <span className="grow" />
      <button type="button" className="btn sm" onClick={connection.tryNow}>
        Try now
      </button>
    </div>
  )
}
