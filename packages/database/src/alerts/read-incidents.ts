import type { AlertClass, AlertSeverity, IncidentState } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'
import type { Scope } from '../scope.ts'
import { type Condition, conditionOf, type IncidentFilter, incidentTables, severityRank } from './incident-query.ts'

/** An incident as it is shown; moments in epoch ms. */
export interface IncidentRow {
  id: string
  version: number
  state: IncidentState
  severity: AlertSeverity
  class: AlertClass
  rule: string
  ruleName: string
  subject: string | null
  scope: string
  /** Null also for a device that is somebody else's by now. */
  device: { serial: string; name: string; model: string } | null
  site: { id: number; name: string } | null
  organisation: { id: number; name: string }
  since: number
  raisedAt: number
  changedAt: number
  acknowledgedAt: number | null
  acknowledgedBy: string | null
  shelvedUntil: number | null
  clearedAt: number | null
  clearReason: string | null
  assignee: { id: number; name: string } | null
  repeats: number
  announced: boolean
  flapping: boolean
  parentId: string | null
  members: number
  value: number | null
  threshold: number | null
  unit: string | null
  text: string
  advice: string | null
}

const columns = `
  incident.id, incident.version, incident.state, severity, class, rule, rule_name as "ruleName", subject, scope,
  case when device.id is not null
    then json_build_object('serial', device.serial, 'name', device.name, 'model', device.model) end as device,
  case when site.id is not null then json_build_object('id', site.id, 'name', site.name) end as site,
  json_build_object('id', organisation.id, 'name', organisation.name) as organisation,
  since, raised_at as "raisedAt", changed_at as "changedAt", acknowledged_at as "acknowledgedAt",
  acknowledged_by as "acknowledgedBy", shelved_until as "shelvedUntil", cleared_at as "clearedAt",
  clear_reason as "clearReason",
  case when assignee.id is not null then json_build_object('id', assignee.id, 'name', assignee.name) end as assignee,
  repeats, announced, flapping, incident.parent_id as "parentId",
  (select count(*) from incident member where member.parent_id = incident.id) as members,
  value, threshold, unit, text, advice`

export type IncidentSort = 'raisedAt' | 'severity'

/** Where a page ended: the rank of its severity (0 where the order is by time alone), when it was raised, its id. */
export interface IncidentPosition {
  rank: number
  raisedAt: number
  id: string
}

export interface IncidentPage {
  rows: IncidentRow[]
  /** Per state, with the same filters but that of states. */
  counts: Record<IncidentState, number>
  /** Undefined on the last page. */
  end: IncidentPosition | undefined
}

/** One page of the incidents of the scope, newest first, on request the worst before. */
export async function listIncidents(
  queries: Queries,
  scope: Scope,
  filter: IncidentFilter,
  page: { sort: IncidentSort; limit: number; after?: IncidentPosition | undefined },
): Promise<IncidentPage> {
  const condition = conditionOf(scope, filter)
  const rank = page.sort === 'severity' ? severityRank : '0::int'
  // Moments as the database has them: microseconds would be lost in a number of milliseconds.
  const rows = await queries.query<IncidentRow & { rank: number; raisedAtMicroseconds: number }>(
    `select ${columns}, ${rank} as rank, (extract(epoch from raised_at) * 1000000)::bigint as "raisedAtMicroseconds"
     from ${incidentTables} where ${condition.where} ${behind(condition, rank, page.after)}
     order by ${rank} desc, raised_at desc, incident.id desc limit ${page.limit + 1}`,
    condition.values,
  )
  const shown = rows.slice(0, page.limit)
  const last = rows.length > page.limit ? shown.at(-1) : undefined
  return {
    rows: shown.map(({ rank: _, raisedAtMicroseconds: __, ...row }) => row),
    counts: await countStates(queries, scope, filter),
    end: last && { rank: last.rank, raisedAt: last.raisedAtMicroseconds, id: last.id },
  }
}

function behind(condition: Condition, rank: string, after: IncidentPosition | undefined): string {
  if (after === undefined) return ''
  const first = condition.values.push(after.rank, after.raisedAt, after.id) - 2
  const moment = `timestamptz 'epoch' + make_interval(secs => $${first + 1}::bigint / 1000000.0)`
  return `and (${rank}, raised_at, incident.id) < ($${first}::int, ${moment}, $${first + 2}::uuid)`
}

async function countStates(queries: Queries, scope: Scope, filter: IncidentFilter): Promise<IncidentPage['counts']> {
  const { where, values } = conditionOf(scope, { ...filter, states: undefined })
  const rows = await queries.query<{ state: IncidentState; count: number }>(
    `select incident.state, count(*) as count from ${incidentTables} where ${where} group by 1`,
    values,
  )
  const counts = { open: 0, acknowledged: 0, shelved: 0, cleared: 0 }
  for (const { state, count } of rows) counts[state] = count
  return counts
}

export async function findIncident(queries: Queries, scope: Scope, id: string): Promise<IncidentRow | undefined> {
  return (await findIncidents(queries, scope, [id]))[0]
}

/** Those of the scope, in no order. */
export function findIncidents(queries: Queries, scope: Scope, ids: readonly string[]): Promise<IncidentRow[]> {
  const { where, values } = conditionOf(scope, { withMembers: true })
  return queries.query<IncidentRow>(
    `select ${columns} from ${incidentTables} where ${where} and incident.id = any($${values.length + 1}::uuid[])`,
    [...values, ids],
  )
}

/** Those of the scope whose id begins like this, as people type it; at most two: more than one is too few letters. */
export function findIncidentsLike(queries: Queries, scope: Scope, beginning: string): Promise<IncidentRow[]> {
  const { where, values } = conditionOf(scope, { withMembers: true })
  return queries.query<IncidentRow>(
    `select ${columns} from ${incidentTables}
     where ${where} and starts_with(incident.id::text, $${values.length + 1}) order by raised_at desc limit 2`,
    [...values, beginning],
  )
}

/** Open incidents that nothing else explains, by severity. */
export async function countOpenIncidents(queries: Queries, scope: Scope): Promise<Record<AlertSeverity, number>> {
  const { where, values } = conditionOf(scope, { states: ['open'] })
  const rows = await queries.query<{ severity: AlertSeverity; count: number }>(
    `select severity, count(*) as count from incident where ${where} group by 1`,
    values,
  )
  const counts = { warning: 0, minor: 0, major: 0, critical: 0 }
  for (const { severity, count } of rows) counts[severity] = count
  return counts
}
