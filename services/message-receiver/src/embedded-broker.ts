import { createServer, type Server, type Socket } from 'node:net'
import { downlinkFilter, isSerial, uplinkTopic } from '@stellacontrol/protocol'
import { CodedError, describe, type Log } from '@stellacontrol/runtime'
import { Aedes, type AuthenticateError, type Client, type ConnectPacket } from 'aedes'
import type { AppendBatcher } from './append-batcher.ts'
import { ConnectThrottle } from './connect-throttle.ts'
import type { CredentialChecker } from './credentials.ts'
import type { DeviceConnections } from './device-connections.ts'
import { defaultGuardLimits, type GuardLimits, PacketGuard } from './packet-guard.ts'
import type { ReceiverMetrics } from './receiver-metrics.ts'

const connectTimeoutMs = 5_000
/** A device that does not read what it is sent is let go. */
const drainTimeoutMs = 10_000
const maximumKeepAliveSeconds = 1_200
const maximumSubscriptions = 10
/** CONNACK return codes [MQTT 3.1.1, table 3.1]. */
const identifierRejected = 2
const serverUnavailable = 3
const notAuthorised = 5

export interface BrokerOptions {
  host: string
  port: number
  maximumConnections: number
  connectsPerSecond: number
  guardLimits?: Partial<GuardLimits>
  batcher: AppendBatcher
  credentials: CredentialChecker
  connections: DeviceConnections
  metrics: ReceiverMetrics
  log: Log
}

/**
 * The embedded MQTT broker. aedes sends PUBACK before it routes or stores anything; `authorizePublish` is the only place that
 * runs before it, so the report goes to the queue there, and the callback is called after the queue's reply.
 */
export async function openEmbeddedBroker(options: BrokerOptions): Promise<AsyncDisposable & { port: number }> {
  const { log } = options
  const broker = await createBroker(options)
  const sockets = new Set<Socket>()
  const guardLimits = { ...defaultGuardLimits, ...options.guardLimits }
  const server = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= options.maximumConnections) return refuse(socket, 'too-many-connections')
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', (error) => log.debug({ error: error.message }, 'mqtt.socket-error'))
    guard(socket, new PacketGuard(guardLimits, Date.now()), refuse)
    broker.handle(socket)
  })
  await listen(server, options)
  return {
    port: (server.address() as { port: number }).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      await options.connections[Symbol.asyncDispose]()
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }

  function refuse(socket: Socket, reason: string): void {
    options.metrics.refused.inc({ reason })
    log.debug({ reason, address: socket.remoteAddress }, 'mqtt.refused')
    socket.destroy()
  }
}

/** Lets the guard see every chunk at the moment the parser takes it from the socket. */
function guard(socket: Socket, packetGuard: PacketGuard, refuse: (socket: Socket, reason: string) => void): void {
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size)
    if (chunk === null) return null
    const refusal = packetGuard.inspect(chunk, Date.now())
    if (refusal === undefined) return chunk
    refuse(socket, refusal)
    return null
  }
}

async function createBroker(options: BrokerOptions): Promise<Aedes> {
  const { batcher, connections, metrics, log } = options
  const throttle = new ConnectThrottle(options.connectsPerSecond)
  const broker = await Aedes.createBroker({
    connectTimeout: connectTimeoutMs,
    drainTimeout: drainTimeoutMs,
    keepaliveLimit: maximumKeepAliveSeconds,
    maxClientsIdLength: 64,
    maxTopicLevels: 8,
    preConnect(client, packet, done) {
      const refusal = refusalOf(packet, throttle)
      if (refusal) refusals.set(client, refusal)
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const refusal = refusals.get(client)
      if (refusal) return done(refusal, false)
      authenticate(options.credentials, client, username, password).then(
        (isAllowed) => (isAllowed ? done(null, true) : done(connectError('not-authorised', notAuthorised), false)),
        (error) => {
          log.warn({ serial: client.id, error: describe(error) }, 'mqtt.authentication-unavailable')
          done(connectError('authentication-unavailable', serverUnavailable), false)
        },
      )
    },
    authorizePublish(client, packet, done) {
      if (!client || packet.topic !== uplinkTopic(client.id, 'report')) return done(rejected('topic-not-allowed'))
      if (packet.qos === 2) return done(rejected('qos-not-allowed'))
      if (packet.retain) return done(rejected('retain-not-allowed'))
      const payload = packet.payload as Buffer
      batcher.append({ serial: client.id, receivedAt: Date.now(), payload }, (error) => done(error))
    },
    authorizeSubscribe(client, subscription, done) {
      const filter = client ? downlinkFilter(client.id).slice(0, -1) : undefined
      const isOwn = filter !== undefined && subscription.topic.startsWith(filter)
      const subscriptions = client
        ? Object.keys((client as unknown as { subscriptions: object }).subscriptions).length
        : 0
      done(null, isOwn && subscriptions < maximumSubscriptions ? subscription : null)
    },
  })
  skipRouting(broker)
  broker.on('clientReady', (client) => connections.opened(client.id, closerOf(client)))
  broker.on('clientDisconnect', (client) => void connections.closed(client.id, closerOf(client), 'connection closed'))
  broker.on('clientError', (client, error) => {
    metrics.refused.inc({ reason: error instanceof CodedError ? error.code : 'protocol-error' })
    log.debug({ serial: client.id, error: error.message }, 'mqtt.client-error')
  })
  broker.on('connectionError', (client, error) => {
    metrics.refused.inc({ reason: error instanceof CodedError ? error.code : 'connect-refused' })
    log.debug({ serial: client.id, error: error.message }, 'mqtt.connection-error')
  })
  return broker
}

/** Nobody subscribes to uplinks at this broker: after the queue has a report there is nothing left to route. */
function skipRouting(broker: Aedes): void {
  const publish = broker.publish.bind(broker)
  broker.publish = ((packet: never, client: unknown, done: (error?: Error) => void) => {
    if (typeof client === 'object' && client !== null) return done()
    return publish(packet, client as never)
  }) as typeof broker.publish
}

async function authenticate(
  credentials: CredentialChecker,
  client: Client,
  username: string | undefined,
  password: Buffer | undefined,
): Promise<boolean> {
  if (username !== client.id || !password || password.length > 256) return false
  return credentials.check(client.id, password)
}

const closers = new WeakMap<Client, (reason: string) => void>()

function closerOf(client: Client): (reason: string) => void {
  let close = closers.get(client)
  if (!close) {
    close = () => client.close()
    closers.set(client, close)
  }
  return close
}

function rejected(code: string): CodedError {
  return new CodedError(code, `refused: ${code}`)
}

function connectError(code: string, returnCode: number): AuthenticateError {
  return Object.assign(rejected(code), { returnCode }) as AuthenticateError
}

/** Refusals that a CONNECT packet earns by itself; they are answered with CONNACK when aedes asks who it is. */
const refusals = new WeakMap<Client, AuthenticateError>()

function refusalOf(packet: ConnectPacket, throttle: ConnectThrottle): AuthenticateError | undefined {
  if (!isSerial(packet.clientId ?? '')) return connectError('client-id-invalid', identifierRejected)
  if (packet.will) return connectError('will-not-allowed', notAuthorised)
  if (!throttle.allows(packet.clientId, Date.now())) return connectError('too-many-connects', serverUnavailable)
  return undefined
}

async function listen(server: Server, { host, port }: BrokerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE'
      const advice = isTaken ? `port ${port} is taken; set STELLA_MQTT_PORT to a free one` : error.message
      reject(new CodedError(isTaken ? 'mqtt-port-taken' : 'mqtt-listen-failed', advice, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}
