import type { Socket } from 'node:net'
import { NotAcknowledgedError, OutstandingPackets } from './mqtt-outstanding.ts'
import { decodePacket, encodePacket, encodePublish, packetLengthAt, pubackAt } from './mqtt-packets.ts'
import { openSocket, type SocketTls } from './open-socket.ts'

export interface MqttConnectionOptions {
  host: string
  port: number
  /** Undefined = not encrypted. */
  tls?: SocketTls | undefined
  clientId: string
  username?: string
  password?: string
  /** 60 by default. */
  keepAliveSeconds?: number
  /** From the start of the TCP connection to CONNACK; 10,000 by default. */
  connectTimeoutMs?: number
  /** A publish that waits longer for its PUBACK ends the connection, because only a new one may repeat it; 30,000 by default. */
  acknowledgeTimeoutMs?: number
  /** Pause before the n-th attempt: half to all of min(maximumMs, minimumMs * 2^n). False = stay closed. 500 and 30,000 by default. */
  reconnect?: { minimumMs: number; maximumMs: number } | false
  /** Spreads reconnections; Math.random by default. */
  random?: () => number
  onConnected?: () => void
  /** Every end of a connection or of an attempt to make one. */
  onDisconnected?: (reason: Error) => void
  onMessage?: (topic: string, payload: Uint8Array) => void
}

/** The server answered CONNECT with a refusal; `returnCode` as in MQTT 3.1.1, table 3.1 (4 and 5: credentials). */
export class ConnectionRefusedError extends Error {
  readonly code = 'connection-refused'
  readonly returnCode: number

  constructor(returnCode: number) {
    super(`the MQTT server refused the connection, return code ${returnCode}`)
    this.returnCode = returnCode
  }
}

const checkPeriodMs = 5_000
const subscribeQos = 1
/** A server that does not answer DISCONNECT by closing gets this long. */
const closeTimeoutMs = 300

const noBytes = Buffer.alloc(0)

/**
 * A light MQTT 3.1.1 client: clean session, QoS 1, keep-alive, reconnection with jittered back-off, writes batched per turn
 * of the event loop. It keeps no queue: what is unacknowledged when the connection ends is handed back to the caller.
 * Nothing happens before `open`; a connection can be opened again after `close`.
 */
export class MqttConnection {
  readonly #options: MqttConnectionOptions
  readonly #outstanding = new OutstandingPackets()
  #socket: Socket | undefined
  #wanted = false
  #connected = false
  #attempts = 0
  #partial: Buffer = noBytes
  #unsent: Buffer[] = []
  #flushScheduled = false
  #retryTimer: NodeJS.Timeout | undefined
  #checkTimer: NodeJS.Timeout | undefined
  #openedAt = 0
  #lastSentAt = 0
  #lastReceivedAt = 0

  constructor(options: MqttConnectionOptions) {
    this.#options = options
  }

  /** True between CONNACK and the end of the connection. */
  get isConnected(): boolean {
    return this.#connected
  }

  /** Publishes and subscriptions without an answer yet. */
  get unacknowledged(): number {
    return this.#outstanding.count
  }

  /** Connects, and keeps reconnecting until `close`. Without effect while open. */
  open(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#attempts = 0
    this.#connect()
  }

  /** Publishes at QoS 1; resolves at PUBACK, rejects with NotAcknowledgedError if the connection ends first. */
  publish(topic: string, payload: Uint8Array, isDuplicate = false): Promise<void> {
    return new Promise((resolve, reject) => {
      this.send(Buffer.from(topic), payload, isDuplicate, (error) => (error === undefined ? resolve() : reject(error)))
    })
  }

  /** The same without a promise, for hot paths: `settle` is called once, without an error at PUBACK. `topic` in UTF-8. */
  send(topic: Uint8Array, payload: Uint8Array, isDuplicate: boolean, settle: (error?: Error) => void): void {
    if (!this.#connected) {
      queueMicrotask(() => settle(new NotAcknowledgedError('not connected')))
      return
    }
    this.#write(encodePublish(topic, payload, this.#outstanding.add(settle), isDuplicate))
  }

