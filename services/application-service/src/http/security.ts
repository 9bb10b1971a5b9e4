import type { IncomingMessage } from 'node:http'
import fastifyHelmet from '@fastify/helmet'
import { isOwnOrigin, needsOwnOrigin } from '../session/origin.ts'
import type { ApiServer } from './api-server.ts'
import { ApiProblem } from './problem.ts'

/** Security headers of every answer; no request of a page of another origin, for two hosts, or for an address with a NUL. */
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
    frameguard: { action: 'deny' },
    originAgentCluster: true,
    crossOriginOpenerPolicy: isHttps,
    referrerPolicy: { policy: 'same-origin' },
  })
  server.addHook('onRequest', async (request) => {
    if (!hasOneHost(request.raw)) throw new ApiProblem('request-invalid', 'a request is for one host')
    // No text of ours holds it, and PostgreSQL takes none that does.
    if (request.url.includes('%00')) throw new ApiProblem('request-invalid', 'no NUL in an address')
    const isUpgrade = request.headers.upgrade !== undefined
    if (needsOwnOrigin(request.method, isUpgrade) && !isOwnOrigin(request.headers, publicOrigin)) {
      throw new ApiProblem('origin-refused')
    }
  })
}

/** Two would mean different things to whatever stands in front and to us [RFC 9112, 3.2]. Only HTTP/1.0 has none. */
function hasOneHost({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0')
}
