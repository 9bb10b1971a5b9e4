import { listAudit, systemScope } from '@stellacontrol/database'
import {
  type Account,
  accountSchema,
  type OwnSession,
  ownSessionListSchema,
  type Session,
  type SignInMethods,
} from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { letProofAge } from '../testing/proof-age.ts'
import { password, startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import { LiveClient, type TestClient } from '../testing/test-client.ts'

let application: TestApplication
const chosen = 'another one, well chosen'
const stepMs = 30_000

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
})
afterAll(() => application.stop())

const emailOf = async (client: TestClient) => (await client.get<Session>('/v1/session')).body.user.email

/** A copy of what the browser holds, as a thief would have it. */
function copyOf({ cookie }: TestClient): TestClient {
  const copy = application.client()
  copy.cookie = cookie
  return copy
}

async function enter(email: string, code?: string): Promise<{ client: TestClient; status: number; problem: string }> {
  const client = application.client()
  const answer = await client.post('/v1/session', { email, password, ...(code === undefined ? {} : { code }) })
  client.cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  return { client, status: answer.status, problem: answer.body.code }
}

async function setUpSecondFactor(client: TestClient): Promise<{ totp: TOTP; codes: string[] }> {
  const { secret } = (await client.post<{ secret: string }>('/v1/me/second-factor', {})).body
  const totp = new TOTP({ secret })
  const confirmed = await client.post<{ codes: string[] }>('/v1/me/second-factor/confirm', { code: totp.generate() })
  expect(confirmed.status).toBe(200)
  return { totp, codes: confirmed.body.codes }
}

test("one's account is as it is, and its name can be changed", async () => {
  const client = await application.signIn('Harbour', 'viewer')
  const { body } = await client.get<Account>('/v1/me')
  expect(accountSchema.parse(body)).toEqual(body)
  expect(body).toMatchObject({ name: 'A Person', hasPassword: true, secondFactor: { enabled: false } })
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Ada <b>Lovelace' }) }
  expect((await client.request<Account>('PATCH', '/v1/me', json)).body.name).toBe('Ada <b>Lovelace')
  expect((await client.get<Session>('/v1/session')).body.user.name).toBe('Ada <b>Lovelace')
  const forged = { ...json, body: JSON.stringify({ name: 'A', email: 'other@example.org' }) }
  expect((await client.request('PATCH', '/v1/me', forged)).status).toBe(400)
  const [event] = await listAudit(application.database, systemScope, { limit: 1 })
  expect(event).toMatchObject({ action: 'user.changed', before: { name: 'A Person' }, actor: body.email })
})

test('a proof that is too old is asked for again, and gives the session a new token', async () => {
  const client = await application.signIn()
  const live = await client.openLive()
  await letProofAge(application, client)
  expect((await client.get<Account>('/v1/me')).body.provenUntil).toBeNull()
  for (const path of ['/v1/me/password', '/v1/me/second-factor', '/v1/me/second-factor/confirm']) {
    const body = path.endsWith('password') ? { password: chosen } : path.endsWith('m') ? { code: '123456' } : {}
    expect((await client.post(path, body)).body.code).toBe('proof-required')
  }
  expect((await client.request('DELETE', '/v1/me/second-factor')).body.code).toBe('proof-required')
  expect((await client.post('/v1/me/proof', { password: 'wrong' })).body.code).toBe('proof-refused')
  expect((await client.post('/v1/me/proof', {})).body.code).toBe('proof-refused')
  const before = copyOf(client)
  const proven = await client.post<Account>('/v1/me/proof', { password })
  client.cookie = proven.headers.getSetCookie()[0]?.split(';')[0]
  expect(Date.parse(proven.body.provenUntil ?? '')).toBeGreaterThan(Date.now())
  expect((await before.get('/v1/session')).status).toBe(401)
  expect((await client.post('/v1/me/password', { password: chosen })).status).toBe(204)
  // The page that is open stays open, and ends with the session it belongs to now.
  expect(live.closed).toBeUndefined()
  await client.request('DELETE', '/v1/session')
  await waitFor(() => live.closed)
})

test('guessing at the proof is throttled', async () => {
  const client = await application.signIn()
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => client.post('/v1/me/proof', { password: 'guess' })),
  )
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(2)
})

