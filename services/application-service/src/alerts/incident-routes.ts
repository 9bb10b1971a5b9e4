import {
  findIncident,
  type IncidentFilter,
  type IncidentPosition,
  type IncidentRow,
  listAssignees,
  listIncidentEvents,
  listIncidents,
  type Queries,
  withScope,
} from '@stellacontrol/database'
import {
  assigneeListSchema,
  type IncidentDetail,
  type IncidentList,
  type IncidentListQuery,
  incidentDetailSchema,
  incidentListQuerySchema,
  incidentListSchema,
  incidentParameter,
} from '@stellacontrol/protocol'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { decodeCursor, encodeCursor } from '../http/list-cursor.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { type Access, requirePermission } from '../session/access.ts'
import { readBlackBox } from './black-box.ts'
import { eventView, incidentView } from './incident-views.ts'

const tags = ['alerts']
const common = ['request-invalid', 'not-signed-in', 'database-unavailable'] as const
const maximumMembers = 100

/** The incidents that a person may see: those raised while the device was of an organisation of theirs. */
export function addIncidentRoutes(server: ApiServer, { database }: Application): void {
  server.get(
    '/alerts',
    {
      schema: {
        tags,
        summary: 'Incidents, page by page',
        description: 'Incidents that another one explains are left out unless `parentId` or `members` asks for them.',
        querystring: incidentListQuerySchema,
        response: { 200: incidentListSchema, ...problems('cursor-invalid', ...common) },
      },
    },
    async (request): Promise<IncidentList> => {
      const { access } = callerOf(request)
      const { sort, limit, cursor, state } = request.query
      const after = cursor === undefined ? undefined : positionOf(cursor, sort)
      const filter = filterOf(request.query, access)
      const page = await withScope(database, access.scope, (queries) =>
        listIncidents(queries, access.scope, filter, { sort, limit, after }),
      )
      const { counts, end } = page
      const total = (state ?? (Object.keys(counts) as (keyof typeof counts)[])).reduce(
        (sum, name) => sum + counts[name],
        0,
      )
      return { items: page.rows.map(incidentView), total, counts, nextCursor: end ? cursorOf(end, sort) : null }
    },
  )

  server.get(
    '/alerts/:id',
    {
      schema: {
        tags,
        summary: 'One incident, with its timeline, its members and the reports around it',
        params: incidentParameter,
        response: { 200: incidentDetailSchema, ...problems('incident-not-found', ...common) },
      },
    },
    async (request): Promise<IncidentDetail> => {
      const { access } = callerOf(request)
      const { scope } = access
      return withScope(database, scope, async (queries) => {
        const incident = await incidentFor(queries, access, request.params.id)
        const events = await listIncidentEvents(queries, incident.id)
        const newest = { sort: 'raisedAt', limit: maximumMembers } as const
        const members = await listIncidents(queries, scope, { parentId: incident.id }, newest)
        return {
          ...incidentView(incident),
          events: events.map(eventView),
          memberIncidents: members.rows.map(incidentView),
          blackBox: await readBlackBox(queries, scope, incident),
        }
      })
    },
  )

  server.get(
    '/alerts/:id/assignees',
    {
      schema: {
        tags,
        summary: 'Whom the incident can be assigned to',
        params: incidentParameter,
        response: { 200: assigneeListSchema, ...problems('incident-not-found', 'forbidden', ...common) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      return withScope(database, access.scope, async (queries) => {
        const { organisation } = await incidentFor(queries, access, request.params.id)
        requirePermission(access, 'alerts.acknowledge', organisation.id)
        return { items: await listAssignees(queries, organisation.id) }
      })
    },
  )
}

/** @throws ApiProblem `incident-not-found` */
export async function incidentFor(queries: Queries, { scope }: Access, id: string): Promise<IncidentRow> {
  const incident = await findIncident(queries, scope, id)
  if (incident === undefined) throw new ApiProblem('incident-not-found')
  return incident
}

function filterOf(query: IncidentListQuery, { user }: Access): IncidentFilter {
  const { assignee, from, to, search } = query
  // PostgreSQL knows no text with this character in it.
  if (search?.includes('\0')) throw new ApiProblem('request-invalid')
  return {
    ...{ states: query.state, severities: query.severity, classes: query.class, rule: query.rule, search },
    ...{ organisationId: query.organisation, siteId: query.site, serial: query.device, parentId: query.parentId },
    assigneeId: assignee === 'me' ? user.id : assignee === 'nobody' ? null : assignee,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
    withMembers: query.members === 'true',
  }
}

function cursorOf({ rank, raisedAt, id }: IncidentPosition, sort: string): string {
  return encodeCursor(sort, { value: `${rank}:${raisedAt}`, key: id })
}

/** @throws ApiProblem `cursor-invalid` */
function positionOf(cursor: string, sort: string): IncidentPosition {
  const { value, key } = decodeCursor(cursor, sort)
  const [, rank, raisedAt] = /^(\d):(\d{1,16})$/.exec(String(value)) ?? []
  if (rank === undefined || !incidentParameter.safeParse({ id: key }).success) throw new ApiProblem('cursor-invalid')
  return { rank: Number(rank), raisedAt: Number(raisedAt), id: String(key) }
}
