import type { Recurrence } from '@stellacontrol/protocol'
import type { DirectoryIndex, Place } from './directory-index.ts'
import { isAtLeast } from './recipients.ts'
import type { ToldIncident } from './told-incident.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const recurrenceMs: Record<Recurrence, number | undefined> = {
  ...{ never: undefined, 'every-4-hours': 4 * hourMs, daily: dayMs, weekly: 7 * dayMs, monthly: 30 * dayMs },
}
/** Of what no rule says, such as a site that is dark. */
const usual = { recurrence: 'daily', recurrenceEndsAfterMs: 30 * dayMs } as const

export interface NextLook {
  /** Undefined = no further one. */
  reminderAt: number | undefined
  /** How many reminders were due by a moment: those that were missed are not made up for. */
  remindersBy(at: number): number
  escalationAt: number | undefined
  escalateTo: number | undefined
}

/**
 * When time alone changes something about an incident. Acknowledged or over: never; shelved: not before that ends. Whoever is told
 * next is told also where nobody chose to hear of it at first. Pure.
 */
export function nextLook(incident: ToldIncident, index: DirectoryIndex, place: Place): NextLook {
  const { message, told, announcedAt, reminders, escalated } = incident
  const { alert, device } = message
  const since = announcedAt ?? 0
  const isSilent = alert.state === 'acknowledged' || alert.state === 'cleared' || announcedAt === undefined
  const notBefore =
    alert.state === 'shelved' && alert.shelvedUntil !== undefined ? Date.parse(alert.shelvedUntil) : since
  const { recurrence, recurrenceEndsAfterMs } = index.ruleAt(alert.rule, device.serialNumber, place) ?? usual
  const every = recurrenceMs[recurrence]
  const last = every === undefined ? 0 : Math.floor(recurrenceEndsAfterMs / every)
  const hasReminder = !isSilent && Object.keys(told).length > 0 && every !== undefined && reminders < last
  const step = isSilent || !isAtLeast(alert.severity, 'major') ? undefined : index.escalationOf(place)[escalated]
  return {
    reminderAt: hasReminder ? Math.max(notBefore, since + (reminders + 1) * every) : undefined,
    remindersBy: (at) => (every === undefined ? reminders : Math.max(reminders + 1, Math.floor((at - since) / every))),
    escalationAt: step && Math.max(notBefore, since + step.afterMinutes * 60_000),
    escalateTo: step?.userId,
  }
}
