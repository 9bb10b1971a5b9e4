import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { waitFor } from '@stellacontrol/test-servers'

/** MQTT 3.1.1 packets as bytes, for what a well-behaved client library would not send. */
export interface RawConnect {
  clientId: string | Buffer
  username?: string | Buffer
  password?: string
  keepAliveSeconds?: number
  willTopic?: string
}

export function connectPacket({ clientId, username, password, keepAliveSeconds = 60, willTopic }: RawConnect): Buffer {
  const flags =
    2 | (willTopic === undefined ? 0 : 4) | (password === undefined ? 0 : 0x40) | (username === undefined ? 0 : 0x80)
  const texts = [clientId, willTopic, willTopic === undefined ? undefined : 'gone', username, password]
  const head = [field('MQTT'), Buffer.from([4, flags, keepAliveSeconds >> 8, keepAliveSeconds & 0xff])]
  return packet(0x10, ...head, ...texts.filter((text) => text !== undefined).map(field))
}

export function publishPacket(topic: string | Buffer, payload: Buffer): Buffer {
  return packet(0x32, field(topic), Buffer.from([0, 1]), payload)
}

export function subscribePacket(filter: string): Buffer {
  return packet(0x82, Buffer.from([0, 2]), field(filter), Buffer.from([1]))
}

export function unsubscribePacket(filter: string): Buffer {
  return packet(0xa2, Buffer.from([0, 3]), field(filter))
}

/** One open connection, and what came back on it. */
export interface RawConnection {
  socket: Socket
  answer(): Buffer
  isClosed(): boolean
}

/** Connects, from another address of loopback if told, and sends the bytes. */
export async function openRaw(port: number, bytes: Buffer, localAddress = '127.0.0.1'): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true })
  const chunks: Buffer[] = []
  let isClosed = false
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
  })
  await once(socket, 'connect')
  socket.write(bytes)
  return { socket, answer: () => Buffer.concat(chunks), isClosed: () => isClosed }
}

/** Sends bytes and returns all that was answered until the other side ended the connection. */
export async function answerUntilClosed(port: number, bytes: Buffer, localAddress?: string): Promise<Buffer> {
  const connection = await openRaw(port, bytes, localAddress)
  await waitFor(connection.isClosed, { what: 'the connection to be ended', deadlineMs: 10_000 })
  return connection.answer()
}

function packet(firstByte: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length: number[] = []
  let left = body.length
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0))
    left = Math.floor(left / 128)
  } while (left > 0)
  return Buffer.concat([Buffer.from([firstByte, ...length]), body])
}

function field(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text as string)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
