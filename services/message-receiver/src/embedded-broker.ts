import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { claimTopic, downlinkFilter, parseIdentity, uplinkTopic } from '@stellacontrol/protocol'
import { CodedError, describe } from '@stellacontrol/runtime'
import { Aedes, type AuthenticateError, type Client, type ConnectPacket, type PublishPacket } from 'aedes'
import type { Identity } from './admission.ts'
import type { AppendBatcher } from './append-batcher.ts'
import type { ClaimExchange, ClaimPeer } from './claim-exchange.ts'
import type { CloneAlarm } from './clone-alarm.ts'
import { ConnectThrottle } from './connect-throttle.ts'
import type { Admitted, DeviceAccess } from './device-access.ts'
import type { DeviceConnections } from './device-connections.ts'
import { proofOf } from './device-proof.ts'
import { type ListenerOptions, openListeners } from './listeners.ts'
import { defaultGuardLimits, type GuardLimits } from './packet-guard.ts'
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

export interface BrokerOptions extends Pick<ListenerOptions, 'host' | 'port' | 'tls' | 'maximumConnections' | 'log'> {
  connectsPerSecond: number
  guardLimits?: Partial<GuardLimits>
  batcher: AppendBatcher
  access: DeviceAccess
  claims: ClaimExchange
  clones: CloneAlarm
  connections: DeviceConnections
  metrics: ReceiverMetrics
}

/**
 * The embedded MQTT broker. aedes sends PUBACK before it routes or stores anything; `authorizePublish` is the only place that
 * runs before it, so the report goes to the queue there, and the callback is called after the queue's reply.
 */
export async function openEmbeddedBroker(
  options: BrokerOptions,
): Promise<AsyncDisposable & { port: number | undefined; tlsPort: number | undefined }> {
  const { host, port, tls, maximumConnections, log, metrics } = options
  const broker = await createBroker(options)
  const listeners = await openListeners({
    ...{ host, port, tls, maximumConnections, log },
    guardLimits: { ...defaultGuardLimits, ...options.guardLimits },
    onStream: (stream) => void broker.handle(stream),
    onRefused(reason, address) {
      metrics.refused.inc({ reason })
      log.debug({ reason, address }, 'mqtt.refused')
    },
  })
  return {
    port: listeners.port,
    tlsPort: listeners.tlsPort,
    async [Symbol.asyncDispose]() {
      await options.connections[Symbol.asyncDispose]()
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      await listeners[Symbol.asyncDispose]()
    },
  }
}

/** What is known of a connection between CONNECT and its end. */
interface Session {
  admitted: Admitted
  /** Changes heard of before it was admitted. */
  changes: number
  address: string | undefined
  peer: ClaimPeer | undefined
}

const sessions = new WeakMap<Client, Session>()

