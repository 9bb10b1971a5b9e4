import type { Incident } from '@stellacontrol/protocol'
import { incidentStateWords } from '../words/alert-words.ts'
import { count } from '../words/numbers.ts'
import { formatDuration } from '../words/time.ts'

const clearReasonWords: Record<string, string> = {
  'good-again': 'good again',
  'rule-changed': 'its rule was changed',
  time: 'its time is over',
  'by-hand': 'by hand',
}

/** What it is about, for the line below its sentence: "Ward 3 East riser", a site, or the platform itself. */
export function placeWords({ device, site, organisation }: Incident): string[] {
  return [device?.name, site?.name, organisation.name].filter((word) => word !== undefined)
}

/** What else there is to it: what it explains, and how often it came again. */
export function countWords({ members, repeats, flapping }: Incident): string[] {
  return [
    ...(members > 0 ? [`${count(members, 'alert')} joined`] : []),
    ...(repeats > 0 ? [count(repeats, 'repeat')] : []),
    ...(flapping ? ['on and off'] : []),
  ]
}

/** Its state in a word or two, for a row. */
export function stateWords({ state, assignee, shelvedUntil }: Incident): string {
  if (state === 'shelved' && shelvedUntil !== null) return `Shelved until ${shortMoment(shelvedUntil)}`
  if (state === 'open' && assignee !== null) return `Assigned: ${assignee.name}`
  return incidentStateWords[state]
}

/** Its state as a whole sentence, for the head of its evidence. */
export function stateSentence(incident: Incident): string {
  const { state, assignee, acknowledgedBy, shelvedUntil, clearReason } = incident
  const whose = assignee === null ? 'nobody has it yet' : `${assignee.name} has it`
  if (state === 'open') return `Open, ${whose}`
  if (state === 'acknowledged') {
    const by = acknowledgedBy === null ? '' : ` by ${acknowledgedBy}`
    return `Acknowledged${by}${assignee === null ? '' : `, ${whose}`}`
  }
  if (state === 'shelved') return shelvedUntil === null ? 'Shelved' : `Shelved until ${shortMoment(shelvedUntil)}`
  return clearReason === null ? 'Cleared' : `Cleared, ${clearReasonWords[clearReason] ?? clearReason}`
}

/** When it was: "since Wed 15:46, raised 15:57, 25 min ago". */
export function timeWords(incident: Incident, now: number): string {
  const raised = Date.parse(incident.raisedAt)
  const cleared = incident.clearedAt === null ? undefined : Date.parse(incident.clearedAt)
  const parts = [
    ...(incident.since === incident.raisedAt ? [] : [`since ${shortMoment(incident.since)}`]),
    `raised ${shortMoment(incident.raisedAt)}, ${formatDuration(now - raised)} ago`,
    ...(cleared === undefined
      ? []
      : [`cleared ${shortMoment(incident.clearedAt ?? '')} after ${formatDuration(cleared - raised)}`]),
  ]
  const words = parts.join(', ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The time of a moment of today; with its weekday, or for what is farther away with its date, of any other. */
export function shortMoment(iso: string, now = Date.now()): string {
  const at = Date.parse(iso)
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  const isNear = Math.abs(at - now) < 6 * 86_400_000
  const day = isNear ? ({ weekday: 'short' } as const) : ({ day: 'numeric', month: 'short' } as const)
  return new Intl.DateTimeFormat('en-GB', { ...(!isToday && day), hour: '2-digit', minute: '2-digit' }).format(at)
}
