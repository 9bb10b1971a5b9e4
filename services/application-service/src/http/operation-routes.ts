import { timingSafeEqual } from 'node:crypto'
import type { Check, Metrics, Readiness } from '@stellacontrol/runtime'
import type { FastifyRequest } from 'fastify'
import { hashToken } from '../session/sessions.ts'
import type { ApiServer } from './api-server.ts'
import { ApiProblem } from './problem.ts'

export interface OperationOptions {
  readiness: Readiness
  /** How PostgreSQL did lately. Reported, but no reason to take this instance out of service: live state goes on. */
  databaseCheck: () => Check
  metrics: Metrics
  metricsToken: string | undefined
}

/** What operators' programs ask: alive, ready, metrics. */
export function addOperationRoutes(server: ApiServer, options: OperationOptions): void {
  const { readiness, databaseCheck, metrics, metricsToken } = options
  const schema = { hide: true }
  server.get('/healthz', { schema }, async () => ({ status: 'alive' }))
  server.get('/readyz', { schema }, async (_request, reply) => {
    const state = readiness.evaluate()
    void reply.code(state.ready ? 200 : 503).header('cache-control', 'no-store')
    return { ...state, database: databaseCheck() }
  })
  server.get('/metrics', { schema }, async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken)) throw new ApiProblem('forbidden')
    const text = await metrics.registry.metrics()
    return reply.type(metrics.registry.contentType).serializer(String).send(text)
  })
}

const loopback = /^(127\.|::1$|::ffff:127\.)/

/** From this machine, unless a proxy speaks for somebody else; otherwise with the token. */
function mayReadMetrics(request: FastifyRequest, metricsToken: string | undefined): boolean {
  const isForwarded = request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined
  if (loopback.test(request.ip) && !isForwarded) return true
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (metricsToken === undefined || given === undefined) return false
  return timingSafeEqual(Buffer.from(hashToken(given)), Buffer.from(hashToken(metricsToken)))
}
