import { connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'

/** What a proxy does to the connections through it. Everything absent is off. */
export interface Faults {
  /** The target receives requests, and its replies vanish. */
  dropReplies?: boolean
  /** Half-open link: connections stay up and nothing passes in either direction; what was sent meanwhile is lost. */
  blackHole?: boolean
  /** New connections are closed at once. */
  refuse?: boolean
  /** Delay of every piece of data in each direction. */
  latencyMs?: number
  /** Highest rate of each direction of each connection. */
  limitBytesPerSecond?: number
}

/** A TCP proxy on 127.0.0.1 that can go wrong on purpose. */
export interface FaultProxy {
  readonly port: number
  /** Connections open through it now. */
  connections(): number
  /** Bytes that faults have swallowed so far, both directions together. */
  lostBytes(): number
  /** Replaces the faults; holds for open and new connections. `{}` heals. */
  set(faults: Faults): void
  /** Cuts all open connections with a TCP reset. */
  reset(): void
  stop(): Promise<void>
}

/** Starts a proxy in front of a server of 127.0.0.1 (or another host). */
export async function startFaultProxy(options: {
  target: { port: number; host?: string }
  port?: number
}): Promise<FaultProxy> {
  let faults: Faults = {}
  let lostBytes = 0
  const pass = (from: Socket, to: Socket, direction: Direction) =>
    carry(from, to, (bytes) => {
      const passage = decidePassage(faults, direction, bytes)
      if (passage === undefined) lostBytes += bytes
      return passage
    })
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    if (faults.refuse) return void client.resetAndDestroy()
    const target = connect({ host: '127.0.0.1', ...options.target })
    for (const socket of [client, target]) keep(sockets, socket)
    pass(client, target, 'request')
    pass(target, client, 'reply')
  })
  const port = options.port ?? (await freePort())
  await listen(server, port)
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port,
    connections: () => sockets.size / 2,
    lostBytes: () => lostBytes,
    set: (wanted) => {
      faults = wanted
    },
    reset,
    stop: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      reset()
      return closed
    },
  }
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.once('close', () => sockets.delete(socket))
}

type Direction = 'request' | 'reply'

interface Passage {
  waitMs: number
}

/** What becomes of a piece of data: how long it waits, or nothing if it is lost. Pure. */
export function decidePassage(faults: Faults, direction: Direction, bytes: number): Passage | undefined {
  if (faults.blackHole || (faults.dropReplies && direction === 'reply')) return undefined
  const limited = faults.limitBytesPerSecond === undefined ? 0 : (bytes / faults.limitBytesPerSecond) * 1_000
  return { waitMs: (faults.latencyMs ?? 0) + limited }
}

/** Carries one direction of a connection, piece by piece and in order. */
async function carry(from: Socket, to: Socket, decide: (bytes: number) => Passage | undefined): Promise<void> {
  try {
    for await (const piece of from as AsyncIterable<Buffer>) {
      const passage = decide(piece.length)
      if (passage === undefined) continue
      if (passage.waitMs > 0) await delay(passage.waitMs)
      if (to.destroyed) break
      if (!to.write(piece)) await drained(to)
    }
  } catch {
    // A reset of one side: the other one is cut just below.
  }
  if (from.errored) to.resetAndDestroy()
  else to.end()
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.once('drain', done)
    socket.once('close', done)
  })
}

function listen(server: NetServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, resolve)
  })
}
