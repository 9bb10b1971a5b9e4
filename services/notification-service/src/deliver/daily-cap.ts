import { type NotificationPreferences, notificationChannels } from '@stellacontrol/protocol'
import type { BundleFields } from '@stellacontrol/redis'
import { type Bundle, factsOf } from '../bundle/bundle.ts'
import { localDay, localTime } from '../when/local-clock.ts'
import { capOf } from '../when/when-to-send.ts'

/** How many messages went to a person on the local day of a moment, by the busiest channel. Pure. */
export function sentOn({ timeZone }: NotificationPreferences, sent: BundleFields, at: number): number {
  const day = localDay(timeZone, at)
  return Math.max(...notificationChannels.map((channel) => Number(sent.get(`${day}:${channel}`) ?? 0)))
}

/** The same in a mail and in a text message. */
export interface CapNotice {
  text: string
  brief: string
}

/** What a person is told of the day's cap: with the last message of a day, and with what was held back because of it. Pure. */
export function noticesOfCap(
  preferences: NotificationPreferences,
  bundle: Bundle,
  sent: BundleFields,
  now: number,
): CapNotice[] {
  const { timeZone, dailyCap } = preferences
  const wasHeldBack =
    bundle.beganAt > 0 &&
    localDay(timeZone, bundle.beganAt) !== localDay(timeZone, now) &&
    sentOn(preferences, sent, bundle.beganAt) >= dailyCap
  const notices: CapNotice[] = []
  if (wasHeldBack) {
    const since = localTime(timeZone, bundle.beganAt)
    notices.push({
      text: `Held back since ${since} yesterday, when your ${dailyCap} messages of the day were used up: ${bundle.count} alerts.`,
      brief: `${bundle.count} held back since ${since} yesterday`,
    })
  }
  const isLast = sentOn(preferences, sent, now) + 1 === capOf(preferences, factsOf(bundle).hasCritical)
  if (isLast)
    notices.push({
      text: `This is the last of your ${dailyCap} messages for today: what follows waits until tomorrow${isCriticalLeft(preferences, sent, now)}.`,
      brief: 'Last message today',
    })
  return notices
}

function isCriticalLeft(preferences: NotificationPreferences, sent: BundleFields, now: number): string {
  return sentOn(preferences, sent, now) + 1 < capOf(preferences, true) ? ', except what is critical' : ''
}
