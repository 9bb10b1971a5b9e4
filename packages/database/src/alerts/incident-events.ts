import type { AlertSeverity } from '@stellacontrol/protocol'
import type { Actor } from '../audit.ts'
import type { Queries } from '../database.ts'

/** What happened to an incident, as it is shown. */
export interface IncidentEventRow {
  id: number
  /** Epoch ms. */
  at: number
  kind: string
  actor: string | null
  severity: AlertSeverity | null
  value: number | null
  text: string
}

const maximumEvents = 500

/** The latest events of an incident, oldest first. The incident must be one that the caller may see. */
export function listIncidentEvents(queries: Queries, incidentId: string): Promise<IncidentEventRow[]> {
  return queries.query<IncidentEventRow>(
    `select * from (
       select id, at, kind, actor, severity, value, text from incident_event where incident_id = $1
       order by id desc limit ${maximumEvents}
     ) as latest order by at, id`,
    [incidentId],
  )
}

/** What a person says about an incident, or whom they give it to. */
export async function addIncidentEvent(
  queries: Queries,
  actor: Actor,
  event: { incidentId: string; kind: 'commented' | 'assigned'; text: string },
): Promise<void> {
  await queries.execute(
    `insert into incident_event (incident_id, at, kind, user_id, actor, text) values ($1, now(), $2, $3, $4, $5)`,
    [event.incidentId, event.kind, actor.userId, actor.actor, event.text],
  )
}

/** Gives an incident to a person, or to nobody. */
export async function assignIncident(queries: Queries, incidentId: string, userId: number | null): Promise<void> {
  await queries.execute('update incident set assignee_id = $2 where id = $1', [incidentId, userId])
}

/** The people whom the caller may see, and who see the organisation themselves: by a role there or above it. By name. */
export function listAssignees(queries: Queries, organisationId: number): Promise<{ id: number; name: string }[]> {
  return queries.query(
    `select distinct app_user.id, app_user.name
     from membership join app_user on app_user.id = user_id
     where membership.organisation_id = any (stella_organisation_path($1)) and disabled_at is null
     order by app_user.name, app_user.id`,
    [organisationId],
  )
}
