import type { ApiServer } from '../http/api-server.ts'
import { callerOf } from '../http/caller.ts'
import { withProblem } from '../http/open-api.ts'
import { ApiProblem } from '../http/problem.ts'

/** For this long after somebody has proven who they are, sensitive changes need no further proof. */
export const proofMs = 10 * 60_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A sensitive change: true, or for which bodies it is one. */
    needsProof?: true | ((body: unknown) => boolean)
  }
}

/**
 * Routes whose configuration says `needsProof` refuse who has not proven lately who they are, by signing in or by
 * `POST /v1/me/proof` [OWASP ASVS 5.0, 7.5.1]. Their description gets `x-needs-proof` and the problem `proof-required`.
 */
export function requireProofs(server: ApiServer): void {
  server.addHook('onRoute', (route) => {
    if (route.config?.needsProof === undefined || route.schema === undefined) return
    const response = withProblem(route.schema.response as Record<number, unknown>, 'proof-required')
    route.schema = Object.assign(route.schema, { 'x-needs-proof': true, response })
  })
  server.addHook('preHandler', async (request) => {
    const { needsProof } = request.routeOptions.config
    if (needsProof === undefined || (needsProof !== true && !needsProof(request.body))) return
    if (Date.now() >= callerOf(request).session.provenAt + proofMs) throw new ApiProblem('proof-required')
  })
}
