import type { DeviceSummary, Presence } from '@stellacontrol/protocol'
import { useState } from 'react'
import { isCurrent } from '../live/feed.ts'
import { useFeed, useLiveSummary, useServerNow } from '../live/live-context.tsx'
import { presenceNow } from '../words/presence-words.ts'

export interface DeviceRow {
  device: DeviceSummary
  presence: Presence
  /** The service's time, epoch ms. */
  now: number
  /** Nothing new can be known: the device or the feed is silent. */
  isOld: boolean
}

/** One row or tile: what the list loaded, overtaken by what came live since. */
export function useDeviceRow(loaded: DeviceSummary): DeviceRow {
  const device = useLiveSummary(loaded.serial) ?? loaded
  const feed = useFeed()
  const now = useServerNow()
  const [shownSince] = useState(() => Date.now())
  const presence = presenceNow(device, now, isCurrent(feed, shownSince, Date.now()))
  const isOld = presence === 'offline' || presence === 'never-seen' || feed.kind === 'lost'
  return { device, presence, now, isOld }
}