test('another password ends every other session at once, their live connections too, and is the only one that works', async () => {
  const client = await application.signIn('Meadow')
  const email = await emailOf(client)
  const { client: other } = await enter(email)
  const live = await other.openLive()
  expect((await client.post('/v1/me/password', { password: 'short' })).body.code).toBe('request-invalid')
  expect((await client.post('/v1/me/password', { password: 'aaaaaaaaaaaaaa' })).body.code).toBe('password-too-common')
  expect((await client.post('/v1/me/password', { password: chosen })).status).toBe(204)
  expect((await other.get('/v1/session')).status).toBe(401)
  await waitFor(() => live.closed, { what: 'the end of the live connection', deadlineMs: 5_000 })
  const again = new LiveClient(application.url, other.cookie)
  await waitFor(() => again.refused === 401)
  expect((await client.get('/v1/session')).status).toBe(200)
  expect((await enter(email)).problem).toBe('sign-in-refused')
  expect((await application.client().post('/v1/session', { email, password: chosen })).status).toBe(200)
  const [stored] = await application.database.query<{ hash: string }>(
    'select password_hash as hash from app_user where email = $1',
    [email],
  )
  expect(stored?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const [event] = await listAudit(application.database, systemScope, { limit: 1 })
  expect(event).toMatchObject({ action: 'password.changed', before: null, after: null })
})

test('one sees where one is signed in, and signs out there', async () => {
  const client = await application.signIn('Meadow')
  const email = await emailOf(client)
  const [{ client: second }, { client: third }] = [await enter(email), await enter(email)]
  const list = async () => (await client.get<{ items: OwnSession[] }>('/v1/me/sessions')).body
  const sessions = await list()
  expect(ownSessionListSchema.parse(sessions)).toEqual(sessions)
  expect(sessions.items).toHaveLength(3)
  expect(sessions.items.filter(({ isThisOne }) => isThisOne)).toHaveLength(1)
  expect(sessions.items[0]).toMatchObject({ address: '127.0.0.1', agent: 'node' })
  expect(JSON.stringify(sessions)).not.toContain(client.cookie?.split('=')[1])
  const ofSecond = (await second.get<{ items: OwnSession[] }>('/v1/me/sessions')).body.items.find(
    (one) => one.isThisOne,
  )
  // Somebody else's session is one that does not exist.
  const stranger = await application.signIn('Harbour', 'administrator')
  expect((await stranger.request('DELETE', `/v1/me/sessions/${ofSecond?.id}`)).body.code).toBe('session-not-found')
  expect((await client.request('DELETE', `/v1/me/sessions/${ofSecond?.id}`)).status).toBe(204)
  expect((await second.get('/v1/session')).status).toBe(401)
  expect((await third.get('/v1/session')).status).toBe(200)
  expect((await client.request('DELETE', '/v1/me/sessions')).status).toBe(204)
  expect((await third.get('/v1/session')).status).toBe(401)
  expect((await list()).items).toHaveLength(1)
  const events = await listAudit(application.database, systemScope, { limit: 2 })
  expect(events.map(({ action }) => action)).toEqual(['session.ended', 'session.ended'])
})

test('with a second factor the password is not enough, and no code is good twice', async () => {
  const client = await application.signIn('Harbour', 'viewer')
  const email = await emailOf(client)
  const { totp, codes } = await setUpSecondFactor(client)
  expect((await client.post('/v1/me/second-factor', {})).body.code).toBe('second-factor-enabled')
  expect((await enter(email)).problem).toBe('second-factor-required')
  expect((await enter(email, '000000')).problem).toBe('second-factor-required')
  // The code that confirmed it, again.
  expect((await enter(email, totp.generate({ timestamp: Date.now() - stepMs }))).problem).toBe('second-factor-required')
  const next = totp.generate({ timestamp: Date.now() + stepMs })
  const entries = await Promise.all([enter(email, next), enter(email, next)])
  expect(entries.map(({ status }) => status).sort()).toEqual([200, 401])
  expect((await enter(email, codes[0]?.toUpperCase())).status).toBe(200)
  expect((await enter(email, codes[0])).problem).toBe('second-factor-required')
  expect((await enter(email, 'aaaa-bbbb-cccc-dddd')).problem).toBe('second-factor-required')
  expect((await client.get<Account>('/v1/me')).body.secondFactor).toEqual({ enabled: true, recoveryCodesLeft: 9 })
  // A wrong password tells nothing about the second factor.
  const wrong = await application.client().post('/v1/session', { email, password: 'wrong', code: codes[1] })
  expect(wrong.body.code).toBe('sign-in-refused')
  // A proof asks for both.
  expect((await client.post('/v1/me/proof', { password })).body.code).toBe('proof-refused')
  const proven = await client.post('/v1/me/proof', { password, code: codes[2] })
  client.cookie = proven.headers.getSetCookie()[0]?.split(';')[0]
  expect((await client.request('DELETE', '/v1/me/second-factor')).status).toBe(204)
  expect((await enter(email)).status).toBe(200)
})

test('the secret of a second factor is readable neither in the database nor in the audit log', async () => {
  const client = await application.signIn('Harbour', 'viewer')
  const email = await emailOf(client)
  const { totp, codes } = await setUpSecondFactor(client)
  const [row] = await application.database.query<{ row: string }>(
    'select app_user::text as row from app_user where email = $1',
    [email],
  )
  const events = JSON.stringify(await listAudit(application.database, systemScope, { limit: 5 }))
  expect(events).toContain('secondFactor.enabled')
  for (const text of [row?.row ?? '', events]) {
    expect(text).not.toContain(Buffer.from(totp.secret.bytes).toString('hex'))
    expect(text).not.toContain(totp.secret.base32)
    for (const code of codes) expect(text).not.toContain(code)
  }
})

test('a first code that is wrong confirms nothing', async () => {
  const client = await application.signIn('Harbour', 'viewer')
  const confirm = () => client.post('/v1/me/second-factor/confirm', { code: '000000' })
  expect((await confirm()).body.code).toBe('second-factor-not-begun')
  await client.post('/v1/me/second-factor', {})
  expect((await confirm()).body.code).toBe('code-refused')
  expect((await client.get<Account>('/v1/me')).body.secondFactor.enabled).toBe(false)
  expect((await enter(await emailOf(client))).status).toBe(200)
})

test('where no provider is set up, only passwords are offered', async () => {
  const stranger = application.client()
  const { body } = await stranger.get<SignInMethods>('/v1/session/methods')
  expect(body).toEqual({ password: true, openIdConnect: null })
  expect((await stranger.get('/v1/session/oidc')).status).toBe(404)
})
