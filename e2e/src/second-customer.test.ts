import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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
const secretKey = 'a key of this installation, canary-of-the-key'
let stack: Stack
/** What nobody should find in a log, by what it is. */
const secrets: Record<string, string> = { password, secretKey }

beforeAll(async () => {
  const environment = { STELLA_LOG_LEVEL: 'trace', STELLA_SECRET_KEY: secretKey }
  stack = await startStack({ devices: 3, application: true, environment })
})
afterAll(() => stack?.[Symbol.asyncDispose]())

/** A person with a browser. */
class Browser {
  cookie = ''

  async ask<Body>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Body; requestId: string }> {
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
    const requestId = response.headers.get('x-request-id') ?? ''
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Body, requestId }
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
  Object.assign(secrets, { token, code: code.body.code, device: claimed.secret, cookie: grace.cookie.split('=')[1] })
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

test('after all of that, and after secrets in wrong places and while PostgreSQL is away, no log line holds a secret', async () => {
  const maker = new Browser()
  const person = await addPerson(stack.database, { role: 'administrator' })
  maker.cookie = await signIn(stack.httpUrl, person)
  const [serial = ''] = stack.devices.map((device) => device.serial).slice(2)
  const made = await maker.ask<{ secret: string }>('POST', `/v1/registry/devices/${serial}/credentials`, {
    kind: 'secret',
  })
  const factor = await maker.ask<{ secret: string; uri: string }>('POST', '/v1/me/second-factor')
  expect([made.status, factor.status]).toEqual([201, 200])
  Object.assign(secrets, { made: made.body.secret, factor: factor.body.secret, ownPassword: person.password })
  await tryEverywhere('canary-with-all-servers', maker, person.email, serial)
  await stack.postgres.kill()
  const last = await tryEverywhere('canary-without-postgres', maker, person.email, serial)
  const read = () =>
    readdirSync(stack.folder)
      .filter((file) => /^(?:message|application)-.*\.log$/.test(file))
      .map((file) => readFileSync(join(stack.folder, file), 'utf8'))
  await waitFor(() => read().join('').includes(last), { what: 'the last request in a log' })
  expect(read()).toHaveLength(3)
  const lines = read().join('\n').split('\n')
  for (const event of ['sign-in.accepted', 'sign-in.refused', 'mqtt.device-refused', 'credential.from-cache']) {
    expect(lines.filter((line) => line.includes(`"${event}"`)).length, event).toBeGreaterThan(0)
  }
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(7)
    expect(
      lines.filter((line) => line.includes(secret)),
      name,
    ).toEqual([])
  }
  expect(lines.filter((line) => line.includes('canary'))).toEqual([])
})

/** A secret wherever somebody might put one, also where none belongs. Returns the id of the last request. */
async function tryEverywhere(canary: string, maker: Browser, email: string, serial: string): Promise<string> {
  const stranger = new Browser()
  stranger.cookie = `stella_session=${canary}`
  await stranger.ask('POST', '/v1/session', { email, password: canary })
  await stranger.ask('POST', '/v1/session', { email, password: { [canary]: canary } })
  await stranger.ask('POST', '/v1/invitations/accept', { token: `${canary}-${canary}`, name: 'x', password: canary })
  await stranger.ask('POST', '/v1/password-resets/complete', { token: `${canary}-${canary}`, password: canary })
  await stranger.ask('GET', `/v1/session/oidc/callback?state=${canary}&code=${canary}`)
  await maker.ask('POST', '/v1/me/password', { password: canary })
  await maker.ask('POST', '/v1/me/proof', { password: canary })
  await maker.ask('POST', '/v1/registry/claims', { serial, code: canary, organisationId: 1 })
  const headers = { authorization: `Bearer ${canary}`, 'content-type': 'application/json' }
  for (const path of [`/v1/session?token=${canary}`, '/v1/session/', `/%ZZ${canary}`]) {
    await fetch(stack.httpUrl + path, { method: 'POST', headers, body: `{"password":"${canary}` })
  }
  await expect(connectDevice(stack, { serial, secret: canary })).rejects.toThrow()
  return (await maker.ask('GET', `/v1/nothing?password=${canary}`)).requestId
}

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
