import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import fastifyCookie from '@fastify/cookie'
import type { Certificates, Log } from '@stellacontrol/runtime'
import { describe } from '@stellacontrol/runtime'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify'
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { ErrorCode } from './error-codes.ts'
import { ApiProblem, problemBody, problemOf } from './problem.ts'
import { RouteTable } from './route-table.ts'

export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** The largest body of the API is a sign-in; the rest is room for what comes. */
const bodyLimitBytes = 64 * 1024
const maximumHeaderBytes = 16 * 1024
/** Slow senders hold a connection no longer than this (CVE-2018-12122). */
const headersTimeoutMs = 10_000
const requestTimeoutMs = 30_000
const keepAliveTimeoutMs = 72_000

const httpLimits = {
  // Ours to refuse, with a problem as every other failure: `addSecurity`.
  requireHostHeader: false,
  maxHeaderSize: maximumHeaderBytes,
  headersTimeout: headersTimeoutMs,
  connectionsCheckingInterval: 5_000,
}

/** The same limits over TLS, with a certificate that changes while connections stay. */
function createSecureServer(handler: RequestListener, certificates: Certificates): Server {
  const timeouts = { requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs }
  const server = createHttpsServer({ ...httpLimits, ...timeouts, ...certificates.context }, handler)
  certificates.onChange((context) => server.setSecureContext(context))
  server.on('clientError', answerClientError)
  return server
}

/** An HTTP server that answers every failure with problem+json, and nothing else yet: routes are added to it. */
export function createApiServer(log: Log, certificates?: Certificates): { server: ApiServer; routes: RouteTable } {
  const server = fastify<RawServerDefault>({
    ...(certificates && { serverFactory: (handler: RequestListener) => createSecureServer(handler, certificates) }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: true,
    return503OnClosing: false,
    genReqId: () => crypto.randomUUID(),
    http: httpLimits,
    clientErrorHandler: answerClientError,
    // Before any hook: nothing else gives these answers their headers.
    frameworkErrors: (error, request, reply) =>
      void answerProblem(problemOf(error), request, reply.headers(bareHeaders)),
  }).withTypeProvider<ZodTypeProvider>()
  const routes = new RouteTable()
  server.addHook('onRoute', (route) => routes.add(route))
  server.setValidatorCompiler(validatorCompiler)
  // Handlers are typed by the schemas and tests compare answers with them: parsing them again for every request would cost
  // more than making them.
  server.setSerializerCompiler(() => (data) => JSON.stringify(data))
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error)
    if (problem.status === 500) {
      log.error({ requestId: request.id, route: request.routeOptions.url, error: describe(error) }, 'request.failed')
    }
    return answerProblem(problem, request, reply)
  })
  server.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id))
  server.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    const line = {
      requestId: request.id,
      method,
      route: routeOptions.url ?? '(none)',
      status: reply.statusCode,
      durationMs,
    }
    log.info(line, 'request.done')
  })
  server.register(fastifyCookie)
  return { server, routes }
}

export function answerProblem(problem: ApiProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(problem, pathOf(request.url)))
}

/** The path without its query, which may hold what nobody should find in a log or an answer. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] as string
}

const clientErrors: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
}

/** What answers carry that are given before any route or hook has seen a request. */
const bareHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}
const bareLines = Object.entries(bareHeaders).map(([name, value]) => `${name}: ${value}\r\n`)

/** What is wrong with bytes that never became a request. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const problem = new ApiProblem(clientErrors[error.code ?? ''] ?? 'request-invalid')
  const { title } = problemBody(problem)
  const body = JSON.stringify(problemBody(problem))
  socket.end(
    `HTTP/1.1 ${problem.status} ${title}\r\ncontent-type: application/problem+json\r\n` +
      `${bareLines.join('')}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
