import {
  type Actor,
  addIncidentEvent,
  assignIncident,
  findIncidents,
  type IncidentRow,
  listAssignees,
  type NewAuditEvent,
  type Queries,
  recordAudit,
  withScope,
} from '@stellacontrol/database'
import type { BulkRequest, Incident, Permission } from '@stellacontrol/protocol'
import { changeIncident, type IncidentAction } from '@stellacontrol/redis'
import type { Application } from '../application.ts'
import type { ErrorCode } from '../http/error-codes.ts'
import { ApiProblem } from '../http/problem.ts'
import { type Access, isAllowed } from '../session/access.ts'
import { changedView, incidentView } from './incident-views.ts'

type Without<Type, Name extends PropertyKey> = Type extends unknown ? Omit<Type, Name> : never
/** What is done to incidents; the same for one and for many. */
export type IncidentChange = Without<BulkRequest, 'ids'>

export interface Person {
  access: Access
  actor: Actor
}

/** What became of one of them. */
export type IncidentOutcome = { id: string; incident: Incident } | { id: string; refused: ErrorCode }

const permissions: Record<IncidentChange['action'], Permission> = {
  acknowledge: 'alerts.acknowledge',
  comment: 'alerts.acknowledge',
  assign: 'alerts.acknowledge',
  shelve: 'alerts.operate',
  reopen: 'alerts.operate',
  clear: 'alerts.operate',
}
const inRedis: Partial<Record<IncidentChange['action'], { do: IncidentAction; audit: string }>> = {
  acknowledge: { do: 'acknowledge', audit: 'alert.acknowledged' },
  shelve: { do: 'shelve', audit: 'alert.shelved' },
  reopen: { do: 'open', audit: 'alert.reopened' },
  clear: { do: 'clear', audit: 'alert.cleared' },
}

const longestShelfMs = 30 * 86_400_000

/**
 * Does it to each of these incidents, independently of the others, in the order asked for.
 * @throws ApiProblem if the change itself cannot be, whatever the incident
 */
export async function changeIncidents(
  application: Application,
  person: Person,
  ids: readonly string[],
  change: IncidentChange,
): Promise<IncidentOutcome[]> {
  if (change.action === 'shelve') checkShelf(change.until)
  const { database } = application
  const { access } = person
  const found = await withScope(database, access.scope, (queries) => findIncidents(queries, access.scope, ids))
  const rows = new Map(found.map((row) => [row.id, row]))
  const permission = permissions[change.action]
  const apply = inRedis[change.action] ? throughRedis : inDatabase
  const allowed = found.filter(({ organisation }) => isAllowed(access, permission, organisation.id))
  const outcomes = new Map((await apply(application, person, allowed, change)).map((outcome) => [outcome.id, outcome]))
  return ids.map((id): IncidentOutcome => {
    const outcome = outcomes.get(id)
    if (outcome) return outcome
    return { id, refused: rows.has(id) ? 'forbidden' : 'incident-not-found' }
  })
}

/** Redis decides; the row follows by the recorder, the audit log here. */
async function throughRedis(
  { redis, database }: Application,
  { access, actor }: Person,
  rows: readonly IncidentRow[],
  change: IncidentChange,
): Promise<IncidentOutcome[]> {
  const step = inRedis[change.action]
  if (step === undefined || rows.length === 0) return []
  const shelvedUntil = change.action === 'shelve' ? new Date(change.until).toISOString() : undefined
  const wanted = { do: step.do, by: actor.actor, at: new Date().toISOString(), shelvedUntil }
  const events: NewAuditEvent[] = []
  const outcomes = await Promise.all(
    rows.map(async (row): Promise<IncidentOutcome> => {
      const { id, scope, rule, subject } = row
      const alert = await changeIncident(redis, { id, scope, rule, subject: subject ?? undefined }, wanted)
      if (alert === undefined) return { id, refused: 'incident-over' }
      events.push({
        ...{ organisationId: row.organisation.id, action: step.audit, objectKind: 'incident', objectId: id },
        before: { state: row.state },
        after: { device: scope, rule, state: alert.state, ...(shelvedUntil && { shelvedUntil }) },
      })
      return { id, incident: changedView(row, alert) }
    }),
  )
  await withScope(database, access.scope, (queries) => recordAudit(queries, actor, events))
  return outcomes
}

/** What people say about an incident, and whose it is, is no matter of Redis; also one that is over may be commented. */
async function inDatabase(
  { database }: Application,
  { access, actor }: Person,
  rows: readonly IncidentRow[],
  change: IncidentChange,
): Promise<IncidentOutcome[]> {
  return withScope(database, access.scope, async (queries) => {
    const outcomes: IncidentOutcome[] = []
    for (const row of rows) {
      if (change.action === 'comment') {
        await addIncidentEvent(queries, actor, { incidentId: row.id, kind: 'commented', text: change.text })
        outcomes.push({ id: row.id, incident: incidentView(row) })
      } else if (change.action === 'assign') outcomes.push(await assign(queries, actor, row, change.userId))
    }
    return outcomes
  })
}

async function assign(
  queries: Queries,
  actor: Actor,
  row: IncidentRow,
  userId: number | null,
): Promise<IncidentOutcome> {
  const people = userId === null ? [] : await listAssignees(queries, row.organisation.id)
  const assignee = people.find(({ id }) => id === userId) ?? null
  if (userId !== null && assignee === null) return { id: row.id, refused: 'person-not-found' }
  await assignIncident(queries, row.id, userId)
  await addIncidentEvent(queries, actor, { incidentId: row.id, kind: 'assigned', text: assignee?.name ?? '' })
  await recordAudit(queries, actor, [
    {
      ...{ organisationId: row.organisation.id, action: 'alert.assigned', objectKind: 'incident', objectId: row.id },
      ...{
        before: { assignee: row.assignee?.name ?? null },
        after: { device: row.scope, assignee: assignee?.name ?? null },
      },
    },
  ])
  return { id: row.id, incident: { ...incidentView(row), assignee } }
}

function checkShelf(until: string): void {
  const aheadMs = Date.parse(until) - Date.now()
  if (aheadMs > 0 && aheadMs <= longestShelfMs) return
  const message = aheadMs > 0 ? 'is more than 30 days ahead' : 'is over already'
  throw new ApiProblem('request-invalid', `until: ${message}`, { fields: [{ field: 'until', message }] })
}