async function createBroker(options: BrokerOptions): Promise<Aedes> {
  const { connections, metrics, log } = options
  const throttle = new ConnectThrottle(options.connectsPerSecond)
  const broker = await Aedes.createBroker({
    connectTimeout: connectTimeoutMs,
    drainTimeout: drainTimeoutMs,
    keepaliveLimit: maximumKeepAliveSeconds,
    maxClientsIdLength: 64,
    maxTopicLevels: 8,
    preConnect(client, packet, done) {
      const refusal = refusalOf(packet, addressOf(client.conn as Duplex), throttle)
      if (refusal) refusals.set(client, refusal)
      // No session outlives its connection, whatever the device asks for: nothing is left behind by one that is revoked.
      packet.clean = true
      done(null, true)
    },
    authenticate(client, username, password, done) {
      const refusal = refusals.get(client)
      if (refusal) return done(refusal, false)
      authenticate(options, client, username, password).then(
        (isAllowed) => (isAllowed ? done(null, true) : done(connectError('not-authorised', notAuthorised), false)),
        (error) => {
          log.warn({ serial: client.id, error: describe(error) }, 'mqtt.authentication-unavailable')
          done(connectError('authentication-unavailable', serverUnavailable), false)
        },
      )
    },
    authorizePublish: (client, packet, done) => authorizePublish(options, client, packet, done),
    authorizeSubscribe(client, subscription, done) {
      done(null, client && maySubscribe(client, subscription.topic) ? subscription : null)
    },
  })
  skipRouting(broker)
  broker.on('clientReady', (client) => {
    const session = sessions.get(client)
    if (!session) return
    options.access.opened(client.id, session.admitted, session.changes)
    if (!session.admitted.identity.isClaim) connections.opened(client.id, closerOf(client), session.address)
  })
  broker.on('clientDisconnect', (client) => {
    const session = sessions.get(client)
    if (session) options.access.closed(client.id, session.admitted)
    void connections.closed(client.id, closerOf(client), 'connection closed')
  })
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

/** A report goes to the queue, a question of a device that waits for its owner is answered; nothing else is taken. */
function authorizePublish(
  { batcher, claims }: BrokerOptions,
  client: Client | null,
  packet: PublishPacket,
  done: (error?: Error | null) => void,
): void {
  const session = client ? sessions.get(client) : undefined
  const refusal = publishRefusal(session, packet)
  if (!session || refusal) {
    done(refusal)
  } else if (session.peer) {
    done()
    void claims.asked(session.peer, packet.payload as Buffer)
  } else {
    const { serial } = session.admitted.identity
    batcher.append({ serial, receivedAt: Date.now(), payload: packet.payload as Buffer }, (error) => done(error))
  }
}

function publishRefusal(session: Session | undefined, packet: PublishPacket): CodedError | undefined {
  if (!session || session.admitted.isEnded) return rejected('not-authorised')
  const { serial, isClaim } = session.admitted.identity
  if (packet.topic !== (isClaim ? claimTopic(serial) : uplinkTopic(serial, 'report')))
    return rejected('topic-not-allowed')
  if (packet.qos === 2) return rejected('qos-not-allowed')
  if (packet.retain) return rejected('retain-not-allowed')
  return undefined
}

function maySubscribe(client: Client, topic: string): boolean {
  const identity = sessions.get(client)?.admitted.identity
  if (!identity) return false
  const own = downlinkFilter(identity.serial).slice(0, -1)
  if (identity.isClaim) return topic === `${own}claim`
  const subscriptions = Object.keys((client as unknown as { subscriptions: object }).subscriptions).length
  return topic.startsWith(own) && subscriptions < maximumSubscriptions
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
  options: BrokerOptions,
  client: Client,
  username: string | undefined,
  password: Buffer | undefined,
): Promise<boolean> {
  const { access, connections, clones, metrics, log } = options
  const identity = parseIdentity(client.id)
  const stream = client.conn as Duplex
  const proof = proofOf(stream, password)
  // A certificate needs no user name beside it; a wrong one is still wrong.
  const isNamed = username === client.id || (username === undefined && proof?.kind === 'certificate')
  if (!identity || !isNamed || !proof) return false
  const admission = await access.admit(identity, proof)
  const address = addressOf(stream)
  if (!admission.isAdmitted) {
    metrics.refused.inc({ reason: admission.reason })
    log.info({ serial: identity.serial, reason: admission.reason, address }, 'mqtt.device-refused')
    return false
  }
  const before = identity.isClaim ? undefined : connections.addressOf(identity.serial)
  if (before !== undefined && address !== undefined) void clones.takenOver(identity.serial, before, address)
  sessions.set(client, sessionOf(options, client, { identity, admission, address }))
  return true
}

function sessionOf(
  { claims }: BrokerOptions,
  client: Client,
  {
    identity,
    admission,
    address,
  }: {
    identity: Identity
    admission: { credential: { id: number }; changes: number }
    address: string | undefined
  },
): Session {
  const peer = identity.isClaim ? peerOf(client, identity.serial, admission.credential.id) : undefined
  const admitted: Admitted = {
    identity,
    credentialId: admission.credential.id,
    isEnded: false,
    end() {
      client.close()
      // Whatever the device still had to read.
      ;(client.conn as Duplex).destroy()
    },
    onChange: peer && ((device) => void claims.changed(peer, device)),
  }
  return { admitted, changes: admission.changes, address, peer }
}

function peerOf(client: Client, serial: string, credentialId: number): ClaimPeer {
  return {
    serial,
    credentialId,
    isEncrypted: client.conn instanceof TLSSocket,
    told: undefined,
    send(topic, text) {
      const payload = Buffer.from(text)
      const packet = { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false } as const
      client.publish(packet, () => undefined)
    },
  }
}

function addressOf(stream: Duplex): string | undefined {
  return 'remoteAddress' in stream ? String(stream.remoteAddress) : undefined
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

function refusalOf(
  packet: ConnectPacket,
  address: string | undefined,
  throttle: ConnectThrottle,
): AuthenticateError | undefined {
  if (!parseIdentity(packet.clientId ?? '')) return connectError('client-id-invalid', identifierRejected)
  if (packet.will) return connectError('will-not-allowed', notAuthorised)
  if (!throttle.allows(packet.clientId, address, Date.now()))
    return connectError('too-many-connects', serverUnavailable)
  return undefined
}
