import { recordAudit, withScope } from '@stellacontrol/database'
import { type OwnSession, ownSessionListSchema } from '@stellacontrol/protocol'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { actorOf, callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { clearSessionCookie } from '../session/cookies.ts'
import type { ListedSession } from '../session/sessions.ts'
import { ownEvent } from './account-routes.ts'

const changeProblems = ['not-signed-in', 'origin-refused', 'database-unavailable', 'live-state-unavailable'] as const

/** `/v1/me/sessions`: where one is signed in. */
export function addOwnSessionRoutes(server: ApiServer, application: Application): void {
  const { sessions, isHttps } = application

  server.get(
    '/me/sessions',
    {
      schema: {
        tags: ['account'],
        summary: 'Where one is signed in, the session used last first',
        response: {
          200: ownSessionListSchema.meta({ examples: [examples.ownSessions] }),
          ...problems('not-signed-in', 'live-state-unavailable'),
        },
      },
    },
    async (request) => {
      const { session } = callerOf(request)
      const listed = await sessions.list(session.user.id)
      return { items: listed.map((one) => describeSession(one, session.tokenHash)) }
    },
  )

  server.delete(
    '/me/sessions/:id',
    {
      schema: {
        tags: ['account'],
        summary: "End one of one's sessions",
        params: z.object({ id: z.string().min(1).max(64) }),
        response: { 204: z.null().describe('Ended'), ...problems('session-not-found', ...changeProblems) },
      },
    },
    async (request, reply) => {
      const { session } = callerOf(request)
      const one = (await sessions.list(session.user.id)).find(({ id }) => id === request.params.id)
      if (one === undefined) throw new ApiProblem('session-not-found')
      await recordEnd(application, request, one.id)
      await sessions.end(one.tokenHash)
      if (one.tokenHash === session.tokenHash) clearSessionCookie(reply, isHttps)
      return reply.code(204).send(null)
    },
  )

  server.delete(
    '/me/sessions',
    {
      schema: {
        tags: ['account'],
        summary: 'Sign out everywhere else',
        response: { 204: z.null().describe('Every other session has ended'), ...problems(...changeProblems) },
      },
    },
    async (request, reply) => {
      const { session } = callerOf(request)
      await recordEnd(application, request, 'all others')
      await sessions.endAllOf(session.user.id, session.tokenHash)
      return reply.code(204).send(null)
    },
  )
}

async function recordEnd({ database }: Application, request: FastifyRequest, id: string): Promise<void> {
  const caller = callerOf(request)
  const event = { ...ownEvent(caller), objectKind: 'session', objectId: id, action: 'session.ended' }
  await withScope(database, caller.access.scope, (queries) => recordAudit(queries, actorOf(request), [event]))
}

function describeSession(one: ListedSession, ownTokenHash: string): OwnSession {
  return {
    id: one.id,
    isThisOne: one.tokenHash === ownTokenHash,
    createdAt: new Date(one.createdAt).toISOString(),
    lastUsedAt: new Date(one.lastUsedAt).toISOString(),
    address: one.address,
    agent: one.agent,
  }
}
