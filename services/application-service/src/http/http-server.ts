import type { AddressInfo, Socket } from 'node:net'
import fastifyUnderPressure from '@fastify/under-pressure'
import fastifyWebsocket from '@fastify/websocket'
import type { Certificates } from '@stellacontrol/runtime'
import { addAccountRoutes } from '../account/account-routes.ts'
import { addOwnSessionRoutes } from '../account/own-session-routes.ts'
import { addSecondFactorRoutes } from '../account/second-factor-routes.ts'
import { addAlertRoutes } from '../alerts/alert-routes.ts'
import type { Application } from '../application.ts'
import { addCredentialRoutes } from '../credentials/credential-routes.ts'
import { addDeviceRoutes } from '../devices/device-routes.ts'
import { addHistoryRoutes } from '../devices/history-routes.ts'
import { addLedgerRoutes } from '../ledger/ledger-routes.ts'
import { addLiveRoutes, maximumMessageBytes } from '../live/live-routes.ts'
import { addOutboxRoutes } from '../mail/outbox-routes.ts'
import { addEscalationRoutes } from '../notifications/escalation-routes.ts'
import { addOwnNotificationRoutes } from '../notifications/own-notification-routes.ts'
import { addSmsStatusRoutes } from '../notifications/sms-status-routes.ts'
import { addPeopleRoutes } from '../people/people-routes.ts'
import { addClaimRoutes } from '../registry/claim-routes.ts'
import { addCsvRoutes } from '../registry/csv-routes.ts'
import { addRegistryRoutes } from '../registry/registry-routes.ts'
import { addOpenIdRoutes } from '../session/open-id-routes.ts'
import { requireProofs } from '../session/proof.ts'
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

/** How long stopping waits for clients to take their leave. */
const closeWaitMs = 1_000

export interface HttpServerOptions extends OperationOptions {
  application: Application
  host: string
  port: number
  dashboardFolder: string
  publicUrl: string | undefined
  /** With them the server speaks https. */
  certificates: Certificates | undefined
}

export interface HttpServer extends AsyncDisposable {
  port: number
  routes: RouteTable
}

/** Opens the HTTP server with everything on it. @throws if the port is taken (`EADDRINUSE`) */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { server, routes } = createApiServer(options.application.log, options.certificates)
  const sockets = trackSockets(server)
  // First of all: its hook marks the upgrades whose sockets must be ended when any later hook refuses them.
  server.register(fastifyWebsocket, {
    options: { maxPayload: maximumMessageBytes, perMessageDeflate: false },
    // LiveHub says good-bye with the right code.
    preClose: (done: () => void) => done(),
  })
  server.after(() => {
    addSecurity(server, options.publicUrl, options.application.isHttps)
    addOpenApi(server)
  })
  server.register(async (api) => addApi(api as ApiServer, options), { prefix: '/v1' })
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
      // Time for the good-byes; whoever does not answer is left.
      const impatience = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, closeWaitMs)
      await server.close()
      clearTimeout(impatience)
    },
  }
}

/** All open sockets, upgraded ones included, which `server.close()` waits for without end. */
function trackSockets(server: ApiServer): Set<Socket> {
  const sockets = new Set<Socket>()
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

async function addApi(api: ApiServer, { application, publicUrl }: HttpServerOptions): Promise<void> {
  // Only here: health and metrics must answer under load, and a page that is on its way is cheap.
  await api.register(fastifyUnderPressure, {
    maxEventLoopDelay: maximumEventLoopDelayMs,
    pressureHandler: () => {
      throw new ApiProblem('overloaded')
    },
  })
  // What one person may see is for no cache on the way, and gone with the tab.
  api.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
  })
  requireSession(api, application)
  requireProofs(api)
  addSessionRoutes(api, application)
  addOpenIdRoutes(api, application, publicUrl)
  addAccountRoutes(api, application)
  addOwnSessionRoutes(api, application)
  addOwnNotificationRoutes(api, application)
  addEscalationRoutes(api, application)
  addSmsStatusRoutes(api, application)
  addSecondFactorRoutes(api, application)
  addDeviceRoutes(api, application)
  addHistoryRoutes(api, application)
  addCredentialRoutes(api, application)
  addLedgerRoutes(api, application)
  addRegistryRoutes(api, application)
  addClaimRoutes(api, application)
  addCsvRoutes(api, application)
  addSetAsideRoutes(api, application)
  addPeopleRoutes(api, application)
  addOutboxRoutes(api, application)
  addAlertRoutes(api, application)
  addLiveRoutes(api, application)
}
