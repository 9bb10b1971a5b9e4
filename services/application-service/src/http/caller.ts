import type { Actor } from '@stellacontrol/database'
import { type Redis, rightsVersion } from '@stellacontrol/redis'
import type { FastifyRequest } from 'fastify'
import type { Access, AccessDirectory } from '../session/access.ts'
import { cookieNames } from '../session/cookies.ts'
import type { OpenSession, Sessions } from '../session/sessions.ts'
import { hashToken } from '../session/sessions.ts'
import type { ApiServer } from './api-server.ts'
import { ApiProblem } from './problem.ts'

/** Who asks. */
export interface Caller {
  access: Access
  session: OpenSession
}

interface CallerSources {
  sessions: Sessions
  directory: AccessDirectory
  redis: Redis
  isHttps: boolean
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** Reachable without a session. Everything else is not. */
    isPublic?: boolean
  }
}

/** Nothing below `server` is reachable without a session, except routes whose configuration says `isPublic`. */
export function requireSession(server: ApiServer, options: CallerSources): void {
  const cookieName = cookieNames(options.isHttps).session
  server.decorateRequest('caller', null)
  server.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.isPublic === true) return
    const token = request.cookies[cookieName]
    const caller = token === undefined ? undefined : await findCaller(options, hashToken(token), Date.now())
    if (caller === undefined) throw new ApiProblem('not-signed-in')
    request.caller = caller
  })
}

/**
 * The person behind a session; a session whose account is disabled or gone ends here.
 * @throws `redis-unavailable`, or when rights have changed and PostgreSQL is away
 */
export async function findCaller(
  { sessions, directory, redis }: Omit<CallerSources, 'isHttps'>,
  tokenHash: string,
  now: number,
): Promise<Caller | undefined> {
  const [session, version] = await Promise.all([sessions.find(tokenHash, now), rightsVersion(redis)])
  if (session === undefined) return undefined
  const access = await directory.of(session, version, now)
  if (access === undefined) {
    await sessions.end(tokenHash)
    return undefined
  }
  return { access, session }
}

/** The caller of a route that needs one. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new ApiProblem('not-signed-in')
  return request.caller
}

/** The caller as the audit log names them. */
export function actorOf(request: FastifyRequest): Actor {
  const { user } = callerOf(request).access
  return { userId: user.id, actor: user.email, address: request.ip }
}
