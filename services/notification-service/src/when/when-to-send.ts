import type { AlertSeverity, NotificationPreferences } from '@stellacontrol/protocol'
import type { BundleLane } from '@stellacontrol/redis'
import { isAtLeast } from '../who/recipients.ts'
import { dayMs, firstMinute, localDay, minuteMs, minuteOfDay, minutesOf, slotOf } from './local-clock.ts'

/** What comes together within this time goes together; what is critical does not wait so long. */
export const gatherMs = 30_000
const criticalGatherMs = 10_000
/** From so many on it is a storm: one message waits until it has calmed down, but not longer than that. */
const stormItems = 50
const longestStormMs = 3 * minuteMs

/** Whether an alert goes at once or waits for the next bundle. Pure, as everything here. */
export function laneOf({ atOnceFrom, frequency }: NotificationPreferences, severity: AlertSeverity): BundleLane {
  const isUrgent = atOnceFrom !== null && isAtLeast(severity, atOnceFrom)
  return isUrgent || frequency === 'at-once' ? 'now' : 'later'
}

/** When a bundle is due that an alert is put into now. */
export function dueAt(
  preferences: NotificationPreferences,
  lane: BundleLane,
  severity: AlertSeverity,
  now: number,
): number {
  const { frequency, timeZone, dailyAt } = preferences
  if (lane === 'now' || frequency === 'at-once') return now + (severity === 'critical' ? criticalGatherMs : gatherMs)
  const offset = frequency === 'daily' ? minutesOf(dailyAt) : 0
  const every = { hourly: 60, 'every-4-hours': 240, daily: 1440 }[frequency]
  const slot = slotOf(timeZone, now, offset, every)
  return firstMinute(now, (at) => slotOf(timeZone, at, offset, every) > slot)
}

export function isQuiet({ quietHours, timeZone }: NotificationPreferences, at: number): boolean {
  if (quietHours === null) return false
  const [from, to] = [minutesOf(quietHours.from), minutesOf(quietHours.to)]
  const minute = minuteOfDay(timeZone, at)
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to
}

export interface BundleFacts {
  /** How many were put into it. */
  count: number
  beganAt: number
  lastAt: number
  /** Something critical that is on. */
  hasCritical: boolean
  isTest: boolean
}

/** When a bundle that is due may really go; not after `now` = it may. `sentToday` counts the busiest channel. */
export function sendableAt(
  preferences: NotificationPreferences,
  { count, beganAt, lastAt, hasCritical, isTest }: BundleFacts,
  sentToday: number,
  now: number,
): number {
  const { quietHours, timeZone } = preferences
  if (isTest) return now
  if (count >= stormItems && now < lastAt + gatherMs && now < beganAt + longestStormMs) {
    return Math.min(lastAt + gatherMs, beganAt + longestStormMs)
  }
  const isLoud = hasCritical && quietHours?.holdCritical !== true
  if (!isLoud && isQuiet(preferences, now)) return firstMinute(now, (at) => !isQuiet(preferences, at))
  if (sentToday < capOf(preferences, hasCritical)) return now
  const today = localDay(timeZone, now)
  return firstMinute(now, (at) => localDay(timeZone, at) !== today)
}

/** Critical alerts have as many messages again when the day's are used up. */
export function capOf({ dailyCap }: NotificationPreferences, hasCritical: boolean): number {
  return hasCritical ? 2 * dailyCap : dailyCap
}

/** A message that failed goes again after 10 s, 20 s … 15 minutes; it is given up when nobody wants to read it any more. */
export function retryAt(attempts: number, now: number): number {
  return now + Math.min(10_000 * 2 ** Math.min(attempts - 1, 16), 15 * minuteMs)
}

export const givenUpAfterMs = 3 * dayMs
