import type { FastifyRequest } from 'fastify'
import { callerOf } from '../http/caller.ts'
import { ApiProblem } from '../http/problem.ts'

/** For this long after somebody has proven who they are, sensitive changes need no further proof. */
export const proofMs = 10 * 60_000

/**
 * For sensitive changes: refuses who has not proven lately who they are, by signing in or by `POST /v1/me/proof`
 * [OWASP ASVS 5.0, 7.5.1].
 * @throws ApiProblem `proof-required`, `not-signed-in`
 */
export function requireProof(request: FastifyRequest): void {
  if (Date.now() >= callerOf(request).session.provenAt + proofMs) throw new ApiProblem('proof-required')
}
