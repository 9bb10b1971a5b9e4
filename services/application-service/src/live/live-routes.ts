import { liveRequestSchema } from '@stellacontrol/protocol'
import type { FastifyRequest } from 'fastify'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import type { Application } from '../application.ts'
import type { ApiServer } from '../http/api-server.ts'
import { callerOf, findCaller } from '../http/caller.ts'
import { ApiProblem, problemBody, problemOf } from '../http/problem.ts'
import { closeCodes, LiveConnection } from './live-connection.ts'

/** A request to watch 500 devices is 17 KB. */
export const maximumMessageBytes = 64 * 1024
export const maximumMessagesPerMinute = 100
export const maximumConnectionsPerUser = 20
/** Two pings without a pong, and the other side is gone. The session is looked at as often. */
const heartbeatMs = 15_000
const minuteMs = 60_000

export function addLiveRoutes(server: ApiServer, application: Application): void {
  const { live, sessions } = application
  sessions.listen({
    ended: (tokenHash) => live.closeSession(tokenHash),
    replaced: (tokenHash, by) => live.replaceSession(tokenHash, by),
  })
  server.get('/live', { websocket: true }, (socket, request) => serve(application, socket, request))
  const heartbeat = setInterval(() => void beat(application), heartbeatMs)
  server.addHook('onClose', async () => clearInterval(heartbeat))
}

function serve(application: Application, socket: WebSocket, request: FastifyRequest): void {
  const { live } = application
  const { access, session } = callerOf(request)
  const connection = new LiveConnection({ socket, access, tokenHash: session.tokenHash })
  const others = [...live.connections].filter((other) => other.access.user.id === access.user.id)
  if (others.length >= maximumConnectionsPerUser) {
    connection.sendProblem(problemBody(new ApiProblem('too-many-connections')))
    socket.close(closeCodes.tryAgainLater, 'too many connections')
    return
  }
  live.add(connection)
  const budget = new MessageBudget(Date.now())
  socket.on('pong', () => {
    connection.isAlive = true
  })
  socket.on('message', (data, isBinary) => {
    if (!budget.take(Date.now())) {
      connection.sendProblem(problemBody(new ApiProblem('too-many-messages')))
      return socket.close(closeCodes.policyViolation, 'too many messages')
    }
    void receive(application, connection, isBinary ? undefined : data)
  })
  socket.on('error', (error) => application.log.debug({ error: error.message }, 'live.socket-error'))
  socket.on('close', () => live.remove(connection))
}

/** A message that is not understood is answered, not punished; the watch before it stays. */
async function receive(
  { live, log }: Application,
  connection: LiveConnection,
  data: RawData | undefined,
): Promise<void> {
  try {
    await live.request(connection, parseRequest(data))
  } catch (error) {
    const problem = problemOf(error)
    if (problem.status === 500) log.error({ error: String(error) }, 'live.request-failed')
    connection.sendProblem(problemBody(problem))
  }
}

function parseRequest(data: RawData | undefined) {
  if (data === undefined) throw new ApiProblem('request-invalid', 'a message is JSON text')
  const parsed = liveRequestSchema.safeParse(parseJson(String(data)))
  if (!parsed.success) throw new ApiProblem('request-invalid', z.prettifyError(parsed.error).slice(0, 500))
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A minute's worth of messages, which fills up again as time passes. */
export class MessageBudget {
  private left = maximumMessagesPerMinute
  private filledAt: number

  constructor(now: number) {
    this.filledAt = now
  }

  take(now: number): boolean {
    const filled = this.left + ((now - this.filledAt) * maximumMessagesPerMinute) / minuteMs
    this.left = Math.min(maximumMessagesPerMinute, filled) - 1
    this.filledAt = now
    return this.left >= 0
  }
}

/** Ends connections that are gone, and those whose session is: it may have ended elsewhere. An open page keeps its session. */
async function beat(application: Application): Promise<void> {
  for (const connection of application.live.connections) {
    if (!connection.isAlive) {
      connection.socket.terminate()
      continue
    }
    connection.isAlive = false
    connection.socket.ping()
  }
  await checkConnections(application)
}

/** Looks at the session and rights of everybody's connections, or one person's, again: they go on with those of now, or end. */
export async function checkConnections(application: Application, userId?: number): Promise<void> {
  const { live, log } = application
  for (const connection of live.connections) {
    if (userId !== undefined && connection.access.user.id !== userId) continue
    try {
      const caller = await findCaller(application, connection.tokenHash, Date.now())
      if (caller) live.setAccess(connection, caller.access)
      else connection.socket.close(closeCodes.policyViolation, 'the session has ended')
    } catch (error) {
      // A server is away: nobody is thrown out for that.
      log.debug({ error: String(error) }, 'live.session-check-failed')
    }
  }
}
