import { defaultNotificationPreferences, type OwnNotifications, type Problem } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'

let application: TestApplication
const path = '/v1/me/notifications'

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
})
afterAll(() => application.stop())

test('of those who never chose, only the administrators of a customer get the monthly report', async () => {
  for (const [organisation, role, wants] of [
    ['Harbour', 'administrator', true],
    ['Harbour', 'operator', false],
    ['StellaControl', 'administrator', false],
  ] as const) {
    const person = await application.signIn(organisation, role)
    const { body } = await person.get<OwnNotifications>(path)
    const preferences = { ...defaultNotificationPreferences, monthlyReport: wants }
    expect(body, `${role} of ${organisation}`).toMatchObject({ isDefault: true, preferences })
  }
})

test('what is chosen is kept, and a refusal names the fields', async () => {
  const person = await application.signIn('Harbour', 'administrator')
  const chosen = { ...defaultNotificationPreferences, leastSeverity: 'major' as const, monthlyReport: false }
  expect((await person.request('PUT', path, json(chosen))).status).toBe(200)
  const wrong = { ...chosen, sms: true, quietHours: { from: '25:00', to: '07:00', holdCritical: false } }
  const refused = await person.request<Problem>('PUT', path, json(wrong))
  expect(refused.status).toBe(400)
  expect(refused.body.fields?.map(({ field }) => field)).toEqual(['quietHours.from', 'phone'])
  expect((await person.get<OwnNotifications>(path)).body).toMatchObject({ isDefault: false, preferences: chosen })
})

const json = (body: unknown) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
