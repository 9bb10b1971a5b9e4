import type { AlertClass, AlertSeverity, IncidentState } from '@stellacontrol/protocol'
import { type Scope, scopeParameter } from '../scope.ts'

/** Which incidents are meant. */
export interface IncidentFilter {
  states?: readonly IncidentState[] | undefined
  severities?: readonly AlertSeverity[] | undefined
  classes?: readonly AlertClass[] | undefined
  rule?: string | undefined
  organisationId?: number | undefined
  siteId?: number | undefined
  serial?: string | undefined
  /** A person's id; null = nobody's. */
  assigneeId?: number | null | undefined
  /** Epoch ms of being raised. */
  from?: number | undefined
  to?: number | undefined
  /** Words that must all be part of it, in capitals or not. */
  search?: string | undefined
  /** The members of one incident. */
  parentId?: string | undefined
  /** Also those that another one explains. */
  withMembers?: boolean | undefined
}

/** A condition as SQL with its parameters, which begin at $1. */
export interface Condition {
  where: string
  values: unknown[]
}

/** SQL: more is worse, as `alertSeverities` has it. */
export const severityRank = "array_position(array['warning', 'minor', 'major', 'critical'], incident.severity)"

/** The tables that an incident is shown with; what the caller may not see of them is null. $1 is the scope. */
export const incidentTables = `
  incident
  join organisation on organisation.id = incident.organisation_id
  left join device on device.id = incident.device_id and ($1::int[] is null or device.organisation_id = any($1))
  left join site on site.id = incident.site_id and ($1::int[] is null or site.organisation_id = any($1))
  left join app_user assignee on assignee.id = incident.assignee_id`

const searched = `lower(concat_ws(' ', incident.text, incident.rule_name, incident.rule, incident.scope, incident.subject,
  device.name, site.name, organisation.name))`

export function conditionOf(scope: Scope, filter: IncidentFilter): Condition {
  const values: unknown[] = [scopeParameter(scope)]
  const parts = ['($1::int[] is null or incident.organisation_id = any($1))']
  const add = (value: unknown, sql: (parameter: string) => string) => {
    if (value === undefined) return
    values.push(value)
    parts.push(sql(`$${values.length}`))
  }
  add(filter.states, (list) => `incident.state = any(${list}::text[])`)
  add(filter.severities, (list) => `incident.severity = any(${list}::text[])`)
  add(filter.classes, (list) => `incident.class = any(${list}::text[])`)
  add(filter.rule, (rule) => `incident.rule = ${rule}`)
  add(filter.organisationId, (id) => `incident.organisation_id = ${id}::int`)
  add(filter.siteId, (id) => `incident.site_id = ${id}::int`)
  add(filter.serial, (serial) => `incident.scope = ${serial}`)
  if (filter.assigneeId === null) parts.push('incident.assignee_id is null')
  else add(filter.assigneeId, (id) => `incident.assignee_id = ${id}::int`)
  add(seconds(filter.from), (at) => `incident.raised_at >= to_timestamp(${at}::float8)`)
  add(seconds(filter.to), (at) => `incident.raised_at < to_timestamp(${at}::float8)`)
  const words = filter.search?.split(/\s+/).filter(Boolean)
  add(words?.length ? words : undefined, (list) => {
    return `not exists (select from unnest(${list}::text[]) word where position(lower(word) in ${searched}) = 0)`
  })
  add(filter.parentId, (id) => `incident.parent_id = ${id}::uuid`)
  if (filter.parentId === undefined && !filter.withMembers) parts.push('incident.parent_id is null')
  return { where: parts.join('\n and '), values }
}

function seconds(at: number | undefined): number | undefined {
  return at === undefined ? undefined : at / 1000
}
