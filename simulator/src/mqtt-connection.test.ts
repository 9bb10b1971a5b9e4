import { createServer, type Server, type Socket } from 'node:net'
import { generate, parser } from 'mqtt-packet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConnectionRefusedError, MqttConnection, type MqttConnectionOptions } from './mqtt-connection.ts'
import { NotAcknowledgedError } from './mqtt-outstanding.ts'
import { eventually } from './testing/eventually.ts'
import { type Mosquitto, startMosquitto } from './testing/mosquitto.ts'

let broker: Mosquitto
const fast = { minimumMs: 10, maximumMs: 50 }

beforeAll(async () => {
  broker = await startMosquitto()
})
afterAll(() => broker[Symbol.asyncDispose]())

async function opened(options: Partial<MqttConnectionOptions> & { clientId: string }): Promise<MqttConnection> {
  const connection = new MqttConnection({ host: '127.0.0.1', port: broker.port, reconnect: fast, ...options })
  connection.open()
  await eventually(() => connection.isConnected, 'connected')
  return connection
}

/** A server that does what a test says, where no real one would. */
async function oddServer(
  onPacket: (cmd: string, socket: Socket, messageId: number) => void,
): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    const decoder = parser({ protocolVersion: 4 })
    decoder.on('packet', (packet) => onPacket(packet.cmd, socket, packet.messageId ?? 0))
    socket.on('data', (bytes) => decoder.parse(bytes))
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { server, port: address.port }
}

test('a publish resolves at PUBACK and reaches a subscriber unchanged', async () => {
  const received: { topic: string; payload: Uint8Array }[] = []
  const reader = await opened({ clientId: 'reader', onMessage: (topic, payload) => received.push({ topic, payload }) })
  await reader.subscribe('one/#')
  const writer = await opened({ clientId: 'writer' })
  const large = Buffer.alloc(200_000, 'x')
  await Promise.all([writer.publish('one/a', Buffer.from([1, 2, 3])), writer.publish('one/b', large)])
  await eventually(() => received.length === 2, 'both messages')
  expect(received.map(({ topic }) => topic)).toEqual(['one/a', 'one/b'])
  expect(Buffer.from(received[0]?.payload ?? []).equals(Buffer.from([1, 2, 3]))).toBe(true)
  expect(large.equals(received[1]?.payload ?? Buffer.alloc(0))).toBe(true)
  await Promise.all([reader.close(), writer.close()])
})

test('ten thousand publishes on fifty connections are all acknowledged, and received in order', async () => {
  const bySender = new Map<string, number[]>()
  const reader = await opened({
    clientId: 'counter',
    onMessage: (topic, payload) =>
      bySender.set(topic, [...(bySender.get(topic) ?? []), Buffer.from(payload).readUInt32LE()]),
  })
  await reader.subscribe('many/#')
  const writers = await Promise.all(Array.from({ length: 50 }, (_, index) => opened({ clientId: `many-${index}` })))
  const payload = (value: number): Buffer => {
    const bytes = Buffer.alloc(250)
    bytes.writeUInt32LE(value)
    return bytes
  }
  const publishes = writers.flatMap((writer, index) =>
    Array.from({ length: 200 }, (_, value) => writer.publish(`many/${index}`, payload(value))),
  )
  await Promise.all(publishes)
  await eventually(() => [...bySender.values()].every(({ length }) => length === 200), 'all received')
  expect(bySender.size).toBe(50)
  for (const values of bySender.values()) expect(values).toEqual(Array.from({ length: 200 }, (_, value) => value))
  await Promise.all([reader, ...writers].map((connection) => connection.close()))
})

