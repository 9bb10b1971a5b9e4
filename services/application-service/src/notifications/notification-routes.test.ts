import { recordDelivery } from '@stellacontrol/database'
import {
  defaultNotificationPreferences,
  type Escalation,
  escalationSchema,
  MessageType,
  type NotificationDelivery,
  type OwnNotifications,
} from '@stellacontrol/protocol'
import { subscribeMessage } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'
import { smsSignature } from './sms-signature.ts'

const publicUrl = 'https://stella.example'
const token = 'the token of the gateway'
const bundleId = '7b0c1f0e-5d3a-4c57-9d8e-2f6a1b9c0d4e'
let application: TestApplication
let harbour: TestClient
let meadow: TestClient
let organisationId: number

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  harbour = await application.signIn('Harbour')
  meadow = await application.signIn('Meadow')
  const rows = await application.database.query<{ id: number }>(`select id from organisation where name = 'Harbour'`)
  organisationId = rows[0]?.id ?? 0
})
afterAll(() => application.stop())

const put = <Body>(client: TestClient, path: string, body: unknown) =>
  client.request<Body>('PUT', path, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const ownId = async (client: TestClient) => {
  const { email } = (await client.get<{ email: string }>('/v1/me')).body
  const rows = await application.database.query<{ id: number }>('select id from app_user where email = $1', [email])
  return rows[0]?.id ?? 0
}

test('what somebody chooses is kept, told to whoever sends, and nobody else’s', async () => {
  const told: number[] = []
  await using _ = await subscribeMessage({
    type: MessageType.NotificationsChanged,
    handler: ({ userId }) => void told.push(userId),
  })
  expect((await harbour.get<OwnNotifications>('/v1/me/notifications')).body).toMatchObject({
    isDefault: true,
    preferences: defaultNotificationPreferences,
  })
  const wanted = { ...defaultNotificationPreferences, leastSeverity: 'major', timeZone: 'Europe/Brussels' }
  const answer = await put<OwnNotifications>(harbour, '/v1/me/notifications', wanted)
  expect(answer).toMatchObject({ status: 200, body: { isDefault: false, preferences: wanted } })
  const id = await ownId(harbour)
  await waitFor(() => told.includes(id), { what: 'the change to be told' })
  expect((await meadow.get<OwnNotifications>('/v1/me/notifications')).body.isDefault).toBe(true)
})

test.each([
  ['phone', { sms: true }],
  ['phone', { phone: '0477 12 34 56' }],
  ['dailyAt', { dailyAt: '25:00' }],
  ['timeZone', { timeZone: 'Europe/Atlantis' }],
  ['quietHours', { quietHours: { from: '22:00' } }],
  ['dailyCap', { dailyCap: 0 }],
  ['isAdministrator', { isAdministrator: true }],
])('what cannot be chosen is refused by name: %s', async (name, change) => {
  const refused = await put<{ detail: string }>(harbour, '/v1/me/notifications', {
    ...defaultNotificationPreferences,
    ...change,
  })
  expect(refused.status).toBe(400)
  expect(refused.body.detail).toContain(name)
})

test('who is told next is a list of people who see the organisation, each later than the one before', async () => {
  const path = `/v1/organisations/${organisationId}/escalation`
  const empty = await harbour.get<Escalation>(path)
  expect(escalationSchema.parse(empty.body)).toMatchObject({ steps: [] })
  const userId = await ownId(harbour)
  expect(empty.body.possible.map(({ id }) => id)).toContain(userId)
  const steps = [
    { userId, afterMinutes: 15 },
    { userId, afterMinutes: 60 },
  ]
  const changed = await put<Escalation>(harbour, path, { steps })
  expect(changed.body.steps.map(({ person, afterMinutes }) => [person?.id, afterMinutes])).toEqual([
    [userId, 15],
    [userId, 60],
  ])
  expect((await put(harbour, path, { steps: steps.toReversed() })).status).toBe(400)
  const stranger = await put(harbour, path, { steps: [{ userId: await ownId(meadow), afterMinutes: 5 }] })
  expect(stranger).toMatchObject({ status: 400, body: { fields: [{ field: 'steps.0.userId' }] } })
  expect((await meadow.get(path)).status).toBe(404)
  expect((await put(meadow, path, { steps: [] })).status).toBe(404)
  expect((await harbour.get<Escalation>(path)).body.steps).toHaveLength(2)
})

test('the gateway says that a text message arrived, also before its delivery is recorded, and later words change nothing', async () => {
  const gateway = await application.startAnother({
    STELLA_PUBLIC_URL: publicUrl,
    STELLA_SMS_URL: `https://account:${encodeURIComponent(token)}@sms.example/Messages.json`,
  })
  await using _ = gateway.service
  await waitUntilReady(gateway.url)
  const say = async (fields: Record<string, string>, signedWith = token, delivery = bundleId) => {
    const path = `/v1/sms/status?delivery=${delivery}`
    const response = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'x-twilio-signature': smsSignature(signedWith, publicUrl + path, fields) },
      body: new URLSearchParams(fields),
    })
    return response.status
  }
  const userId = await ownId(harbour)
  const outcome = async () => {
    const { body } = await harbour.get<{ items: NotificationDelivery[] }>('/v1/me/notifications/deliveries')
    return body.items.map((delivery) => [delivery.outcome, delivery.failure])
  }
  expect(await say({ MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30005' })).toBe(204)
  await recordDelivery(application.database, {
    ...{ bundleId, userId, at: Date.now(), channel: 'sms', recipient: '+3225550100', subject: 'Fan failed' },
    ...{ alerts: 1, outcome: 'sent', failure: null },
  })
  expect(await outcome()).toEqual([['failed', 'undelivered (30005)']])
  expect(await say({ MessageStatus: 'delivered' }, 'another token')).toBe(403)
  expect(await outcome()).toEqual([['failed', 'undelivered (30005)']])
  expect(await say({ MessageSid: 'SM1', MessageStatus: 'delivered' })).toBe(204)
  expect(await say({ MessageSid: 'SM1', MessageStatus: 'failed' })).toBe(204)
  expect(await say({ MessageSid: 'SM1', MessageStatus: 'constructor' })).toBe(204)
  expect(await outcome()).toEqual([['delivered', null]])
  expect(await say({ MessageStatus: 'delivered' }, token, 'no-uuid')).toBe(400)
  const unsigned = await fetch(`${gateway.url}/v1/sms/status?delivery=${bundleId}`, {
    method: 'POST',
    body: new URLSearchParams({ MessageStatus: 'failed' }),
  })
  expect(unsigned.status).toBe(403)
  // Whoever has no gateway takes no word of one.
  const nowhere = await fetch(`${application.url}/v1/sms/status?delivery=${bundleId}`, {
    method: 'POST',
    headers: { 'x-twilio-signature': smsSignature(token, `undefined/v1/sms/status?delivery=${bundleId}`, {}) },
    body: new URLSearchParams(),
  })
  expect(nowhere.status).toBe(403)
})

test('the signature is the one that Twilio documents', () => {
  // The example of "Validating requests" in Twilio's security documentation.
  const fields = {
    ...{
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    },
  }
  const address = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  expect(smsSignature('12345', address, fields)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
})
