import type { IncidentEventRow, IncidentRow } from '@stellacontrol/database'
import type { Alert, Incident, IncidentEvent } from '@stellacontrol/protocol'

/** An incident as the API shows it. */
export function incidentView(row: IncidentRow): Incident {
  return {
    ...row,
    since: iso(row.since),
    raisedAt: iso(row.raisedAt),
    changedAt: iso(row.changedAt),
    acknowledgedAt: isoOrNull(row.acknowledgedAt),
    shelvedUntil: isoOrNull(row.shelvedUntil),
    clearedAt: isoOrNull(row.clearedAt),
  }
}

/** The same with what Redis says of it now: the row follows a moment later. */
export function changedView(row: IncidentRow, alert: Alert): Incident {
  const isAcknowledged = alert.state === 'acknowledged'
  return {
    ...incidentView(row),
    version: alert.version,
    state: alert.state,
    changedAt: alert.at,
    acknowledgedAt: isAcknowledged ? alert.at : isoOrNull(row.acknowledgedAt),
    acknowledgedBy: isAcknowledged ? (alert.by ?? null) : row.acknowledgedBy,
    shelvedUntil: alert.shelvedUntil ?? null,
    clearedAt: alert.clearedAt ?? null,
    clearReason: alert.clearReason ?? null,
  }
}

export function eventView(row: IncidentEventRow): IncidentEvent {
  return { ...row, kind: row.kind as IncidentEvent['kind'], at: iso(row.at) }
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at)
}
