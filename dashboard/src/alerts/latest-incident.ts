import type { Alert, Incident } from '@stellacontrol/protocol'
import { alertSeverityWords } from '../words/alert-words.ts'
import type { InboxSearch } from './inbox-search.ts'

/** An incident with what the bus said of it since; what is older than the incident changes nothing. Pure. */
export function withAlert<Known extends Incident>(incident: Known, alert: Alert | undefined): Known {
  if (alert === undefined || alert.version <= incident.version) return incident
  const isAcknowledged = alert.state === 'acknowledged'
  const wasAcknowledged = incident.state === 'acknowledged'
  return {
    ...incident,
    version: alert.version,
    state: alert.state,
    severity: alert.severity,
    changedAt: alert.at,
    acknowledgedAt: isAcknowledged && !wasAcknowledged ? alert.at : incident.acknowledgedAt,
    acknowledgedBy: isAcknowledged ? (alert.by ?? incident.acknowledgedBy) : incident.acknowledgedBy,
    shelvedUntil: alert.shelvedUntil ?? null,
    clearedAt: alert.clearedAt ?? null,
    clearReason: alert.clearReason ?? null,
    repeats: alert.repeats,
    announced: incident.announced || alert.isAnnounced,
    flapping: alert.isFlapping ?? false,
    parentId: alert.parentId ?? null,
    value: alert.value ?? incident.value,
    threshold: alert.threshold ?? incident.threshold,
    text: alert.text,
  }
}

/** True if an incident belongs into the list that a search asks for, as far as what changes of itself can say. */
export function stillMatches(incident: Incident, search: InboxSearch): boolean {
  const { state = 'open', severity, parentId, device } = search
  if (state !== 'any' && incident.state !== state) return false
  if (severity !== undefined && !severity.includes(incident.severity)) return false
  return parentId !== undefined || device !== undefined || incident.parentId === null
}

/** What waits for the list to be let in: incidents that it lacks, and rows that no longer belong to it. */
export interface Waiting {
  arrived: number
  left: number
}

/**
 * Compares the rows that are shown (as they are now) with the first page as the service has it now. A row that only moved up
 * from a page that is not loaded yet is no news. Pure.
 */
export function waitingOf(
  shown: readonly Incident[],
  hasMore: boolean,
  fresh: readonly Incident[],
  search: InboxSearch,
): Waiting {
  const known = new Set(shown.map(({ id }) => id))
  const last = hasMore ? shown.at(-1) : undefined
  const arrived = fresh.filter((one) => !known.has(one.id) && (last === undefined || isBefore(one, last, search.sort)))
  return { arrived: arrived.length, left: shown.filter((one) => !stillMatches(one, search)).length }
}

/** The order of the service: worst first where it is asked for, then newest, then by id. */
function isBefore(one: Incident, other: Incident, sort: InboxSearch['sort']): boolean {
  const ranks = sort === 'raisedAt' ? 0 : rankOf(one) - rankOf(other)
  if (ranks !== 0) return ranks > 0
  const laterMs = Date.parse(one.raisedAt) - Date.parse(other.raisedAt)
  return laterMs === 0 ? one.id > other.id : laterMs > 0
}

const rankOf = ({ severity }: Incident) => alertSeverityWords[severity].rank
