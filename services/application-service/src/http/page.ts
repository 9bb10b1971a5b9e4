import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ApiServer, answerProblem, pathOf } from './api-server.ts'
import { ApiProblem } from './problem.ts'
import type { RouteTable } from './route-table.ts'

/** Names of built assets carry a hash of their content: what is behind a name never changes. */
const immutable = 'public, max-age=31536000, immutable'
const alwaysAsk = 'no-cache'

/**
 * Serves the built page, with `index.html` for its own routes (`/devices/IR-123` is a place in the page, not a file), and the
 * answers 404 and 405 for everything else.
 */
export function addPage(server: ApiServer, routes: RouteTable, folder: string): void {
  if (existsSync(folder)) {
    server.register(fastifyStatic, {
      root: folder,
      cacheControl: false,
      setHeaders: (reply, path) => {
        void reply.header('cache-control', path.startsWith(join(folder, 'assets')) ? immutable : alwaysAsk)
      },
    })
  }
  server.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url)
    const allowed = routes.methodsAt(path)
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      const headers = { allow: allowed.join(', ') }
      return answerProblem(new ApiProblem('method-not-allowed', undefined, { headers }), request, reply)
    }
    if (isPageRoute(request, path) && existsSync(join(folder, 'index.html'))) return sendPage(reply)
    return answerProblem(new ApiProblem('not-found'), request, reply)
  })
}

/** Whoever navigates wants a page; what looks like a file, or belongs to the API, is missing and should say so. */
function isPageRoute(request: FastifyRequest, path: string): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  const wantsPage = request.headers.accept?.includes('text/html') ?? false
  const isApi = path === '/v1' || path.startsWith('/v1/')
  return isRead && wantsPage && !isApi && !path.startsWith('/assets/')
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', alwaysAsk).sendFile('index.html')
}
