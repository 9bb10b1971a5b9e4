import {
  commandLineActor,
  findDeviceCredentials,
  findDeviceRecord,
  giveCredential,
  systemScope,
  transferDevice,
  withTransaction,
} from '@stellacontrol/database'
import { claimAnswerTopic, claimIdentity, claimTopic, MessageType, uplinkTopic } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectDevice, devices } from './testing/test-receiver.ts'
import { startTestTlsReceiver, type TestTlsReceiver } from './testing/test-tls-receiver.ts'

let receiver: TestTlsReceiver

beforeAll(async () => {
  receiver = await startTestTlsReceiver()
})
afterAll(() => receiver[Symbol.asyncDispose]())

const deviceAt = (index: number) => devices[index] as (typeof devices)[number]
const announce = (index: number) =>
  publishMessage({
    message: createMessage(MessageType.DeviceActivated, { serialNumber: deviceAt(index).serial }),
  })
const isRefused = (attempt: Promise<MqttClient>) => expect(attempt).rejects.toThrow(/Not authorized/)
const connectClaim = (index: number, password: string) => {
  const identity = claimIdentity(deviceAt(index).serial)
  return mqtt.connectAsync(`mqtts://127.0.0.1:${receiver.tlsPort}`, {
    ...{ clientId: identity, username: identity, password, ca: receiver.authority },
    ...{ reconnectPeriod: 0, connectTimeout: 3_000, protocolVersion: 4 },
  })
}

/** Its owner rotates the device's secret, connects it, and gives it away: their secret and the connection that it opened. */
async function givenAway(index: number) {
  const { database } = receiver
  const { serial } = deviceAt(index)
  const { secret, id } = await withTransaction(database, async (queries) => {
    const record = await findDeviceRecord(queries, systemScope, serial)
    const device = { id: record?.id ?? 0, serial, organisationId: record?.organisation.id ?? 0 }
    const given = await giveCredential(queries, commandLineActor, device, { kind: 'secret' })
    return { secret: given.secret ?? '', id: device.id }
  })
  const client = await connectDevice(receiver.port, index, { password: secret })
  await isRefused(connectDevice(receiver.port, index))
  await withTransaction(database, (queries) =>
    transferDevice(queries, systemScope, commandLineActor, serial, {
      ...{ organisationId: receiver.nextOwner, siteId: null, wasHeardOf: true },
    }),
  )
  await announce(index)
  return { secret, client, id }
}

test('the earlier owner’s secret works on, until its end, which closes what it opened and refuses it from then on', async () => {
  const { secret, client, id } = await givenAway(0)
  const report = () => client.publishAsync(uplinkTopic(deviceAt(0).serial, 'report'), Buffer.from([8, 1]), { qos: 1 })
  await report()
  await (await connectDevice(receiver.port, 0, { password: secret })).endAsync()
  const again = await connectDevice(receiver.port, 0, { password: secret })
  // Nothing is announced when a time has come: the look at all connections finds it.
  await receiver.database.execute(
    'update device_credential set expires_at = now() where device_id = $1 and known_to_earlier_owner',
    [id],
  )
  await waitFor(() => !again.connected, { what: 'the connection to end', deadlineMs: 17_000 })
  await isRefused(connectDevice(receiver.port, 0, { password: secret }))
}, 25_000)

test('the device fetches a secret of its own with the factory’s, which opens nothing else; the earlier owner fetches none', async () => {
  const { secret, client } = await givenAway(1)
  const { serial, secret: factory } = deviceAt(1)
  await isRefused(connectClaim(1, secret))
  await isRefused(connectDevice(receiver.port, 1, { password: factory }))
  const waiting = await connectClaim(1, factory)
  const answers: { state: string; secret: string }[] = []
  waiting.on('message', (_, payload) => answers.push(JSON.parse(payload.toString())))
  await waiting.subscribeAsync(claimAnswerTopic(serial), { qos: 1 })
  await waiting.publishAsync(claimTopic(serial), Buffer.alloc(0), { qos: 1 })
  await waitFor(() => answers.length === 1, { what: 'the answer' })
  expect(answers[0]).toMatchObject({ state: 'active', secret: expect.stringMatching(/^[\w-]{43}$/) })
  expect(client.connected).toBe(true)
  const own = await connectDevice(receiver.port, 1, { password: answers[0]?.secret ?? '' })
  await waitFor(() => !client.connected && !waiting.connected, { what: 'the older connections to end' })
  await isRefused(connectDevice(receiver.port, 1, { password: secret }))
  await isRefused(connectClaim(1, factory))
  expect((await findDeviceCredentials(receiver.database, [serial])).get(serial)?.credentials).toHaveLength(1)
  await own.endAsync()
})

test('a claim connection that the earlier owner’s secret opened ends with the transfer', async () => {
  const { database } = receiver
  const { serial } = deviceAt(2)
  const claimed = () => database.execute(`update device set state = 'claimed' where serial = $1`, [serial])
  await claimed()
  const record = await findDeviceRecord(database, systemScope, serial)
  const device = { id: record?.id ?? 0, serial, organisationId: record?.organisation.id ?? 0 }
  const { secret } = await withTransaction(database, (queries) =>
    giveCredential(queries, commandLineActor, device, { kind: 'secret' }),
  )
  const spy = await connectClaim(2, secret ?? '')
  await withTransaction(database, (queries) =>
    transferDevice(queries, systemScope, commandLineActor, serial, {
      ...{ organisationId: receiver.nextOwner, siteId: null, wasHeardOf: false },
    }),
  )
  await announce(2)
  await waitFor(() => !spy.connected, { what: 'the connection to end', deadlineMs: 1_000 })
  await isRefused(connectClaim(2, secret ?? ''))
})
