import { connect, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'

/** How a connection is encrypted; all PEM. */
export interface SocketTls {
  /** Authorities that the server's certificate is checked against; Node's own unless given. */
  ca?: string
  /** A client certificate. */
  cert?: string
  key?: string
}

export interface SocketOptions {
  host: string
  port: number
  tls?: SocketTls | undefined
  onOpen: () => void
  /** The first `count` bytes of `buffer`, which is used again after the call. */
  onBytes: (buffer: Uint8Array, count: number) => void
}

/**
 * All sockets of the process read into one buffer: libuv fills it and calls back before the next socket's turn, and whatever
 * is kept is copied. Saves 64 KiB of garbage per read, which is what makes 10,000 connections in one process cheap.
 */
const sharedReadBuffer = Buffer.allocUnsafeSlow(65_536)

/** One context for all devices that trust the same authority: each of its own would cost a thousand devices 100 MB. */
const contexts = new Map<string, SecureContext>()

/** Opens a TCP or TLS connection. */
export function openSocket({ host, port, tls, onOpen, onBytes }: SocketOptions): Socket {
  if (tls) {
    const socket = connectTls({ host, port, secureContext: contextOf(tls) }, onOpen)
    socket.setNoDelay(true)
    return socket.on('data', (bytes: Buffer) => onBytes(bytes, bytes.length))
  }
  const callback = (count: number, buffer: Uint8Array) => {
    onBytes(buffer, count)
    return true
  }
  return connect({ host, port, noDelay: true, onread: { buffer: sharedReadBuffer, callback } }, onOpen)
}

function contextOf(tls: SocketTls): SecureContext {
  if (tls.cert !== undefined) return createSecureContext(tls)
  const known = contexts.get(tls.ca ?? '') ?? createSecureContext(tls)
  contexts.set(tls.ca ?? '', known)
  return known
}
