import { hash } from '@node-rs/argon2'
import { type Session, sessionSchema } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { password, startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import { LiveClient } from '../testing/test-client.ts'
import { hashToken, lifeLeftMs, sessionAbsoluteMs, sessionIdleMs } from './sessions.ts'
import { attemptsPerAccount, attemptsPerAddress, countAddress } from './sign-in-attempts.ts'

let application: TestApplication

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
})
afterAll(() => application.stop())

test('no route under /v1 answers without a session, except those of people who have none yet', async () => {
  const stranger = application.client()
  const routes = application.server.routes.entries.filter(({ url }) => url.startsWith('/v1'))
  const open = new Set<string>()
  for (const { method, url } of routes) {
    const path = url.replace(':serial', 'HA-0001').replace(':id', '1').replace('*', 'x')
    const answer = await stranger.request(method, path)
    if (answer.status !== 401) open.add(`${method} ${url}`)
    else if (method !== 'HEAD') expect(answer.body.code).toBe('not-signed-in')
  }
  // Whoever adds to this list has thought about what strangers may do with it.
  const frozen = [
    'GET /v1/session/methods',
    'GET /v1/session/oidc',
    'GET /v1/session/oidc/callback',
    'HEAD /v1/session/methods',
    'POST /v1/invitations/accept',
    'POST /v1/invitations/preview',
    'POST /v1/password-resets',
    'POST /v1/password-resets/complete',
    'POST /v1/session',
    // Whoever signs with the token of the gateway for text messages.
    'POST /v1/sms/status',
  ]
  expect([...open].sort()).toEqual(frozen)
  const declared = application.server.routes.entries.filter(({ url, isPublic }) => url.startsWith('/v1') && isPublic)
  expect(declared.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(frozen)
  expect(routes.length).toBeGreaterThan(12)
  const outside = application.server.routes.entries.filter(
    ({ method, url }) => method === 'GET' && !url.startsWith('/v1'),
  )
  expect(outside.map(({ url }) => url).filter((url) => !url.startsWith('/*'))).toEqual([
    ...['/openapi.json', '/healthz', '/readyz', '/metrics'],
  ])
  const live = new LiveClient(application.url, undefined)
  await waitFor(() => live.refused === 401)
  const forged = application.client()
  forged.cookie = `stella_session=${'A'.repeat(43)}`
  expect((await forged.get('/v1/devices')).status).toBe(401)
})

test('signing in sets a cookie that scripts cannot read and tells who came in', async () => {
  const signedIn = await application.signIn('Harbour', 'viewer')
  const { body } = await signedIn.get<Session>('/v1/session')
  expect(sessionSchema.parse(body)).toEqual(body)
  expect(body.user).toMatchObject({ role: 'viewer', organisation: { name: 'Harbour' } })
  expect(Date.parse(body.expiresAt) - Date.now()).toBeGreaterThan(sessionIdleMs - 60_000)
  const again = await application.client().signIn(body.user.email.toUpperCase(), password)
  const [cookie] = again.headers.getSetCookie()
  expect(cookie).toMatch(/^stella_session=[\w-]{43}; .*HttpOnly; SameSite=Lax$/)
  expect(cookie).not.toContain('Secure')
})

test('where people come by https, the cookie is Secure and HSTS is on', async () => {
  const { url, service } = await application.startAnother({ STELLA_PUBLIC_URL: 'https://stella.example' })
  await waitUntilReady(url)
  const { user } = (await (await application.signIn()).get<Session>('/v1/session')).body
  const response = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://stella.example' },
    body: JSON.stringify({ email: user.email, password }),
  })
  expect(response.status).toBe(200)
  const cookies = response.headers.getSetCookie()
  expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['__Host-stella_session', '__Host-stella_browser'])
  for (const cookie of cookies) expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  // The cookie of this name that a page without TLS could set counts for nothing.
  const token = cookies[0]?.split(';')[0]?.replace('__Host-', '') as string
  expect((await fetch(`${url}/v1/session`, { headers: { cookie: token } })).status).toBe(401)
  expect(response.headers.get('strict-transport-security')).toContain('max-age=')
  await service[Symbol.asyncDispose]()
})

