import type { AddressInfo } from 'node:net'
import fastifyUnderPressure from '@fastify/under-pressure'
import fastifyWebsocket from '@fastify/websocket'
import type { Application } from '../application.ts'
import { addDeviceRoutes } from '../devices/device-routes.ts'
import { addHistoryRoutes } from '../devices/history-routes.ts'
import { addLedgerRoutes } from '../ledger/ledger-routes.ts'
import { addLiveRoutes, maximumMessageBytes } from '../live/live-routes.ts'
import { addSessionRoutes } from '../session/session-routes.ts'
import { addSetAsideRoutes } from '../set-aside/set-aside-routes.ts'
import { type ApiServer, createApiServer } from './api-server.ts'
import { requireSession } from './caller.ts'
import { addOpenApi } from './open-api.ts'
import { addOperationRoutes, type OperationOptions } from './operation-routes.ts'
import { addPage } from './page.ts'
import { ApiProblem } from './problem.ts'
import type { RouteTable } from './route-table.ts'
import { addSecurity } from './security.ts'

/** Beyond this delay of the event loop every answer is late: new requests are turned away until it is over. */
const maximumEventLoopDelayMs = 1_500

export interface HttpServerOptions extends OperationOptions {
  application: Application
  host: string
  port: number
  dashboardFolder: string
  publicUrl: string | undefined
}

export interface HttpServer extends AsyncDisposable {
  port: number
  routes: RouteTable
}

/** Opens the HTTP server with everything on it. @throws if the port is taken (`EADDRINUSE`) */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { server, routes } = createApiServer(options.application.log)
  addSecurity(server, options.publicUrl)
  addOpenApi(server)
  server.register(fastifyWebsocket, {
    options: { maxPayload: maximumMessageBytes, perMessageDeflate: false },
    // LiveHub says good-bye with the right code.
    preClose: (done: () => void) => done(),
  })
  server.register(async (api) => addApi(api as ApiServer, options.application), { prefix: '/v1' })
  server.after(() => {
    addOperationRoutes(server, options)
    addPage(server, routes, options.dashboardFolder)
  })
  await server.listen({ host: options.host, port: options.port })
  return {
    port: (server.server.address() as AddressInfo).port,
    routes,
    [Symbol.asyncDispose]: async () => {
      await options.application.live[Symbol.asyncDispose]()
      await server.close()
    },
  }
}

async function addApi(api: ApiServer, application: Application): Promise<void> {
  // Only here: health and metrics must answer under load, and a page that is on its way is cheap.
  await api.register(fastifyUnderPressure, {
    maxEventLoopDelay: maximumEventLoopDelayMs,
    pressureHandler: () => {
      throw new ApiProblem('overloaded')
    },
  })
  requireSession(api, application)
  addSessionRoutes(api, application)
  addDeviceRoutes(api, application)
  addHistoryRoutes(api, application)
  addLedgerRoutes(api, application)
  addSetAsideRoutes(api, application)
  addLiveRoutes(api, application)
}
