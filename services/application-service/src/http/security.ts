import fastifyHelmet from '@fastify/helmet'
import { isOwnOrigin, needsOwnOrigin } from '../session/origin.ts'
import type { ApiServer } from './api-server.ts'
import { ApiProblem } from './problem.ts'

/** Security headers of every answer; no request of a page of another origin, nor one for an address with a NUL. */
export function addSecurity(server: ApiServer, publicUrl: string | undefined, isHttps: boolean): void {
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin
  server.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
      },
    },
    // Over plain HTTP, as on a local network, these would make the page unreachable.
    strictTransportSecurity: isHttps ? { maxAge: 31_536_000 } : false,
    originAgentCluster: true,
    crossOriginOpenerPolicy: isHttps,
    referrerPolicy: { policy: 'same-origin' },
  })
  server.addHook('onRequest', async (request) => {
    // No text of ours holds it, and PostgreSQL takes none that does.
    if (request.url.includes('%00')) throw new ApiProblem('request-invalid', 'no NUL in an address')
    const isUpgrade = request.headers.upgrade !== undefined
    if (needsOwnOrigin(request.method, isUpgrade) && !isOwnOrigin(request.headers, publicOrigin)) {
      throw new ApiProblem('origin-refused')
    }
  })
}
