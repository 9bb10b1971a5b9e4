import type { BulkResult, Incident, Permission } from '@stellacontrol/protocol'
import type { IncidentChange } from '../api/alerts.ts'
import { count } from '../words/numbers.ts'

export type ChangeAction = IncidentChange['action']

/** What each needs, and of which states it makes sense. Pure. */
const rules: Record<ChangeAction, { permission: Permission; states: readonly Incident['state'][]; done: string }> = {
  acknowledge: { permission: 'alerts.acknowledge', states: ['open', 'shelved'], done: 'acknowledged' },
  shelve: { permission: 'alerts.operate', states: ['open', 'acknowledged', 'shelved'], done: 'shelved' },
  reopen: { permission: 'alerts.operate', states: ['acknowledged', 'shelved'], done: 'opened again' },
  clear: { permission: 'alerts.operate', states: ['open', 'acknowledged', 'shelved'], done: 'cleared' },
  assign: {
    permission: 'alerts.acknowledge',
    states: ['open', 'acknowledged', 'shelved', 'cleared'],
    done: 'assigned',
  },
  comment: {
    permission: 'alerts.acknowledge',
    states: ['open', 'acknowledged', 'shelved', 'cleared'],
    done: 'commented on',
  },
}

/** Those of the incidents to which it can be done by somebody who may do this where. */
export function changeable(
  incidents: readonly Incident[],
  action: ChangeAction,
  mayIn: (permission: Permission, organisationId: number) => boolean,
): Incident[] {
  const { permission, states } = rules[action]
  return incidents.filter(({ state, organisation }) => states.includes(state) && mayIn(permission, organisation.id))
}

const refusals: Record<string, string> = {
  'incident-over': 'over already',
  'incident-not-found': 'no longer there',
  'person-not-found': 'not for that person to see',
  forbidden: 'not yours to change',
}

/** What to say afterwards: "3 alerts acknowledged. 1 not: over already." */
export function outcomeWords(action: ChangeAction, { done, results }: BulkResult): string {
  const said = `${count(done, 'alert')} ${rules[action].done}.`
  const codes = results.flatMap(({ ok, code }) => (ok ? [] : [code ?? '']))
  if (codes.length === 0) return said
  const reasons = [...new Set(codes)].map((code) => refusals[code] ?? 'refused').join(', ')
  return `${said} ${codes.length} not: ${reasons}.`
}

/** An incident as it is right after a change that worked; everything else of it follows by the feed. */
export function afterChange<Known extends Incident>(
  incident: Known,
  change: IncidentChange,
  state: Incident['state'] | undefined,
  assignee: Incident['assignee'],
): Known {
  const shelvedUntil = change.action === 'shelve' ? change.until : null
  return {
    ...incident,
    ...(change.action === 'assign' ? { assignee } : {}),
    ...(change.action === 'assign' || change.action === 'comment' ? {} : { shelvedUntil }),
    state: state ?? incident.state,
  }
}

export interface Shelf {
  words: string
  until: number
}

const hourMs = 3_600_000
const morningHour = 7

/** How long something is usually put aside, by the reader's own clock. */
export function shelves(now: number): Shelf[] {
  const morning = (days: number) => {
    const at = new Date(now)
    at.setDate(at.getDate() + days)
    return at.setHours(morningHour, 0, 0, 0)
  }
  const daysToMonday = (8 - new Date(now).getDay()) % 7 || 7
  return [
    { words: '1 hour', until: now + hourMs },
    { words: '4 hours', until: now + 4 * hourMs },
    { words: 'tomorrow, 07:00', until: morning(1) },
    { words: 'Monday, 07:00', until: morning(daysToMonday) },
  ]
}
