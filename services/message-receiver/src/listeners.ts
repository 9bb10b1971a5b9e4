import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { type Certificates, CodedError, type Log } from '@stellacontrol/runtime'
import { type GuardLimits, PacketGuard } from './packet-guard.ts'

/** A client that has not finished the TLS handshake by then is let go, as one that does not send CONNECT. */
const handshakeTimeoutMs = 5_000

export interface ListenerOptions {
  host: string
  /** Undefined = no unencrypted connections. */
  port: number | undefined
  tls: { port: number; certificates: Certificates } | undefined
  maximumConnections: number
  guardLimits: GuardLimits
  onStream: (stream: Duplex) => void
  onRefused: (reason: string, address: string | undefined) => void
  log: Log
}

/** Open ports; undefined = none of the kind. */
interface Listeners extends AsyncDisposable {
  port: number | undefined
  tlsPort: number | undefined
}

/** Opens the ports that devices connect to. @throws CodedError `mqtt-port-taken`, `mqtt-listen-failed` */
export async function openListeners(options: ListenerOptions): Promise<Listeners> {
  const sockets = new Set<Socket>()
  const servers: Server[] = []
  const listen = async (server: Server, port: number, variable: string) => {
    server.prependListener('connection', (socket: Socket) => track(socket, sockets, options))
    servers.push(server)
    return startListening(server, { host: options.host, port, variable })
  }
  const accept = (stream: Socket) => {
    if (stream.destroyed) return
    guard(stream, new PacketGuard(options.guardLimits, Date.now()), options.onRefused)
    options.onStream(stream)
  }
  const { port, tls } = options
  return {
    port:
      port === undefined ? undefined : await listen(createServer({ noDelay: true }, accept), port, 'STELLA_MQTT_PORT'),
    tlsPort: tls && (await listen(createTls(tls.certificates, accept, options), tls.port, 'STELLA_MQTT_TLS_PORT')),
    async [Symbol.asyncDispose]() {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

function createTls(
  certificates: Certificates,
  accept: (stream: Socket) => void,
  { onRefused }: ListenerOptions,
): TlsServer {
  const serials = new Map<TLSSocket, string>()
  const server = createTlsServer(
    {
      ...certificates.context,
      noDelay: true,
      handshakeTimeout: handshakeTimeoutMs,
      // Devices without a certificate sign in with their secret; who shows one is refused in words, by CONNACK.
      requestCert: certificates.context.ca !== undefined,
      rejectUnauthorized: false,
    },
    (socket: TLSSocket) => {
      const serial = socket.getPeerX509Certificate()?.serialNumber
      if (serial !== undefined) {
        serials.set(socket, serial)
        socket.once('close', () => serials.delete(socket))
      }
      accept(socket)
    },
  )
  server.on('tlsClientError', (_, socket) => onRefused('tls-handshake-failed', socket.remoteAddress))
  // Connections that are open keep what they agreed on; new ones get the new certificate.
  certificates.onChange((context) => {
    server.setSecureContext(context)
    // Whose number stands in a list is looked at again when it comes back: two authorities may use the same one.
    for (const [socket, serial] of serials) if (certificates.revoked.has(serial)) socket.destroy()
  })
  return server
}

function track(socket: Socket, sockets: Set<Socket>, { maximumConnections, onRefused, log }: ListenerOptions): void {
  socket.on('error', (error) => log.debug({ error: error.message }, 'mqtt.socket-error'))
  if (sockets.size >= maximumConnections) {
    onRefused('too-many-connections', socket.remoteAddress)
    return void socket.destroy()
  }
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
}

/** Lets the guard see every chunk at the moment the parser takes it from the socket. */
function guard(socket: Socket, packetGuard: PacketGuard, onRefused: ListenerOptions['onRefused']): void {
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    const chunk: Buffer | null = read(size)
    if (chunk === null) return null
    const refusal = packetGuard.inspect(chunk, Date.now())
    if (refusal === undefined) return chunk
    onRefused(refusal, socket.remoteAddress)
    socket.destroy()
    return null
  }
}

async function startListening(
  server: Server,
  { host, port, variable }: { host: string; port: number; variable: string },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE'
      const advice = isTaken ? `port ${port} is taken; set ${variable} to a free one` : error.message
      reject(new CodedError(isTaken ? 'mqtt-port-taken' : 'mqtt-listen-failed', advice, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
  return (server.address() as { port: number }).port
}