  /** Resolves at SUBACK, rejects if the server refuses the filter or the connection ends. A new connection needs a new call. */
  subscribe(filter: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#connected) return reject(new NotAcknowledgedError('not connected'))
      const messageId = this.#outstanding.add((error) => (error === undefined ? resolve() : reject(error)))
      const subscriptions = [{ topic: filter, qos: subscribeQos } as const]
      this.#write(encodePacket({ cmd: 'subscribe', messageId, subscriptions }))
    })
  }

  /** Breaks the TCP connection without a word, as a pulled cable or a reset does; it reconnects after the usual pause. */
  drop(reason = 'dropped'): void {
    this.#end(new Error(reason))
  }

  /** Breaks the TCP connection without a word and stays closed until `open`: power or link are gone. */
  abandon(reason: string): void {
    this.#wanted = false
    clearTimeout(this.#retryTimer)
    this.#end(new Error(reason))
  }

  /** Sends DISCONNECT, ends the connection and stays closed until `open`. Safe to repeat. */
  close(): Promise<void> {
    this.#wanted = false
    clearTimeout(this.#retryTimer)
    const socket = this.#socket
    if (socket === undefined) return Promise.resolve()
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    if (this.#connected) {
      this.#write(encodePacket({ cmd: 'disconnect' }))
      this.#flush()
      socket.end()
      setTimeout(() => socket.destroy(), closeTimeoutMs).unref()
    }
    this.#end(new Error('closed'), this.#connected)
    return closed
  }

  #connect(): void {
    const { host, port, tls } = this.#options
    this.#partial = noBytes
    this.#openedAt = Date.now()
    const socket = openSocket({
      ...{ host, port, tls },
      onOpen: () => {
        if (socket === this.#socket) socket.write(this.#connectPacket())
      },
      onBytes: (buffer, count) => {
        if (socket === this.#socket) this.#receive(buffer, count)
      },
    })
    this.#socket = socket
    socket.on('error', (error) => this.#endOf(socket, error))
    socket.on('end', () => this.#endOf(socket, new Error('closed by the server')))
    socket.on('close', () => this.#endOf(socket, new Error('connection lost')))
    this.#checkTimer ??= setInterval(() => this.#check(), Math.min(checkPeriodMs, this.#keepAliveMs() / 4))
  }

  #connectPacket(): Buffer {
    const { clientId, username, password, keepAliveSeconds = 60 } = this.#options
    return encodePacket({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId,
      keepalive: keepAliveSeconds,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
    })
  }

  #receive(buffer: Uint8Array, count: number): void {
    this.#lastReceivedAt = Date.now()
    const isContinued = this.#partial.length > 0
    const bytes = isContinued ? Buffer.concat([this.#partial, buffer.subarray(0, count)]) : buffer
    const end = isContinued ? bytes.length : count
    let offset = 0
    try {
      while (offset < end) {
        const acknowledged = this.#connected ? pubackAt(bytes, offset, end) : undefined
        if (acknowledged !== undefined) {
          offset += 4
          this.#outstanding.settle(acknowledged)
          continue
        }
        const length = packetLengthAt(bytes, offset, end)
        if (length === 0) break
        this.#handle(bytes.subarray(offset, offset + length))
        offset += length
      }
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)))
      return
    }
    this.#partial = offset < end ? Buffer.from(bytes.subarray(offset, end)) : noBytes
  }

  #handle(bytes: Uint8Array): void {
    const packet = decodePacket(bytes)
    if (packet.cmd === 'connack') {
      if (packet.returnCode !== 0) throw new ConnectionRefusedError(packet.returnCode ?? -1)
      this.#connected = true
      this.#attempts = 0
      this.#options.onConnected?.()
    } else if (packet.cmd === 'publish') {
      if (packet.qos === 1 && packet.messageId !== undefined) {
        this.#write(encodePacket({ cmd: 'puback', messageId: packet.messageId }))
      }
      this.#options.onMessage?.(packet.topic, Buffer.from(packet.payload))
    } else if (packet.cmd === 'suback') {
      const isRefused = packet.granted.some((granted) => granted === 128)
      this.#outstanding.settle(packet.messageId ?? 0, isRefused ? new Error('subscription refused') : undefined)
    }
  }

  #write(packet: Buffer): void {
    this.#unsent.push(packet)
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    this.#flushScheduled = false
    const unsent = this.#unsent
    if (unsent.length === 0) return
    this.#unsent = []
    this.#lastSentAt = Date.now()
    this.#socket?.write(unsent.length === 1 && unsent[0] ? unsent[0] : Buffer.concat(unsent))
  }

  /** Keep-alive, and the time limits of connecting, of acknowledgements and of silence. */
  #check(): void {
    const now = Date.now()
    const { connectTimeoutMs = 10_000, acknowledgeTimeoutMs = 30_000 } = this.#options
    if (this.#socket === undefined) return
    if (!this.#connected) {
      if (now - this.#openedAt > connectTimeoutMs) this.#end(new Error('no CONNACK in time'))
      return
    }
    if (now - (this.#outstanding.oldestSentAt ?? now) > acknowledgeTimeoutMs) {
      this.#end(new Error('no acknowledgement in time'))
    } else if (now - this.#lastReceivedAt > this.#keepAliveMs() * 1.5) {
      this.#end(new Error('the server is silent'))
    } else if (now - Math.min(this.#lastSentAt, this.#lastReceivedAt) > this.#keepAliveMs() / 2) {
      this.#write(encodePacket({ cmd: 'pingreq' }))
    }
  }

  #keepAliveMs(): number {
    return (this.#options.keepAliveSeconds ?? 60) * 1000
  }

  #endOf(socket: Socket, reason: Error): void {
    if (socket === this.#socket) this.#end(reason)
    else socket.destroy()
  }

  #end(reason: Error, isGraceful = false): void {
    const socket = this.#socket
    if (socket === undefined) return
    this.#socket = undefined
    this.#connected = false
    this.#unsent = []
    clearInterval(this.#checkTimer)
    this.#checkTimer = undefined
    if (!isGraceful) socket.destroy()
    this.#outstanding.handBack(reason.message)
    this.#options.onDisconnected?.(reason)
    this.#scheduleReconnection()
  }

  #scheduleReconnection(): void {
    const { reconnect = { minimumMs: 500, maximumMs: 30_000 }, random = Math.random } = this.#options
    if (!this.#wanted || this.#socket !== undefined) return
    if (reconnect === false) {
      this.#wanted = false
      return
    }
    const ceilingMs = Math.min(reconnect.maximumMs, reconnect.minimumMs * 2 ** Math.min(this.#attempts++, 20))
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(() => this.#wanted && this.#connect(), ceilingMs * (0.5 + 0.5 * random()))
  }
}
