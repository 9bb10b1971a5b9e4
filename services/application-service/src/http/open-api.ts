import fastifySwagger from '@fastify/swagger'
import { problemSchema } from '@stellacontrol/protocol'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { ApiServer } from './api-server.ts'
import { type ErrorCode, errorCodes } from './error-codes.ts'
import { ApiProblem, problemBody } from './problem.ts'

/** OpenAPI 3.1 at `/openapi.json`, made from the schemas that requests are checked with. */
export function addOpenApi(server: ApiServer): void {
  server.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'StellaControl',
        version: '1',
        description:
          'Live state and history of a fleet of cellular signal boosters. Sign in with `POST /v1/session`; the session is a ' +
          'cookie. Every failure is `application/problem+json` (RFC 9457) with a stable `code`. Live updates come by WebSocket ' +
          'at `/v1/live`.',
      },
      tags: [
        { name: 'session', description: 'Signing in and out' },
        { name: 'account', description: "One's own account" },
        { name: 'organisations', description: 'The tree of manufacturer, resellers and customers' },
        { name: 'sites', description: 'Where devices stand' },
        { name: 'people', description: 'Accounts, roles, invitations and links' },
        { name: 'audit', description: 'Who did what' },
        { name: 'devices', description: 'The fleet and its devices' },
        { name: 'history', description: 'Values of the past' },
        { name: 'registry', description: 'Whose devices are, where they stand, and what may be done with them' },
        { name: 'alerts', description: 'Incidents: what is wrong, and who takes care of it' },
        { name: 'alert rules', description: 'What raises incidents, where and when' },
        { name: 'reports', description: 'What a month was like' },
        { name: 'operation', description: 'What became of every message' },
      ],
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'stella_session' } },
      },
      security: [{ session: [] }],
    },
    transform: jsonSchemaTransform,
  })
  server.after(() => {
    server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger())
  })
}

/** The same responses with one more failure. */
export function withProblem(responses: Record<number, unknown>, code: ErrorCode): Record<number, unknown> {
  const { status } = errorCodes[code]
  const known = (responses[status] as typeof problemSchema | undefined)?.meta()?.examples as
    | { code: ErrorCode }[]
    | undefined
  return { ...responses, ...problems(...(known ?? []).map((example) => example.code), code) }
}

/** The failures that a route answers with, for its description: one entry per status, with an example of each code. */
export function problems(...codes: ErrorCode[]): Record<number, typeof problemSchema> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = errorCodes[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      status,
      problemSchema.meta({
        description: list.map((code) => `${code}: ${errorCodes[code].meaning}`).join(' '),
        examples: list.map((code) => problemBody(new ApiProblem(code))),
      }),
    ]),
  )
}
