import type { Statistics } from './statistics.ts'

/** One line for people, or one JSON object, about the time since the line before. Rates are per second. */
export function statusLine(before: Statistics, now: Statistics, elapsedMs: number, isJson: boolean): string {
  const perSecond = (count: number): number => Math.round((count * 10_000) / elapsedMs) / 10
  const sentPerSecond = perSecond(now.sent - before.sent)
  const acknowledgedPerSecond = perSecond(now.acknowledged - before.acknowledged)
  if (isJson) return JSON.stringify({ event: 'simulator.status', ...now, sentPerSecond, acknowledgedPerSecond })
  const parts = [
    `${now.connected} of ${now.devices} connected`,
    `sent ${sentPerSecond}/s`,
    `acknowledged ${acknowledgedPerSecond}/s`,
    `${now.unacknowledged} unacknowledged`,
    `${now.waiting} kept`,
    `${now.errors} errors${now.lastError === undefined ? '' : ` (${now.lastError})`}`,
  ]
  if (now.dropped > 0) parts.push(`${now.dropped} dropped`)
  if (now.backfill !== undefined && now.backfill < 1) parts.push(`past ${Math.floor(now.backfill * 100)} % loaded`)
  return parts.join(' · ')
}
