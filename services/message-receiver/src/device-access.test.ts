import { connect } from 'node:net'
import { addCertificate, addSecret, findDeviceCredentials, setDeviceState, systemScope } from '@stellacontrol/database'
import {
  claimAnswerTopic,
  claimIdentity,
  claimTopic,
  type MessagePayloads,
  MessageType,
  uplinkTopic,
} from '@stellacontrol/protocol'
import { createMessage, publishMessage, readConnection, subscribeMessage } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDevice, devices, startTestReceiver, type TestReceiver } from './testing/test-receiver.ts'

let receiver: TestReceiver
let other: Awaited<ReturnType<TestReceiver['startAnother']>>

beforeAll(async () => {
  receiver = await startTestReceiver()
  other = await receiver.startAnother()
})
afterAll(async () => {
  await other.service[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const serialOf = (index: number) => devices[index]?.serial as string
const device = async (index: number) => {
  const found = (await findDeviceCredentials(receiver.database, [serialOf(index)])).get(serialOf(index))
  if (found === undefined) throw new Error('no such device')
  return found
}
const setState = (index: number, state: 'active' | 'suspended' | 'revoked' | 'retired' | 'manufactured' | 'claimed') =>
  setDeviceState(receiver.database, systemScope, serialOf(index), state)
const announce = (index: number) =>
  publishMessage({ message: createMessage(MessageType.DeviceAccessChanged, { serialNumber: serialOf(index) }) })
const report = (index: number, client: MqttClient) =>
  client.publishAsync(uplinkTopic(serialOf(index), 'report'), Buffer.from([8, 1]), { qos: 1 })
const connectClaim = (index: number, options: IClientOptions = {}) => {
  const identity = claimIdentity(serialOf(index))
  return connectDevice(receiver.port, index, { clientId: identity, username: identity, ...options })
}
/** MQTT.js chooses the address it comes from by itself. */
async function connectFrom(localAddress: string, port: number, index: number): Promise<MqttClient> {
  const { serial, secret } = devices[index] as (typeof devices)[number]
  const open = () => connect({ host: '127.0.0.1', port, localAddress })
  const client = new mqtt.MqttClient(open, { clientId: serial, username: serial, password: secret, reconnectPeriod: 0 })
  await waitFor(() => client.connected, { what: `a connection from ${localAddress}` })
  return client
}
const revokedWithinMs = 1_000

test.each(['suspended', 'revoked', 'retired'] as const)(
  'a device that becomes %s is let go within a second on whichever receiver holds it, and is refused on every other',
  async (state) => {
    for (const [holder, stranger] of [
      [receiver.port, other.port],
      [other.port, receiver.port],
    ] as const) {
      const client = await connectDevice(holder, 0)
      await report(0, client)
      await setState(0, state)
      const changedAt = performance.now()
      await announce(0)
      await waitFor(() => !client.connected, { what: 'the connection to end', deadlineMs: revokedWithinMs })
      expect(performance.now() - changedAt).toBeLessThan(revokedWithinMs)
      for (const port of [holder, stranger]) await expect(connectDevice(port, 0)).rejects.toThrow(/Not authorized/)
      await waitFor(
        async () => (await readConnection(receiver.redis.state, receiver.redis.keys, serialOf(0))) === undefined,
        {
          what: 'its record to be gone',
        },
      )
      await setState(0, 'active')
      await announce(0)
      await waitFor(async () => (await connectDevice(holder, 0)).endAsync().then(() => true), { what: 'it to be back' })
    }
  },
)

test('what nobody was told of ends the connection when the bus is back, and a restarted receiver refuses it at once', async () => {
  const client = await connectDevice(receiver.port, 1)
  await setState(1, 'revoked')
  // The bus says nothing. What Redis keeps of the device still admits it.
  await report(1, client)
  const restarted = await receiver.startAnother()
  await expect(connectDevice(restarted.port, 1)).rejects.toThrow(/Not authorized/)
  await restarted.service[Symbol.asyncDispose]()
  expect(client.connected).toBe(true)
  await receiver.redis.state.command(undefined, ['CLIENT', 'KILL', 'TYPE', 'pubsub'])
  await waitFor(() => !client.connected, { what: 'the connection to end' })
})

test('what nobody was told of ends the connection at the latest after the next look at all of them', async () => {
  const client = await connectDevice(receiver.port, 2)
  await setState(2, 'suspended')
  await waitFor(() => !client.connected, { what: 'the connection to end', deadlineMs: 17_000 })
}, 20_000)

test('a change that is announced as one of the registry is looked up as well, and who may stay can come back without PostgreSQL', async () => {
  const activate = (index: number) =>
    publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber: serialOf(index) }) })
  const gone = await connectDevice(receiver.port, 10)
  const stays = await connectDevice(receiver.port, 11)
  await setState(10, 'retired')
  await activate(11)
  await activate(10)
  await waitFor(() => !gone.connected, { what: 'the connection to end', deadlineMs: revokedWithinMs })
  expect(stays.connected).toBe(true)
  const key = receiver.redis.keys.credential(serialOf(11))
  await waitFor(async () => (await receiver.redis.state.command(key, ['EXISTS', key])) === 1, { what: 'what is kept' })
  await stays.endAsync()
})

test('a secret is changed without a gap, and the first use of the new one ends the old one everywhere', async () => {
  const before = await connectDevice(receiver.port, 3)
  const secret = await addSecret(receiver.database, (await device(3)).deviceId)
  await announce(3)
  for (let count = 0; count < 20; count++) await report(3, before)
  const again = await connectDevice(other.port, 3)
  await report(3, again)
  const changed = await connectDevice(receiver.port, 3, { password: secret })
  await report(3, changed)
  for (const { port } of [receiver, other]) await expect(connectDevice(port, 3)).rejects.toThrow(/Not authorized/)
  await report(3, changed)
  expect((await device(3)).credentials).toHaveLength(1)
  await changed.endAsync()
})

