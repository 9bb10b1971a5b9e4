import { createHash } from 'node:crypto'
import { type Account, findAccountForSignIn, systemScope, withScope } from '@stellacontrol/database'
import { describe } from '@stellacontrol/runtime'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { problems } from '../http/open-api.ts'
import { ApiProblem, problemOf } from '../http/problem.ts'
import { clearOpenIdCookie, cookieNames, setOpenIdCookie } from './cookies.ts'
import type { Identity, OpenIdProvider, PendingSignIn } from './open-id.ts'
import { countAddress } from './sign-in-attempts.ts'
import { startSession } from './start-session.ts'

/** Long enough for a password and a second factor at the provider. */
const pendingMs = 10 * 60_000
const here = 'http://here.invalid'

/** A path of this page, or its start: nothing that leads anywhere else. Pure. */
export function ownPath(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/') || !URL.canParse(next, here)) return '/'
  const url = new URL(next, here)
  // `/..//elsewhere` has lost its dots by now: two slashes would name a host.
  const isOurs = url.origin === here && !url.pathname.startsWith('//')
  return isOurs ? url.pathname + url.search + url.hash : '/'
}

export function addOpenIdRoutes(server: ApiServer, application: Application, publicUrl: string | undefined): void {
  const { isHttps, openId, redis } = application

  server.get(
    '/session/oidc',
    {
      config: { isPublic: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['session'],
        summary: 'Sign in by the OpenID Connect provider',
        description:
          'For a browser: it is sent to the provider and comes back signed in. `next` is a path of this page.',
        security: [],
        querystring: z.object({ next: z.string().max(2000).optional() }),
        response: {
          303: z.null().describe('to the provider'),
          ...problems('not-found', 'too-many-attempts', 'openid-unavailable', 'live-state-unavailable'),
        },
      },
    },
    async (request, reply) => {
      if (openId === undefined) throw new ApiProblem('not-found')
      await countAddress(redis, request.ip)
      const origin = publicUrl === undefined ? `${request.protocol}://${request.host}` : new URL(publicUrl).origin
      const begun = await openId.begin(`${origin}/v1/session/oidc/callback`, ownPath(request.query.next))
      const key = redis.keys.openIdSignIn(hashOf(begun.state))
      await redis.state.command(key, ['SET', key, JSON.stringify(begun.pending), 'PX', String(pendingMs)])
      setOpenIdCookie(reply, isHttps, begun.state, pendingMs)
      return reply.header('cache-control', 'no-store').redirect(begun.url.href, 303)
    },
  )

  server.get(
    '/session/oidc/callback',
    {
      config: { isPublic: true },
      exposeHeadRoute: false,
      schema: {
        tags: ['session'],
        summary: 'Where the OpenID Connect provider sends people back to',
        description:
          "Opens a session for the account that belongs to the provider's subject, or, the first time, to its verified e-mail " +
          'address. Without one nothing is made. Failures lead to `/sign-in?problem=<code>`.',
        security: [],
        querystring: z.looseObject({ state: z.string().max(500).optional() }),
        response: { 303: z.null().describe('signed in, or to the sign-in page'), ...problems('not-found') },
      },
    },
    async (request, reply) => {
      if (openId === undefined) throw new ApiProblem('not-found')
      void reply.header('cache-control', 'no-store')
      try {
        const next = await finish(application, openId, { request, reply }, request.query.state)
        return reply.redirect(next, 303)
      } catch (error) {
        const problem = problemOf(error)
        application.log.warn(
          { code: problem.code, address: request.ip, error: describe(error) },
          'sign-in.openid-failed',
        )
        return reply.redirect(`/sign-in?problem=${problem.code}`, 303)
      }
    },
  )
}

/** Only the browser that began may finish, and once. Returns where the person was going. */
async function finish(
  application: Application,
  openId: OpenIdProvider,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  state: string | undefined,
): Promise<string> {
  const { redis, isHttps } = application
  const ownState = request.cookies[cookieNames(isHttps).openId]
  clearOpenIdCookie(reply, isHttps)
  if (state === undefined || state !== ownState) throw new ApiProblem('openid-refused')
  const key = redis.keys.openIdSignIn(hashOf(state))
  const pending = await redis.state.command(key, ['GETDEL', key])
  if (pending === null) throw new ApiProblem('openid-refused')
  const signIn = JSON.parse(String(pending)) as PendingSignIn
  const search = new URL(request.url, here).search
  const identity = await openId.finish(search, state, signIn)
  const account = await accountOf(application, identity)
  await startSession(application, { request, reply }, account, { externalSubject: identity.subject })
  return signIn.next
}

/** The account that was linked before, else the one with the verified address, unless it is linked to somebody else. */
async function accountOf({ database }: Application, { subject, verifiedEmail: email }: Identity): Promise<Account> {
  const account = await withScope(database, systemScope, async (queries) => {
    const linked = await findAccountForSignIn(queries, { externalSubject: subject })
    if (linked !== undefined || email === undefined) return linked
    const named = await findAccountForSignIn(queries, { email })
    return named?.externalSubject === null ? named : undefined
  })
  if (account === undefined || account.disabledAt !== null) throw new ApiProblem('openid-no-account')
  return account
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
