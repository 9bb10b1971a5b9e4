import { createHash } from 'node:crypto'
import { claimDevice, commandLineActor, setDeviceState, systemScope, withTransaction } from '@stellacontrol/database'
import { claimAnswerTopic, claimIdentity, claimTopic, MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import mqtt, { type MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { devices } from './testing/test-receiver.ts'
import { startTestTlsReceiver, type TestTlsReceiver } from './testing/test-tls-receiver.ts'

let receiver: TestTlsReceiver

beforeAll(async () => {
  receiver = await startTestTlsReceiver()
})
afterAll(() => receiver[Symbol.asyncDispose]())

interface Answer {
  state: string
  secret?: string
  claimUntil?: string
  error?: string
}
/** A device in its claim identity; `ask` resolves to the answer. */
async function claiming(index: number, url = `mqtts://127.0.0.1:${receiver.tlsPort}`) {
  const { serial, secret } = devices[index] as (typeof devices)[number]
  const identity = claimIdentity(serial)
  const client: MqttClient = await mqtt.connectAsync(url, {
    ...{ clientId: identity, username: identity, password: secret, ca: receiver.authority },
    ...{ reconnectPeriod: 0, connectTimeout: 3_000, protocolVersion: 4 },
  })
  const answers: Answer[] = []
  client.on('message', (_, payload) => answers.push(JSON.parse(payload.toString())))
  await client.subscribeAsync(claimAnswerTopic(serial), { qos: 1 })
  const next = async (count: number) => {
    await waitFor(() => answers.length === count, { what: 'the answer' })
    return answers[count - 1] as Answer
  }
  const ask = async (content: string) => {
    const count = answers.length + 1
    await client.publishAsync(claimTopic(serial), Buffer.from(content), { qos: 1 })
    return next(count)
  }
  return { serial, client, answers, ask, next }
}
const code = '7K3M9QZX2B4HW8DE'
const windowOf = (seconds: number) =>
  JSON.stringify({ codeHash: createHash('sha256').update(code).digest('hex'), seconds })
const claim = (serial: string) =>
  withTransaction(receiver.database, (queries) =>
    claimDevice(queries, commandLineActor, {
      ...{ serial, code: '7k3m-9qzx-2b4h-w8de', organisationId: receiver.nextOwner, siteId: null, wasHeardOf: false },
    }),
  )
const setState = (index: number, state: 'manufactured' | 'claimed') =>
  setDeviceState(receiver.database, systemScope, devices[index]?.serial ?? '', state)

test('the device shows a code and opens a window; who types the code owns the device, which is given its secret', async () => {
  await setState(0, 'manufactured')
  const device = await claiming(0)
  const opened = await device.ask(windowOf(120))
  expect(opened.state).toBe('manufactured')
  const leftMs = Date.parse(opened.claimUntil ?? '') - Date.now()
  expect(leftMs).toBeGreaterThan(100_000)
  expect(leftMs).toBeLessThanOrEqual(120_000)
  expect(await claim(device.serial)).toMatchObject({ state: 'claimed', organisation: { name: 'Next owner' } })
  await publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber: device.serial }) })
  expect(await device.next(2)).toMatchObject({ state: 'claimed', secret: expect.stringMatching(/^[\w-]{43}$/) })
  expect(await device.ask(windowOf(120))).toEqual({ state: 'claimed', error: 'state-change-refused' })
  expect(await claim(device.serial)).toBeUndefined()
  await device.client.endAsync()
})

test('what is not the defined JSON opens nothing and is answered', async () => {
  await setState(1, 'manufactured')
  const device = await claiming(1)
  for (const content of ['hello', '{}', windowOf(901), windowOf(0)]) {
    expect(await device.ask(content), content).toEqual({ state: 'manufactured', error: 'content-invalid' })
  }
  expect(await device.ask('')).toEqual({ state: 'manufactured' })
  expect(await claim(device.serial)).toBeUndefined()
  await device.client.endAsync()
})

test('no window is opened over an open line, where somebody could put in a code of their own', async () => {
  await setState(2, 'manufactured')
  const device = await claiming(2, `mqtt://127.0.0.1:${receiver.port}`)
  expect(await device.ask(windowOf(60))).toEqual({ state: 'manufactured', error: 'not-encrypted' })
  expect(await claim(device.serial)).toBeUndefined()
  await device.client.endAsync()
})
