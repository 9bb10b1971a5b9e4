import type {
  Incident,
  IncidentDetail,
  IncidentList,
  LiveMessage,
  LiveRequest,
  OutboxMailView,
} from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { addPerson, signIn } from './stack/people.ts'
import { type Stack, type StackDevice, startStack } from './stack/stack.ts'
import { connectDevice, publish, sampleReport } from './testing/device-traffic.ts'

const bootId = 8
const deadlineMs = 60_000
let stack: Stack
let operator: { email: string; cookie: string }
let neighbour: { email: string; cookie: string }

beforeAll(async () => {
  stack = await startStack({ devices: 1, application: true })
  operator = await signedIn({ role: 'administrator' })
  neighbour = await signedIn({ role: 'administrator', organisation: 'Neighbours' })
  await Promise.all([stack.addAlertMonitor(), stack.addNotificationService()])
})
afterAll(() => stack?.[Symbol.asyncDispose]())

async function signedIn(options: Parameters<typeof addPerson>[1]) {
  const person = await addPerson(stack.database, options)
  return { email: person.email, cookie: await signIn(stack.httpUrl, person) }
}

async function ask<Body>(method: string, path: string, { cookie } = operator, body?: unknown): Promise<Body> {
  const response = await fetch(stack.httpUrl + path, {
    method,
    headers: { cookie, origin: stack.httpUrl, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return (response.status === 204 ? undefined : await response.json()) as Body
}

const mailsTo = async (email: string) => {
  const { items } = await ask<{ items: OutboxMailView[] }>('GET', '/v1/outbox')
  return items.filter(({ recipient }) => recipient === email)
}

test('a board that gets too hot is one incident, live and in the inbox, one readable mail, and one more when it has cooled', async () => {
  const device = stack.devices[0] as StackDevice
  // Two good reports clear it as ever, but here also within two minutes.
  const override = `/v1/alert-rules/temperature-exceeded/overrides/device/${device.serial}`
  await ask('PUT', override, operator, { changes: { clear: { holdMs: 0, samples: 2 } } })
  const client = await connectDevice(stack, device)
  const live = await watchAlerts()
  let seq = 0
  const report = (boardTemperatureDc: number) =>
    publish(client, device.serial, sampleReport({ bootId, seq: ++seq, environment: { boardTemperatureDc } }))
  await report(431)
  for (const board of [764, 771, 779]) await report(board)

  const [incident] = await waitFor(
    async () => {
      const { items } = await ask<IncidentList>('GET', '/v1/alerts?state=open')
      return items.length > 0 ? (items as [Incident]) : undefined
    },
    { what: 'the incident in the inbox', deadlineMs },
  )
  expect(incident).toMatchObject({ rule: 'temperature-exceeded', severity: 'critical', value: 76.4, threshold: 75 })
  await waitFor(() => live.ids.length > 0, { what: 'the incident on the open page', deadlineMs })
  expect([...new Set(live.ids)]).toEqual([incident.id])

  const [mail] = await waitFor(
    async () => {
      const mails = await mailsTo(operator.email)
      return mails.length > 0 ? mails : undefined
    },
    { what: 'the mail in the outbox', deadlineMs },
  )
  expect(mail?.subject).toBe(`Critical: Board temperature 76.4 °C, above 75 °C, ${device.serial}, Test bench`)
  for (const words of ['76.4 °C', '75 °C', device.serial, 'Test bench', 'Free the air inlets']) {
    expect(mail?.text).toContain(words)
  }

  await ask('POST', `/v1/alerts/${incident.id}/acknowledge`)
  for (const board of [640, 633]) await report(board)
  const cleared = await waitFor(
    async () => {
      const detail = await ask<IncidentDetail>('GET', `/v1/alerts/${incident.id}`)
      return detail.state === 'cleared' ? detail : undefined
    },
    { what: 'the incident to be cleared', deadlineMs },
  )
  const kinds = cleared.events.map(({ kind }) => kind)
  expect([kinds.at(0), kinds.includes('acknowledged'), kinds.at(-1)]).toEqual(['raised', true, 'cleared'])
  const [over] = await waitFor(
    async () => {
      const mails = await mailsTo(operator.email)
      return mails.length === 2 ? mails : undefined
    },
    { what: 'the mail of the end', deadlineMs },
  )
  expect(over?.subject).toBe(`Over: Temperature exceeded: ${device.serial}`)

  // Nobody else's page, inbox or mail knows of it.
  expect((await ask<IncidentList>('GET', '/v1/alerts', neighbour)).items).toEqual([])
  expect(await mailsTo(neighbour.email)).toEqual([])
  live.close()
  await client.endAsync()
}, 180_000)

async function watchAlerts(): Promise<{ ids: string[]; close(): void }> {
  const socket = new WebSocket(`${stack.httpUrl.replace('http', 'ws')}/v1/live`, {
    headers: { cookie: operator.cookie },
  })
  const ids: string[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as LiveMessage
    if (message.type === 'alert') ids.push(message.alert.id)
  })
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const request: LiveRequest = { type: 'alerts', watch: true }
  socket.send(JSON.stringify(request))
  return { ids, close: () => socket.terminate() }
}