test('the token itself is stored nowhere, only its hash', async () => {
  const signedIn = await application.signIn()
  const token = signedIn.cookie?.split('=')[1] as string
  const { state, keys } = application.redis
  expect(await state.command(undefined, ['EXISTS', keys.session(hashToken(token))])).toBe(1)
  const stored = String(await state.command(undefined, ['GET', keys.session(hashToken(token))]))
  expect(stored).not.toContain(token)
  expect(await state.command(undefined, ['KEYS', `*${token}*`])).toEqual([])
})

test('signing out ends the session everywhere and closes its live connections, on every instance at once', async () => {
  const signedIn = await application.signIn()
  const live = await signedIn.openLive()
  const other = await application.startAnother()
  await waitUntilReady(other.url)
  const elsewhere = new LiveClient(other.url, signedIn.cookie)
  await elsewhere.opened()
  expect((await signedIn.request('DELETE', '/v1/session')).status).toBe(204)
  expect((await signedIn.get('/v1/session')).status).toBe(401)
  await waitFor(() => live.closed)
  expect(live.closed?.code).toBe(1008)
  // Well before the next heartbeat, which would notice too.
  await waitFor(() => elsewhere.closed, { what: 'the end at the other instance', deadlineMs: 5_000 })
  expect(elsewhere.closed?.code).toBe(1008)
  await other.service[Symbol.asyncDispose]()
})

test('a token from before signing in is worth nothing afterwards, and each sign-in has its own', async () => {
  const signedIn = await application.signIn()
  const { user } = (await signedIn.get<Session>('/v1/session')).body
  const before = signedIn.cookie
  const planted = application.client()
  planted.cookie = `stella_session=${'B'.repeat(43)}`
  const fresh = await planted.signIn(user.email, password)
  expect(fresh.status).toBe(200)
  expect(planted.cookie).not.toContain('B'.repeat(43))
  await signedIn.signIn(user.email, password)
  expect(signedIn.cookie).not.toBe(before)
  const copy = application.client()
  copy.cookie = before
  expect((await copy.get('/v1/session')).status).toBe(401)
})

