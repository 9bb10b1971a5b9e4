import type { Database } from '../database.ts'
import { type Scope, withScope } from '../scope.ts'

/** An incident that somebody took care of. Moments in epoch ms. */
export interface HeededIncidentRow {
  serial: string
  subject: string | undefined
  raisedAt: number
  clearedAt: number | undefined
}

const mostRows = 50_000

/** The incidents of a rule in a time that somebody acknowledged, commented or was given, by serial; at most 50,000, the newest. */
export async function findHeededIncidents(
  database: Database,
  scope: Scope,
  { rule, serials, fromAt, untilAt }: { rule: string; serials: readonly string[]; fromAt: number; untilAt: number },
): Promise<Map<string, HeededIncidentRow[]>> {
  const rows = await withScope(database, scope, (queries) =>
    queries.query<{ serial: string; subject: string | null; raised_at: number; cleared_at: number | null }>(
      `select scope as serial, subject, raised_at, cleared_at from incident
       where rule = $1 and scope = any ($2) and raised_at < to_timestamp($4 / 1000.0)
         and raised_at >= to_timestamp($3 / 1000.0)
         and (acknowledged_at is not null or assignee_id is not null
           or exists (select from incident_event where incident_id = incident.id and kind = 'commented'))
       order by raised_at desc limit ${mostRows}`,
      [rule, serials, fromAt, untilAt],
    ),
  )
  const found = new Map<string, HeededIncidentRow[]>()
  for (const { serial, subject, raised_at: raisedAt, cleared_at: clearedAt } of rows) {
    const known = found.get(serial) ?? []
    known.push({ serial, subject: subject ?? undefined, raisedAt, clearedAt: clearedAt ?? undefined })
    found.set(serial, known)
  }
  return found
}
