import { findUserByEmail, systemScope, withScope } from '@stellacontrol/database'
import { type Session, sessionSchema, signInSchema } from '@stellacontrol/protocol'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf, sessionCookie } from '../http/caller.ts'
import { examples } from '../http/examples.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'
import { readAccess, recordOf } from './access.ts'
import { verifyPassword } from './passwords.ts'
import { rightsVersion } from './rights.ts'
import { type OpenSession, sessionAbsoluteMs } from './sessions.ts'
import { countAttempt, forgetAttempts } from './sign-in-attempts.ts'

const answer = sessionSchema.meta({ examples: [examples.session] })

export function addSessionRoutes(server: ApiServer, application: Application): void {
  const { sessions, isHttps } = application
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: isHttps }

  server.post(
    '/session',
    {
      config: { isPublic: true },
      schema: {
        tags: ['session'],
        summary: 'Sign in',
        description: 'Sets the cookie `stella_session`. A session ends after 12 h without use, and after 7 days.',
        security: [],
        body: signInSchema.meta({ examples: [examples.signIn] }),
        response: {
          200: answer,
          ...problems(
            'request-invalid',
            'sign-in-refused',
            'origin-refused',
            'too-many-attempts',
            'database-unavailable',
          ),
        },
      },
    },
    async (request, reply): Promise<Session> => {
      const { token, session } = await signIn(application, request.body, request.ip)
      void reply.setCookie(sessionCookie, token, { ...cookie, maxAge: sessionAbsoluteMs / 1000 })
      return describeSession(session, reply)
    },
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
      return reply.clearCookie(sessionCookie, cookie).code(204).send(null)
    },
  )
}

/**
 * Counts the attempt, compares the password, opens a session. An unknown address takes as long as a wrong password and gets the
 * same answer.
 */
async function signIn(
  { database, directory, sessions, redis, log }: Application,
  { email, password }: { email: string; password: string },
  address: string,
): Promise<{ token: string; session: OpenSession }> {
  await countAttempt(redis, email, address)
  const credential = await withScope(database, systemScope, (queries) => findUserByEmail(queries, email))
  const isRight = await verifyPassword(credential?.passwordHash, password)
  if (credential === undefined || !isRight || credential.disabledAt !== null) {
    log.warn({ userId: credential?.user.id, address }, 'sign-in.refused')
    throw new ApiProblem('sign-in-refused')
  }
  // Read before the rights: a change in between makes the next request read them again.
  const version = await rightsVersion(redis)
  const access = await withScope(database, systemScope, (queries) => readAccess(queries, credential.user))
  const now = Date.now()
  directory.learn(access, version, now)
  await forgetAttempts(redis, email)
  log.info({ userId: access.user.id, address }, 'sign-in.accepted')
  return sessions.create({ ...recordOf(access), rightsVersion: version }, now)
}

function describeSession({ user, memberships, expiresAt }: OpenSession, reply: FastifyReply): Session {
  void reply.header('cache-control', 'no-store')
  return { user, memberships, expiresAt: new Date(expiresAt).toISOString() }
}