test("a hash with other parameters than OWASP's is made anew when its person signs in", async () => {
  const { user } = (await (await application.signIn()).get<Session>('/v1/session')).body
  const read = () =>
    application.database.query<{ hash: string; isNow: boolean }>(
      `select password_hash as hash, last_sign_in_at > now() - interval '1 minute' as "isNow" from app_user where id = $1`,
      [user.id],
    )
  const [stored] = await read()
  expect(stored?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(stored?.isNow).toBe(true)
  expect((await application.client().signIn(user.email, password)).status).toBe(200)
  expect((await read())[0]?.hash).toBe(stored?.hash)
})

test('sign-ins at the same time do not disturb each other, also while the hash is made anew', async () => {
  const { user } = (await (await application.signIn()).get<Session>('/v1/session')).body
  const cheapHash = await hash(password, { memoryCost: 1024, timeCost: 1 })
  await application.database.execute('update app_user set password_hash = $2 where id = $1', [user.id, cheapHash])
  const entries = await Promise.all([1, 2, 3, 4].map(() => application.client().signIn(user.email, password)))
  expect(entries.map(({ status }) => status)).toEqual([200, 200, 200, 200])
})

test('who guesses at an account cannot lock its person out of the browser they use', async () => {
  const known = await application.signIn()
  const { user } = (await known.get<Session>('/v1/session')).body
  const answer = await application.client().signIn(user.email, password)
  const [mark] = answer.headers.getSetCookie().filter((cookie) => cookie.startsWith('stella_browser='))
  const browser = { cookie: mark?.split(';')[0] as string }
  const attempt = (headers: Record<string, string>) =>
    application.client().post('/v1/session', { email: user.email, password: 'guess' }, headers)
  for (let turn = 0; turn < attemptsPerAccount; turn++) await attempt({})
  expect((await attempt({})).status).toBe(429)
  expect((await attempt({ cookie: `${browser.cookie}x` })).status).toBe(429)
  expect((await application.client().post('/v1/session', { email: user.email, password }, browser)).status).toBe(200)
  // A stolen mark is no way around: it has its own limit.
  for (let turn = 0; turn < attemptsPerAccount; turn++) await attempt(browser)
  expect((await attempt(browser)).status).toBe(429)
})

test('a wrong password and an unknown address get the same answer after about the same time', async () => {
  const { user } = (await (await application.signIn()).get<Session>('/v1/session')).body
  // The stored hash of this account has the parameters of production, like the hash that stands in for unknown ones.
  await application.database.execute('update app_user set password_hash = $2 where id = $1', [
    user.id,
    '$argon2id$v=19$m=19456,t=2,p=1$4raJRdLYs2cWruZzB2uLBQ$vWyH6oNSZEpkgMKRGR6Wltmt4QIOdtyAt6xZ7WP9QVo',
  ])
  const attempt = async (email: string) => {
    const startedAt = performance.now()
    const { status, body } = await application.client().post('/v1/session', { email, password: 'wrong' })
    return { status, body, durationMs: performance.now() - startedAt }
  }
  // Taken in turn, and the quickest of each compared: this machine has more to do than this test.
  const wrong: Awaited<ReturnType<typeof attempt>>[] = []
  const unknown: typeof wrong = []
  for (let turn = 0; turn < attemptsPerAccount - 1; turn++) {
    wrong.push(await attempt(user.email))
    unknown.push(await attempt('nobody@nowhere.example'))
  }
  expect(unknown[0]?.status).toBe(401)
  expect(unknown[0]?.body).toEqual(wrong[0]?.body)
  const quickest = (attempts: typeof wrong) => Math.min(...attempts.map(({ durationMs }) => durationMs))
  expect(quickest(unknown)).toBeGreaterThan(quickest(wrong) / 2)
})

test('too many attempts on an account are refused for a while, the right password too, and others are not touched', async () => {
  const { user } = (await (await application.signIn()).get<Session>('/v1/session')).body
  const attempts = Array.from({ length: attemptsPerAccount + 4 }, () =>
    application.client().post('/v1/session', { email: user.email, password: 'guess' }),
  )
  const answers = await Promise.all(attempts)
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(attemptsPerAccount)
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(4)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
  const right = await application.client().post('/v1/session', { email: user.email, password })
  expect(right.body.code).toBe('too-many-attempts')
  await application.signIn()
})

test('a request that a page of another origin sends is refused, also at the live connection', async () => {
  const signedIn = await application.signIn()
  const { host } = new URL(application.url)
  const signOut = (origin: string) => signedIn.request('DELETE', '/v1/session', { headers: { origin } })
  for (const origin of ['https://evil.example', `http://${host}.evil.example`, 'null', 'http://127.0.0.1']) {
    expect((await signOut(origin)).body.code).toBe('origin-refused')
    const live = new LiveClient(application.url, signedIn.cookie, { origin })
    await waitFor(() => live.refused === 403)
  }
  const live = new LiveClient(application.url, signedIn.cookie, { origin: `http://${host}` })
  await live.opened()
  live.close()
  expect((await signOut(`http://${host}`)).status).toBe(204)
})

test('a disabled account cannot sign in, and its open sessions end', async () => {
  const signedIn = await application.signIn('Meadow')
  const { user } = (await signedIn.get<Session>('/v1/session')).body
  await application.database.execute('update app_user set disabled_at = now() where id = $1', [user.id])
  const refused = await application.client().post('/v1/session', { email: user.email, password })
  expect(refused.body.code).toBe('sign-in-refused')
  // A second instance has not seen the account before: it looks at once, and the next request finds the session ended.
  const { url, service } = await application.startAnother()
  await waitUntilReady(url)
  const cookie = signedIn.cookie as string
  await waitFor(async () => (await fetch(`${url}/v1/session`, { headers: { cookie } })).status === 401)
  expect((await signedIn.get('/v1/session')).status).toBe(401)
  await service[Symbol.asyncDispose]()
})

// Last of those that sign in: nobody does from this address any more.
test('whoever tries many accounts from one address is refused too, before any password is looked at', async () => {
  const attempts = Array.from({ length: attemptsPerAddress }, () => countAddress(application.redis, '127.0.0.1'))
  await Promise.allSettled(attempts)
  const fresh = await application.client().post('/v1/session', { email: 'nobody-yet@example.com', password: 'guess' })
  expect(fresh.body.code).toBe('too-many-attempts')
  expect(Number(fresh.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a session lives 12 hours without use and at most 7 days', () => {
  expect(lifeLeftMs(0, 1000)).toBe(sessionIdleMs)
  expect(lifeLeftMs(0, sessionAbsoluteMs - 5)).toBe(5)
  expect(lifeLeftMs(0, sessionAbsoluteMs + 1)).toBe(0)
})