test('what was unacknowledged when the server died is handed back, and a repetition after the reconnection arrives', async () => {
  const { server, port } = await oddServer((cmd, socket) => {
    if (cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
    if (cmd === 'publish') socket.destroy()
  })
  const reasons: string[] = []
  const connection = await opened({ clientId: 'unlucky', port, onDisconnected: ({ message }) => reasons.push(message) })
  await expect(connection.publish('a', Buffer.from('x'))).rejects.toThrow(NotAcknowledgedError)
  await eventually(() => connection.isConnected, 'connected again')
  expect(reasons).toHaveLength(1)
  expect(connection.unacknowledged).toBe(0)
  await connection.close()
  server.close()
})

test('a connection comes back by itself after kill -9 of the server', async () => {
  const own = await startMosquitto()
  let connections = 0
  const connection = new MqttConnection({
    host: '127.0.0.1',
    port: own.port,
    clientId: 'patient',
    reconnect: fast,
    onConnected: () => {
      connections += 1
    },
  })
  connection.open()
  await eventually(() => connection.isConnected, 'connected')
  await own.kill()
  await eventually(() => !connection.isConnected, 'noticed')
  await expect(connection.publish('a', Buffer.from('x'))).rejects.toThrow('not connected')
  await own.start()
  await eventually(() => connection.isConnected, 'connected again')
  await connection.publish('a', Buffer.from('x'), true)
  expect(connections).toBe(2)
  await connection.close()
  await own[Symbol.asyncDispose]()
})

test('refused credentials are told with their return code', async () => {
  const { server, port } = await oddServer((cmd, socket) => {
    if (cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 5, sessionPresent: false }))
  })
  const reasons: Error[] = []
  const connection = new MqttConnection({
    host: '127.0.0.1',
    port,
    clientId: 'stranger',
    reconnect: false,
    onDisconnected: (reason) => reasons.push(reason),
  })
  connection.open()
  await eventually(() => reasons.length > 0, 'refusal')
  expect(reasons[0]).toBeInstanceOf(ConnectionRefusedError)
  expect((reasons[0] as ConnectionRefusedError).returnCode).toBe(5)
  server.close()
})

test('a PUBACK that never comes ends the connection after its time limit', async () => {
  const { server, port } = await oddServer((cmd, socket) => {
    if (cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
  })
  const connection = await opened({
    clientId: 'waiting',
    port,
    keepAliveSeconds: 1,
    acknowledgeTimeoutMs: 200,
    reconnect: false,
  })
  await expect(connection.publish('a', Buffer.from('x'))).rejects.toThrow('no acknowledgement in time')
  server.close()
})

test('PUBACKs that arrive in pieces, mixed with other packets, are all understood', async () => {
  const ids: number[] = []
  const { server, port } = await oddServer((cmd, socket, messageId) => {
    if (cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
    if (cmd !== 'publish' || ids.push(messageId) < 3) return
    const message = generate({ cmd: 'publish', topic: 'down', payload: 'hi', qos: 0, dup: false, retain: false })
    const bytes = Buffer.concat(ids.flatMap((id) => [generate({ cmd: 'puback', messageId: id }), message]))
    socket.setNoDelay(true)
    let offset = 0
    const sendByte = (): void => {
      if (offset < bytes.length) socket.write(bytes.subarray(offset, ++offset), () => setImmediate(sendByte))
    }
    sendByte()
  })
  const messages: string[] = []
  const connection = await opened({ clientId: 'pieces', port, onMessage: (topic) => messages.push(topic) })
  await Promise.all([1, 2, 3].map((value) => connection.publish('a', Buffer.from([value]))))
  await eventually(() => messages.length === 3, 'messages in between')
  await connection.close()
  server.close()
})

test('an idle connection stays alive by its pings', async () => {
  let pings = 0
  const { server, port } = await oddServer((cmd, socket) => {
    if (cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }))
    if (cmd === 'pingreq') socket.write(generate({ cmd: 'pingresp' }))
    if (cmd === 'pingreq') pings += 1
  })
  const connection = await opened({ clientId: 'idle', port, keepAliveSeconds: 1, reconnect: false })
  await eventually(() => pings === 3, 'three pings')
  expect(connection.isConnected).toBe(true)
  await connection.close()
  server.close()
})