test('a session that the device asked to keep does not outlive its connection', async () => {
  const first = await connectDevice(receiver.port, 4, { clean: false })
  await first.subscribeAsync(`sc/v1/${serialOf(4)}/down/#`, { qos: 1 })
  await first.endAsync()
  let isPresent: boolean | undefined
  const second = await connectDevice(receiver.port, 4, { clean: false })
  second.on('connect', (packet) => {
    isPresent = packet.sessionPresent
  })
  second.reconnect()
  await waitFor(() => isPresent !== undefined, { what: 'the second connection' })
  expect(isPresent).toBe(false)
  await second.endAsync()
})

test('the claim identity reaches the claim topics and nothing else', async () => {
  await setState(5, 'manufactured')
  const client = await connectClaim(5)
  const serial = serialOf(5)
  for (const filter of ['#', `sc/v1/${serial}/down/#`, `sc/v1/${serial}/down/command`, claimAnswerTopic(serialOf(6))]) {
    await expect(client.subscribeAsync(filter, { qos: 1 })).rejects.toThrow()
  }
  const [granted] = await client.subscribeAsync(claimAnswerTopic(serial), { qos: 1 })
  expect(granted?.qos).toBe(1)
  await client.publishAsync(claimTopic(serial), Buffer.alloc(0), { qos: 1 })
  expect(await readConnection(receiver.redis.state, receiver.redis.keys, serial)).toBeUndefined()
  for (const topic of [uplinkTopic(serial, 'report'), claimTopic(serialOf(6)), 'a/b']) {
    const intruder = await connectClaim(5)
    intruder.publish(topic, Buffer.from([8, 1]), { qos: 1 })
    await waitFor(() => !intruder.connected, { what: `the connection to end after ${topic}` })
  }
  await expect(connectClaim(5, { password: 'wrong' })).rejects.toThrow(/Not authorized/)
  await expect(connectClaim(6)).rejects.toThrow(/Not authorized/)
})

test('a device in its own identity does not reach the claim topic', async () => {
  const client = await connectDevice(receiver.port, 6)
  client.publish(claimTopic(serialOf(6)), Buffer.alloc(0), { qos: 1 })
  await waitFor(() => !client.connected, { what: 'the connection to end' })
})

test('a device that waits for its owner learns that it was claimed, and gets no secret over an open line', async () => {
  await setState(7, 'manufactured')
  const client = await connectClaim(7)
  const answers: unknown[] = []
  client.on('message', (_, payload) => answers.push(JSON.parse(payload.toString())))
  await client.subscribeAsync(claimAnswerTopic(serialOf(7)), { qos: 1 })
  await client.publishAsync(claimTopic(serialOf(7)), Buffer.alloc(0), { qos: 1 })
  await waitFor(() => answers.length === 1, { what: 'the first answer' })
  await setState(7, 'claimed')
  await announce(7)
  await waitFor(() => answers.length === 2, { what: 'the second answer' })
  expect(answers).toEqual([{ state: 'manufactured' }, { state: 'claimed' }])
  await setState(7, 'active')
  await announce(7)
  await waitFor(() => !client.connected, { what: 'the claim connection of a device that works to end' })
})

test('an identity that two addresses take from each other is announced as cloned, once', async () => {
  const suspected: MessagePayloads['DeviceCloneSuspected'][] = []
  const handler = (event: MessagePayloads['DeviceCloneSuspected']) => void suspected.push(event)
  const subscription = await subscribeMessage({ type: MessageType.DeviceCloneSuspected, handler })
  const from = (localAddress: string, port: number) => connectFrom(localAddress, port, 8)
  const clients: MqttClient[] = []
  for (let round = 0; round < 4; round++) {
    clients.push(
      await from('127.0.0.1', receiver.port),
      await from('127.0.0.2', round % 2 === 0 ? receiver.port : other.port),
    )
    await waitFor(() => clients.slice(0, -1).every((client) => !client.connected), { what: 'the older ones to end' })
  }
  await waitFor(() => suspected.length > 0, { what: 'the announcement' })
  const marker = new Promise<void>((resolve) => {
    void subscribeMessage({
      type: MessageType.DeviceCloneSuspected,
      serialNumber: 'MARKER',
      handler: () => resolve(),
    }).then(() =>
      publishMessage({
        message: createMessage(MessageType.DeviceCloneSuspected, {
          serialNumber: 'MARKER',
          addresses: ['a', 'b'],
          at: '',
        }),
      }),
    )
  })
  await marker
  expect(suspected.filter(({ serialNumber }) => serialNumber === serialOf(8))).toHaveLength(1)
  expect(suspected[0]?.addresses.toSorted()).toEqual(['127.0.0.1', '127.0.0.2'])
  await subscription[Symbol.asyncDispose]()
  await clients.at(-1)?.endAsync()
})

test('a certificate that was registered is no password, and a fingerprint alone opens nothing', async () => {
  const { deviceId } = await device(9)
  const publicKeySha256 = Buffer.alloc(32, 7)
  await addCertificate(receiver.database, deviceId, { publicKeySha256, expiresAt: Date.now() + 60_000 })
  await expect(connectDevice(receiver.port, 9, { password: publicKeySha256 })).rejects.toThrow(/Not authorized/)
  await (await connectDevice(receiver.port, 9)).endAsync()
})
