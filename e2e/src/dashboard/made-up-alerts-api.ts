import {
  alertSeverities,
  assigneeListSchema,
  type BulkRequest,
  bulkResultSchema,
  bulkSchema,
  type Incident,
  type IncidentListQuery,
  incidentDetailSchema,
  incidentListQuerySchema,
  incidentListSchema,
  mayDo,
  type Permission,
} from '@stellacontrol/protocol'
import { type MadeUpAnswer, ok, problem, type SignedIn } from './made-up-answer.ts'
import { madeUpHistory } from './made-up-history.ts'
import type { MadeUpPerson, MadeUpRegistry } from './made-up-registry.ts'

export function answerAlerts(registry: MadeUpRegistry, request: SignedIn, [id, part]: string[]): MadeUpAnswer {
  const { url, body, person } = request
  const visible = registry.visibleTo(person)
  const seen = registry.alerts.incidents.filter(({ organisation }) => visible.has(organisation.id))
  if (id === undefined) {
    const query = incidentListQuerySchema.parse(Object.fromEntries(url.searchParams))
    return ok(incidentListSchema.parse(listOf(seen, query, person)))
  }
  if (id === 'bulk') return changeMany(registry, person, seen, bulkSchema.parse(body))
  const incident = seen.find((one) => one.id === id)
  if (incident === undefined) return problem(404, 'incident-not-found')
  if (part === 'assignees')
    return ok(assigneeListSchema.parse({ items: registry.people.map(({ id: of, name }) => ({ id: of, name })) }))
  return ok(incidentDetailSchema.parse(detailOf(registry, incident)))
}

function listOf(seen: readonly Incident[], query: IncidentListQuery, person: MadeUpPerson) {
  const { state, sort, limit, cursor } = query
  const matching = seen.filter((incident) => isMeant(incident, query, person.id))
  const counts = { open: 0, acknowledged: 0, shelved: 0, cleared: 0 }
  for (const incident of matching) counts[incident.state]++
  const rank = (incident: Incident) => (sort === 'severity' ? alertSeverities.indexOf(incident.severity) : 0)
  const listed = matching
    .filter((incident) => state === undefined || state.includes(incident.state))
    .sort((a, b) => rank(b) - rank(a) || Date.parse(b.raisedAt) - Date.parse(a.raisedAt))
  const from = Number(cursor ?? 0)
  const to = from + limit
  return {
    items: listed.slice(from, to),
    total: listed.length,
    counts,
    nextCursor: to < listed.length ? String(to) : null,
  }
}

function isMeant(incident: Incident, query: IncidentListQuery, reader: number): boolean {
  const { severity, class: classes, device, site, organisation, assignee, parentId } = query
  const text = `${incident.text} ${incident.scope} ${incident.device?.name} ${incident.site?.name}`.toLowerCase()
  const words = query.search?.toLowerCase().split(/\s+/) ?? []
  if (
    parentId === undefined ? incident.parentId !== null && query.members === undefined : incident.parentId !== parentId
  )
    return false
  if (assignee === 'me' && incident.assignee?.id !== reader) return false
  if (assignee === 'nobody' && incident.assignee !== null) return false
  return (
    (severity === undefined || severity.includes(incident.severity)) &&
    (classes === undefined || classes.includes(incident.class)) &&
    (device === undefined || incident.scope === device) &&
    (site === undefined || incident.site?.id === site) &&
    (organisation === undefined || incident.organisation.id === organisation) &&
    (query.rule === undefined || incident.rule === query.rule) &&
    words.every((word) => text.includes(word))
  )
}

const aroundMs = 15 * 60_000

function detailOf(registry: MadeUpRegistry, incident: Incident) {
  const { alerts } = registry
  const from = Date.parse(incident.since) - aroundMs
  const to = Date.parse(incident.raisedAt) + aroundMs
  const metrics = [
    'boardCelsius',
    'supplyVolts',
    'B20.gainActualDb',
    'B20.gainSetDb',
    'B20.downlinkOutputDbm',
    'B3.gainActualDb',
  ]
  const events = registry.audit.filter(({ objectId }) => objectId === incident.scope)
  return {
    ...incident,
    events: alerts.events.get(incident.id) ?? [],
    memberIncidents: alerts.incidents.filter(({ parentId }) => parentId === incident.id),
    blackBox: {
      ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
      history: incident.device === null ? null : madeUpHistory(from, to, metrics, 500),
      changes: events.map(({ at, actor, action, before, after }) => ({ at, actor, action, before, after })),
    },
  }
}

const needs: Record<BulkRequest['action'], Permission> = {
  ...{ acknowledge: 'alerts.acknowledge', assign: 'alerts.acknowledge', comment: 'alerts.acknowledge' },
  ...{ shelve: 'alerts.operate', reopen: 'alerts.operate', clear: 'alerts.operate' },
}
const becomes = { acknowledge: 'acknowledged', shelve: 'shelved', reopen: 'repeated', clear: 'cleared' } as const

function changeMany(
  registry: MadeUpRegistry,
  person: MadeUpPerson,
  seen: readonly Incident[],
  change: BulkRequest,
): MadeUpAnswer {
  const { alerts } = registry
  const role = person.memberships[0]?.role
  const results = change.ids.map((id) => {
    const incident = seen.find((one) => one.id === id)
    if (incident === undefined) return { id, ok: false, code: 'incident-not-found' }
    if (!mayDo(role, needs[change.action])) return { id, ok: false, code: 'forbidden' }
    if (change.action === 'comment') alerts.write(incident, 'commented', person.email, change.text)
    else if (change.action === 'assign') {
      const found = registry.people.find((one) => one.id === change.userId)
      incident.assignee = found === undefined ? null : { id: found.id, name: found.name }
      alerts.write(incident, 'assigned', person.email, found?.name ?? '')
    } else {
      if (incident.state === 'cleared') return { id, ok: false, code: 'incident-over' }
      const until = change.action === 'shelve' ? change.until : null
      alerts.happen(incident, becomes[change.action], person.email, until)
    }
    return { id, ok: true, state: incident.state }
  })
  const done = results.filter((result) => result.ok).length
  const [first] = results
  if (done === 0 && new Set(results.map(({ code }) => code)).size === 1) return problem(409, first?.code ?? '')
  return ok(bulkResultSchema.parse({ done, results }))
}
