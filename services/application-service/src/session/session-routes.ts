import { type Session, sessionSchema, signInMethodsSchema, signInSchema } from '@stellacontrol/protocol'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { clearSessionCookie } from './cookies.ts'
import type { OpenSession } from './sessions.ts'
import { checkCredentials } from './sign-in.ts'
import { startSession } from './start-session.ts'

const answer = sessionSchema.meta({ examples: [examples.session] })

export function addSessionRoutes(server: ApiServer, application: Application): void {
  const { sessions, isHttps, openId } = application

  server.post(
    '/session',
    {
      config: { isPublic: true },
      schema: {
        tags: ['session'],
        summary: 'Sign in',
        description:
          'Sets the cookie `stella_session` (`__Host-stella_session` by https). A session ends after 12 h without use, and after ' +
          '7 days. An account with a second factor is answered `second-factor-required` until `code` is right.',
        security: [],
        body: signInSchema.meta({ examples: [examples.signIn] }),
        response: {
          200: answer,
          ...problems(
            ...(['request-invalid', 'sign-in-refused', 'second-factor-required', 'origin-refused'] as const),
            ...(['too-many-attempts', 'database-unavailable', 'second-factor-unavailable'] as const),
          ),
        },
      },
    },
    async (request, reply): Promise<Session> => {
      const { account, renewedHash } = await checkCredentials(application, request, request.body)
      const { password } = request.body
      const session = await startSession(application, { request, reply }, account, { password, renewedHash })
      return describeSession(session, reply)
    },
  )

  server.get(
    '/session/methods',
    {
      config: { isPublic: true },
      schema: {
        tags: ['session'],
        summary: 'How people can sign in here',
        security: [],
        response: { 200: signInMethodsSchema.meta({ examples: [examples.signInMethods] }) },
      },
    },
    async () => ({
      password: true,
      openIdConnect: openId === undefined ? null : { name: openId.name, url: '/v1/session/oidc' },
    }),
  )

  server.get(
    '/session',
    {
      schema: {
        tags: ['session'],
        summary: 'Who is signed in',
        response: { 200: answer, ...problems('not-signed-in', 'live-state-unavailable') },
      },
    },
    async (request, reply) => {
      const { session, access } = callerOf(request)
      return describeSession({ ...session, user: access.user, memberships: access.memberships }, reply)
    },
  )

  server.delete(
    '/session',
    {
      schema: {
        tags: ['session'],
        summary: 'Sign out',
        response: { 204: z.null().describe('Signed out'), ...problems('not-signed-in', 'origin-refused') },
      },
    },
    async (request, reply) => {
      await sessions.end(callerOf(request).session.tokenHash)
      clearSessionCookie(reply, isHttps)
      return reply.code(204).send(null)
    },
  )
}

function describeSession({ user, memberships, expiresAt }: OpenSession, reply: FastifyReply): Session {
  void reply.header('cache-control', 'no-store')
  return { user, memberships, expiresAt: new Date(expiresAt).toISOString() }
}
