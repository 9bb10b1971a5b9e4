import {
  type EscalationStepRow,
  listAssignees,
  listEscalation,
  type Queries,
  recordAudit,
  replaceEscalation,
  withScope,
} from '@stellacontrol/database'
import { type Escalation, escalationChangeSchema, escalationSchema, idParameter } from '@stellacontrol/protocol'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { organisationFor } from '../people/refusals.ts'
import { announceNotifications } from './announce-notifications.ts'

const tags = ['alerts']
const common = ['request-invalid', 'organisation-not-found', 'not-signed-in', 'database-unavailable'] as const

/** Who is told next while nobody acknowledges. */
export function addEscalationRoutes(server: ApiServer, application: Application): void {
  const { database } = application

  server.get(
    '/organisations/:id/escalation',
    {
      schema: {
        ...{ tags, summary: 'Who is told next while nobody acknowledges an incident', params: idParameter },
        response: { 200: escalationSchema, ...problems(...common) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      return withScope(database, access.scope, async (queries) => {
        const { id } = await organisationFor(queries, access, 'read', request.params.id)
        return viewOf(queries, id)
      })
    },
  )

  server.put(
    '/organisations/:id/escalation',
    {
      schema: {
        ...{ tags, summary: 'Say who is told next', params: idParameter, body: escalationChangeSchema },
        description: 'An empty list: as the organisation above has it. Holds at once, for incidents that are open too.',
        response: { 200: escalationSchema, ...problems('forbidden', 'origin-refused', ...common) },
      },
    },
    async (request) => {
      const { access } = callerOf(request)
      const { steps } = request.body
      const view = await withScope(database, access.scope, async (queries) => {
        const { id } = await organisationFor(queries, access, 'rules.edit', request.params.id)
        const possible = await listAssignees(queries, id)
        const fields = steps.flatMap(({ userId }, index) =>
          possible.some((person) => person.id === userId)
            ? []
            : [{ field: `steps.${index}.userId`, message: 'expected somebody who sees the organisation' }],
        )
        if (fields.length > 0) throw new ApiProblem('request-invalid', undefined, { fields })
        const before = await listEscalation(queries, id)
        await replaceEscalation(queries, id, steps)
        const change = { before: { steps: before.map(factsOf) }, after: { steps } }
        const about = { organisationId: id, objectKind: 'organisation', objectId: String(id) }
        await recordAudit(queries, actorOf(request), [{ action: 'escalation.changed', ...about, ...change }])
        return viewOf(queries, id)
      })
      await announceNotifications(application, access.user.id)
      return view
    },
  )
}

const factsOf = ({ userId, afterMinutes }: EscalationStepRow) => ({ userId, afterMinutes })

async function viewOf(queries: Queries, organisationId: number): Promise<Escalation> {
  const steps = await listEscalation(queries, organisationId)
  return {
    steps: steps.map(({ userId, userName, afterMinutes }) => ({
      person: userName === null ? null : { id: userId, name: userName },
      afterMinutes,
    })),
    possible: await listAssignees(queries, organisationId),
  }
}
