import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DeviceDetail, DeviceStatus, History, Ledger, LiveMessage, LiveRequest } from '@stellacontrol/protocol'
import { uplinkTopic } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { viewOwners } from './chaos/servers-view.ts'
import { addPerson, signIn } from './stack/people.ts'
import { type Stack, type StackDevice, startStack } from './stack/stack.ts'
import { connectDevice, publish, queueDrained, sampleReport, settledAt, storedOf } from './testing/device-traffic.ts'
import { documentedReport, mosquittoPub } from './testing/mosquitto-pub.ts'

const bootId = 3
const deadlineMs = 30_000
let stack: Stack
let cookie: string
let used = 0

beforeAll(async () => {
  stack = await startStack({ devices: 20, processors: 2, application: true })
  cookie = await signIn(stack.httpUrl, await addPerson(stack.database))
})
afterAll(() => stack?.[Symbol.asyncDispose]())

const nextDevice = () => stack.devices[used++] as StackDevice

async function get<Body>(path: string): Promise<Body> {
  const response = await fetch(stack.httpUrl + path, { headers: { cookie } })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Body
}

/** A page that watches devices; collects the statuses it is sent. */
async function watch(devices: string[]): Promise<{ statuses: DeviceStatus[]; close: () => void }> {
  const socket = new WebSocket(`${stack.httpUrl.replace('http', 'ws')}/v1/live`, { headers: { cookie } })
  const statuses: DeviceStatus[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as LiveMessage
    if (message.type === 'status') statuses.push(message.status)
  })
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const request: LiveRequest = { type: 'watch', detail: 'status', devices }
  socket.send(JSON.stringify(request))
  return { statuses, close: () => socket.terminate() }
}

test('a report goes from the device to the status, the live page, the history and the ledger', async () => {
  const device = nextDevice()
  const { serial } = device
  const client = await connectDevice(stack, device)
  await publish(client, serial, sampleReport({ bootId, seq: 1 }))
  await settledAt(stack, serial, bootId, 1)
  const page = await watch([serial])
  await waitFor(() => page.statuses.at(-1)?.sequence === 1, { what: 'the page to show what is known', deadlineMs })

  const sentAtMs = Date.now()
  await publish(client, serial, sampleReport({ bootId, seq: 2, sentAtMs, environment: { boardTemperatureDc: 512 } }))
  await waitFor(() => page.statuses.at(-1)?.sequence === 2, { what: 'the live update', deadlineMs })
  expect(page.statuses.at(-1)?.environment.boardCelsius).toBe(51.2)
  expect(await get<DeviceStatus>(`/v1/devices/${serial}/status`)).toEqual(page.statuses.at(-1))

  await queueDrained(stack)
  const range = `from=${new Date(sentAtMs - 60_000).toISOString()}&to=${new Date(sentAtMs + 1_000).toISOString()}`
  const query = `${range}&metrics=boardCelsius,B20.gainActualDb&points=5000`
  const history = await get<History>(`/v1/devices/${serial}/history?${query}`)
  const board = history.series.find(({ metric }) => metric === 'boardCelsius')
  expect(Math.max(...(board?.maximum ?? []).map((value) => value ?? 0))).toBe(51.2)
  const ledger = await get<Ledger>('/v1/ledger')
  expect(ledger).toMatchObject({ appended: 2, stored: 2, queued: 0, expired: 0, balanced: true })
  page.close()
  await client.endAsync()
})

test('a device is shown as connected while its connection is open', async () => {
  const device = nextDevice()
  const isConnected = async () => (await get<DeviceDetail>(`/v1/devices/${device.serial}`)).connected
  expect(await isConnected()).toBe(false)
  const client = await connectDevice(stack, device)
  await waitFor(isConnected, { what: 'the device to be connected', deadlineMs })
  await client.endAsync()
  await waitFor(async () => (await isConnected()) === false, { what: 'the device to be gone', deadlineMs })
})

test('the order of each device holds while a processor is added and one is removed', async () => {
  const devices = Array.from({ length: 6 }, nextDevice)
  const serials = devices.map(({ serial }) => serial)
  const page = await watch(serials)
  const clients = await Promise.all(devices.map((device) => connectDevice(stack, device)))
  let isChanging = true
  let sent = 0
  // A device may send 50 reports a second.
  const pauseMs = 30
  const sending = (async () => {
    for (; isChanging; await delay(pauseMs)) {
      const seq = ++sent
      await Promise.all(
        clients.map((client, index) => publish(client, serials[index] ?? '', sampleReport({ bootId, seq }))),
      )
    }
  })()
  const [leaver] = stack.processors
  const added = stack.addProcessor()
  await untilOwners((owners) => owners.some((owner) => owner.includes(`:${added.pid}:`)))
  const leaverPid = leaver?.pid
  await leaver?.stop()
  await untilOwners((owners) => owners.every((owner) => owner !== '' && !owner.includes(`:${leaverPid}:`)))
  isChanging = false
  await sending

  const everySequence = Array.from({ length: sent }, (_, index) => index + 1)
  for (const serial of serials) {
    await settledAt(stack, serial, bootId, sent)
    expect((await storedOf(stack, serial)).map(({ seq }) => seq)).toEqual(everySequence)
    const isShown = () => page.statuses.findLast((status) => status.serial === serial)?.sequence === sent
    await waitFor(isShown, { what: 'the page to show the last report', deadlineMs })
    const shown = page.statuses.filter((status) => status.serial === serial).map(({ sequence }) => sequence)
    expect(shown).toEqual([...shown].sort((left, right) => left - right))
  }
  expect((await get<Ledger>('/v1/ledger')).balanced).toBe(true)
  page.close()
  await Promise.all(clients.map((client) => client.endAsync()))
})

test('mosquitto_pub sends the report of the protocol page from a file', async () => {
  const { serial, secret } = nextDevice()
  const file = join(stack.folder, 'report.bin')
  writeFileSync(file, documentedReport())
  const who = ['-h', '127.0.0.1', '-p', String(stack.mqttPorts[0]), '-i', serial, '-u', serial, '-P', secret]
  await mosquittoPub([...who, '-q', '1', '-t', uplinkTopic(serial, 'report'), '-f', file])
  await settledAt(stack, serial, 7, 42)
  const status = await get<DeviceStatus>(`/v1/devices/${serial}/status`)
  expect(status.environment.boardCelsius).toBe(48.3)
})

async function untilOwners(isAsWanted: (owners: string[]) => boolean): Promise<void> {
  await waitFor(async () => isAsWanted(await viewOwners(stack)), {
    what: 'partitions to move',
    deadlineMs,
    intervalMs: 100,
  })
}
