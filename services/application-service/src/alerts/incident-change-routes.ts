import {
  assignSchema,
  type BulkResult,
  bulkResultSchema,
  bulkSchema,
  commentSchema,
  type Incident,
  incidentParameter,
  incidentSchema,
  shelveSchema,
} from '@stellacontrol/protocol'
import type { FastifyRequest } from 'fastify'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { changeIncidents, type IncidentChange, type IncidentOutcome, type Person } from './change-incidents.ts'

const tags = ['alerts']
const common = [
  ...(['request-invalid', 'not-signed-in', 'forbidden', 'origin-refused', 'incident-not-found'] as const),
  ...(['live-state-unavailable', 'database-unavailable'] as const),
] as const
const response = { 200: incidentSchema, ...problems('incident-over', ...common) }

/** What people do to incidents, one or many at a time. */
export function addIncidentChangeRoutes(server: ApiServer, application: Application): void {
  const params = incidentParameter
  const one = async (request: FastifyRequest, id: string, change: IncidentChange): Promise<Incident> => {
    const [outcome] = await changeIncidents(application, personOf(request), [id], change)
    if (outcome === undefined || 'refused' in outcome) throw new ApiProblem(outcome?.refused ?? 'incident-not-found')
    return outcome.incident
  }

  server.post(
    '/alerts/:id/acknowledge',
    { schema: { tags, summary: 'Say that one takes care of it: nobody is reminded any more', params, response } },
    (request) => one(request, request.params.id, { action: 'acknowledge' }),
  )
  server.post(
    '/alerts/:id/shelve',
    { schema: { tags, summary: 'Put it aside until a moment', params, body: shelveSchema, response } },
    (request) => one(request, request.params.id, { action: 'shelve', ...request.body }),
  )
  server.post(
    '/alerts/:id/reopen',
    { schema: { tags, summary: 'Take an acknowledgement or a shelf back', params, response } },
    (request) => one(request, request.params.id, { action: 'reopen' }),
  )
  server.post(
    '/alerts/:id/clear',
    {
      schema: {
        ...{ tags, summary: 'End it by hand', params, response },
        description: 'If its reason is still there, the next report that says so raises it again.',
      },
    },
    (request) => one(request, request.params.id, { action: 'clear' }),
  )
  server.post(
    '/alerts/:id/comments',
    {
      schema: {
        ...{ tags, summary: 'Say something about it', params, body: commentSchema },
        response: { 200: incidentSchema, ...problems(...common) },
      },
    },
    (request) => one(request, request.params.id, { action: 'comment', ...request.body }),
  )
  server.post(
    '/alerts/:id/assign',
    {
      schema: {
        ...{ tags, summary: 'Give it to somebody, or to nobody', params, body: assignSchema },
        response: { 200: incidentSchema, ...problems('person-not-found', ...common) },
      },
    },
    (request) => one(request, request.params.id, { action: 'assign', ...request.body }),
  )
  addBulkRoute(server, application)
}

function addBulkRoute(server: ApiServer, application: Application): void {
  server.post(
    '/alerts/bulk',
    {
      schema: {
        tags,
        summary: 'The same for up to 500 at a time, each by itself',
        description: 'Where none of them could be done, and all for the same reason, the answer is that problem.',
        body: bulkSchema,
        response: { 200: bulkResultSchema, ...problems('incident-over', 'person-not-found', ...common) },
      },
    },
    async (request): Promise<BulkResult> => {
      const { ids, ...change } = request.body
      const outcomes = await changeIncidents(application, personOf(request), [...new Set(ids)], change)
      const refusals = new Set(outcomes.map((outcome) => ('refused' in outcome ? outcome.refused : undefined)))
      const [refused] = refusals
      if (refusals.size === 1 && refused !== undefined) throw new ApiProblem(refused)
      const results = outcomes.map(resultOf)
      return { done: results.filter(({ ok }) => ok).length, results }
    },
  )
}

function resultOf(outcome: IncidentOutcome): BulkResult['results'][number] {
  const { id } = outcome
  return 'refused' in outcome
    ? { id, ok: false, code: outcome.refused }
    : { id, ok: true, state: outcome.incident.state }
}

function personOf(request: FastifyRequest): Person {
  return { access: callerOf(request).access, actor: actorOf(request) }
}
