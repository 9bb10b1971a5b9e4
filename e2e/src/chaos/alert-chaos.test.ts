import { setTimeout as delay } from 'node:timers/promises'
import { MessageType } from '@stellacontrol/protocol'
import { openRedis, type Redis, subscribeMessage } from '@stellacontrol/redis'
import { freePort, waitFor } from '@stellacontrol/test-servers'
import { type SmtpServer, startSmtp } from '@stellacontrol/test-servers/smtp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPerson } from '../stack/people.ts'
import type { ServiceProcess } from '../stack/service-process.ts'
import { type Stack, type StackDevice, startStack } from '../stack/stack.ts'
import { connectDevice, publish, sampleReport } from '../testing/device-traffic.ts'
import { Chance } from './chance.ts'

/** Two alert monitors and two notification services are killed, and their servers taken away, while boosters get too hot. */
const seed = 1
const devicesPerFault = 12
const deadlineMs = 60_000
let stack: Stack
let smtp: SmtpServer
let redis: Redis
let monitors: ServiceProcess[]
let notifiers: ServiceProcess[]
let used = 0
/** What a durable reader of the bus saw: incident -> device. */
const raised = new Map<string, string>()
let kills = 0

beforeAll(async () => {
  smtp = await startSmtp({ port: await freePort() })
  stack = await startStack({
    devices: 5 * devicesPerFault,
    environment: {
      ...{ STELLA_SMTP_URL: smtp.url, STELLA_MAIL_FROM: 'stella@example.com' },
      STELLA_PUBLIC_URL: 'https://stella.example',
    },
  })
  await addPerson(stack.database)
  monitors = [await stack.addAlertMonitor(), await stack.addAlertMonitor()]
  notifiers = [await stack.addNotificationService(), await stack.addNotificationService()]
  redis = openRedis({ name: 'judge', environment: stack.environment })
  await redis.state.ready()
  await subscribeMessage({
    type: MessageType.Alert,
    reader: 'judge',
    handler: ({ event, device, alert }) => {
      if (event === 'raised') raised.set(alert.id, device.serialNumber)
    },
  })
})
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]()
  await stack?.[Symbol.asyncDispose]()
  await smtp?.stop()
})

async function killAndStart(service: ServiceProcess): Promise<void> {
  await service.kill()
  kills++
  service.start()
}

const faults: Record<string, (chance: Chance) => Promise<void>> = {
  'kill -9 of an alert monitor': (chance) => killAndStart(chance.pick(monitors)),
  'kill -9 of a notification service': (chance) => killAndStart(chance.pick(notifiers)),
  'kill -9 of all of them': async (chance) => {
    await Promise.all(chance.shuffle([...monitors, ...notifiers]).map(killAndStart))
  },
  'kill -9 of the state Redis': async () => {
    await stack.state.kill()
    await stack.state.restart()
  },
  'a mail server that refuses everything for a while': async () => {
    smtp.isBusy = true
    // What is critical is gathered for ten seconds: then it is refused at least once.
    await delay(14_000)
    smtp.isBusy = false
  },
}

test.each(Object.entries(faults))('%s: one incident for each booster, none twice, none lost', async (name, inject) => {
  const chance = new Chance(seed, name)
  const devices = stack.devices.slice(used, used + devicesPerFault)
  used += devicesPerFault
  const injected = delay(chance.between(100, 900)).then(() => inject(chance))
  await Promise.all(devices.map((device) => overheat(device, chance.between(0, 1_500))))
  await injected
  const rows = async () =>
    stack.database.query<{ id: string; scope: string }>(
      `select id, scope from incident where rule = 'temperature-exceeded' and scope = any ($1)`,
      [devices.map(({ serial }) => serial)],
    )
  await waitFor(async () => new Set((await rows()).map(({ scope }) => scope)).size === devices.length, {
    what: 'an incident of every booster',
    deadlineMs,
  })
  expect((await rows()).map(({ scope }) => scope).sort()).toEqual(devices.map(({ serial }) => serial).sort())
  for (const { id, scope } of await rows()) {
    await waitFor(() => raised.get(id) === scope, { what: `${scope} to be announced`, deadlineMs })
  }
})

test('each of them was mailed, and a mail that came again was known as the same by its Message-ID', async () => {
  const incidents = await stack.database.query<{ id: string }>(
    `select id from incident where rule = 'temperature-exceeded'`,
  )
  expect(incidents).toHaveLength(used)
  // Nobody announced an incident that is not in the history.
  expect([...raised.keys()].sort()).toEqual(incidents.map(({ id }) => id).sort())
  // A bundle is recorded once however often it went; it says how many incidents it tells of.
  const told = async () => {
    const rows = await stack.database.query<{ bundleId: string; alerts: number; outcome: string }>(
      'select bundle_id as "bundleId", alerts, outcome from notification_delivery',
    )
    return { rows, alerts: rows.reduce((sum, { alerts }) => sum + alerts, 0) }
  }
  await waitFor(async () => (await told()).alerts >= used, { what: 'a mail of every incident', deadlineMs })
  const { rows, alerts } = await told()
  expect(alerts).toBe(used)
  expect([...new Set(rows.map(({ outcome }) => outcome))]).toEqual(['sent'])
  const messageIds = smtp.mails.map(({ source }) => /^Message-ID: <(.*)\.alerts@stella\.example>/im.exec(source)?.[1])
  expect([...new Set(messageIds)].sort()).toEqual(rows.map(({ bundleId }) => bundleId).sort())
  expect(messageIds.length - rows.length).toBeLessThanOrEqual(kills)
})

/** One report that is fine, and two that are not. */
async function overheat(device: StackDevice, afterMs: number): Promise<void> {
  const client = await connectDevice(stack, device)
  let seq = 0
  const report = (boardTemperatureDc: number) =>
    publish(client, device.serial, sampleReport({ bootId: 1, seq: ++seq, environment: { boardTemperatureDc } }))
  await report(430)
  await delay(afterMs)
  for (const board of [790, 795]) await report(board)
  await client.endAsync()
}
