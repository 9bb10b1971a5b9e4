import type {
  DeviceList,
  DeviceStatus,
  DeviceSummary,
  History,
  Invitation,
  LiveMessage,
  OrganisationView,
  Session,
} from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { addPerson, signIn } from './stack/people.ts'
import { type Stack, type StackDevice, startStack } from './stack/stack.ts'
import { connectDevice, publish, sampleReport, settledAt } from './testing/device-traffic.ts'

const bootId = 5
const deadlineMs = 30_000
const password = 'harbour lights at dusk 7'
let stack: Stack

beforeAll(async () => {
  stack = await startStack({ devices: 3, application: true })
})
afterAll(() => stack?.[Symbol.asyncDispose]())

/** A person with a browser. */
class Browser {
  cookie = ''

  async ask<Body>(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
    const response = await fetch(stack.httpUrl + path, {
      method,
      headers: {
        cookie: this.cookie,
        origin: stack.httpUrl,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body }
  }

  async get<Body>(path: string): Promise<Body> {
    return (await this.ask<Body>('GET', path)).body
  }
}

test('a second customer comes by invitation, claims a booster, sees it turn live, and nobody else sees more or less', {
  timeout: 120_000,
}, async () => {
  const [claimed, other] = stack.devices as [StackDevice, StackDevice]
  const maker = new Browser()
  maker.cookie = await signIn(stack.httpUrl, await addPerson(stack.database, { role: 'administrator' }))
  const { memberships } = await maker.get<Session>('/v1/session')
  const parentId = memberships[0]?.organisation.id
  const firstCustomer = new Browser()
  firstCustomer.cookie = await signIn(stack.httpUrl, await addPerson(stack.database, { organisation: 'Test bench' }))

  const device = await connectDevice(stack, claimed)
  await publish(device, claimed.serial, warmReport(1, 401))
  await settledAt(stack, claimed.serial, bootId, 1)

  const organisation = await maker.ask<OrganisationView>('POST', '/v1/organisations', {
    ...{ parentId, kind: 'customer', name: 'Harbour Estates' },
  })
  expect(organisation.status).toBe(201)
  const email = 'grace@harbour.example'
  const invitation = await maker.ask<Invitation & { link: string | null }>('POST', '/v1/invitations', {
    ...{ email, organisationId: organisation.body.id, role: 'administrator' },
  })
  expect(invitation.status).toBe(201)
  const token = new URL(invitation.body.link ?? '', stack.httpUrl).searchParams.get('token')
  const acceptance = await new Browser().ask('POST', '/v1/invitations/accept', { token, name: 'Grace', password })
  expect(acceptance.status).toBe(204)

  const grace = new Browser()
  grace.cookie = await signIn(stack.httpUrl, { email, password })
  expect(await grace.get<DeviceList>('/v1/devices')).toMatchObject({ items: [], total: 0 })
  expect((await grace.ask('GET', `/v1/devices/${claimed.serial}`)).status).toBe(404)

  const code = await maker.ask<{ code: string }>('POST', `/v1/registry/devices/${claimed.serial}/claim-code`)
  expect(code.status).toBe(200)
  const claim = await grace.ask('POST', '/v1/registry/claims', {
    ...{ serial: claimed.serial, code: code.body.code, organisationId: organisation.body.id, name: 'Lobby' },
  })
  expect(claim.status, JSON.stringify(claim.body)).toBeLessThan(300)

  expect((await grace.ask('GET', `/v1/devices/${claimed.serial}/status`)).status).toBe(404)

  const live = await watchLive(grace, [claimed.serial, other.serial])
  const again = await connectDevice(stack, claimed)
  const otherDevice = await connectDevice(stack, other)
  await publish(otherDevice, other.serial, sampleReport({ bootId, seq: 1 }))
  await publish(again, claimed.serial, warmReport(2, 512))
  await waitFor(() => live.statuses.some(({ sequence }) => sequence === 2), {
    what: 'their booster to turn live',
    deadlineMs,
  })
  // Neither anybody else's booster, nor what their own reported before it was theirs.
  expect(live.statuses.map(({ serial, sequence }) => [serial, sequence])).toEqual([[claimed.serial, 2]])
  live.close()
  const mine = await grace.get<DeviceList>('/v1/devices')
  expect(mine.items.map(({ serial, name }: DeviceSummary) => [serial, name])).toEqual([[claimed.serial, 'Lobby']])
  expect((await grace.ask('GET', `/v1/devices/${other.serial}`)).status).toBe(404)

  // The history of the time before is not theirs, that of the time after is.
  const range = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}`
  const path = `/v1/devices/${claimed.serial}/history?${range}&metrics=boardCelsius&points=5000`
  const warmth = async (browser: Browser) => {
    const [board] = (await browser.get<History>(path)).series
    return [...(board?.minimum ?? []), ...(board?.maximum ?? [])].filter((value) => value !== null)
  }
  await waitFor(async () => (await warmth(maker)).includes(51.2), { what: 'the last report to be stored', deadlineMs })
  expect(await warmth(maker)).toContain(40.1)
  expect([...new Set(await warmth(grace))]).toEqual([51.2])

  // And whose it was has lost it.
  expect((await firstCustomer.ask('GET', `/v1/devices/${claimed.serial}`)).status).toBe(404)
  await Promise.all([device.endAsync(), again.endAsync(), otherDevice.endAsync()])
})

function warmReport(seq: number, boardTemperatureDc: number) {
  return sampleReport({ bootId, seq, sentAtMs: Date.now(), environment: { boardTemperatureDc } })
}

async function watchLive(browser: Browser, devices: string[]): Promise<{ statuses: DeviceStatus[]; close(): void }> {
  const socket = new WebSocket(`${stack.httpUrl.replace('http', 'ws')}/v1/live`, {
    headers: { cookie: browser.cookie },
  })
  const statuses: DeviceStatus[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as LiveMessage
    if (message.type === 'status') statuses.push(message.status)
  })
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'watch', detail: 'status', devices }))
  return { statuses, close: () => socket.terminate() }
}
