import { type DeviceSummary, defaultIntervalSeconds, type Presence, presenceOf } from '@stellacontrol/protocol'
import { formatDuration, toMoment } from './time.ts'

/** How a presence is shown: its word, its shape (an icon's id) and the class that gives it weight. */
export const presenceWords: Record<Presence, { word: string; icon: string; className: string }> = {
  online: { word: 'Online', icon: 'on', className: '' },
  live: { word: 'Live', icon: 'lv', className: 'live' },
  stale: { word: 'Stale', icon: 'sl', className: 'stale' },
  offline: { word: 'Offline', icon: 'of', className: 'off' },
  'never-seen': { word: 'Never seen', icon: 'mt', className: 'known' },
}
export const presenceNames = Object.keys(presenceWords) as Presence[]

type Reporting = Pick<DeviceSummary, 'presence' | 'lastReportAt' | 'intervalSeconds' | 'mode'>

/**
 * The presence at this moment: nobody sends a message when a device falls silent, so the page works it out from the last
 * report. `isCurrent` false (feed lost, row just scrolled into view) leaves the service's own word.
 */
export function presenceNow(device: Reporting, now: number, isCurrent: boolean): Presence {
  const lastReportAt = toMoment(device.lastReportAt)
  if (!isCurrent || lastReportAt === undefined) return device.presence
  return presenceOf(lastReportAt, device.intervalSeconds ?? defaultIntervalSeconds, now, device.mode === 'live')
}

/** "Online", "Live, 1 s", "Stale 27 min": with the length of silence where it matters. */
export function presencePhrase(presence: Presence, device: Reporting, now: number): string {
  const { word } = presenceWords[presence]
  const lastReportAt = toMoment(device.lastReportAt)
  if (lastReportAt === undefined) return word
  if (presence === 'live' && device.intervalSeconds) return `${word}, ${device.intervalSeconds} s`
  if (presence === 'stale' || presence === 'offline') return `${word} ${formatDuration(now - lastReportAt)}`
  return word
}
