import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createUser } from '@stellacontrol/database'
import type { Session, SignInMethods } from '@stellacontrol/protocol'
import type { RunningService } from '@stellacontrol/runtime'
import Provider, { type Configuration } from 'oidc-provider'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import { TestClient } from '../testing/test-client.ts'
import { ownPath } from './open-id-routes.ts'

let application: TestApplication
let instance: { url: string; service: RunningService }
let provider: Server
let issuer: string

/** People as the provider knows them; `email_verified` is what counts. */
const people: Record<string, { email: string; email_verified: boolean }> = {
  ada: { email: 'Ada@harbour.example', email_verified: true },
  unverified: { email: 'bob@harbour.example', email_verified: false },
  stranger: { email: 'nobody@elsewhere.example', email_verified: true },
  impostor: { email: 'ada@harbour.example', email_verified: true },
}
const client = { id: 'stella', secret: "a secret of the provider's client" }

beforeAll(async () => {
  application = await startTestApplication()
  provider = createServer()
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  instance = await application.startAnother({
    STELLA_OIDC_ISSUER: issuer,
    STELLA_OIDC_CLIENT_ID: client.id,
    STELLA_OIDC_CLIENT_SECRET: client.secret,
    STELLA_OIDC_NAME: 'Harbour Estates',
  })
  provider.on('request', new Provider(issuer, configurationFor(`${instance.url}/v1/session/oidc/callback`)).callback())
  await waitUntilReady(instance.url)
  const [harbour] = await application.database.query<{ id: number }>(
    `select id from organisation where name = 'Harbour'`,
  )
  const organisationId = harbour?.id ?? 0
  for (const email of ['ada@harbour.example', 'bob@harbour.example']) {
    const person = { organisationId, email, name: 'A Person', role: 'viewer' as const, passwordHash: 'none' }
    await createUser(application.database, person)
  }
  await application.database.execute('update app_user set password_hash = null')
})
afterAll(async () => {
  await instance.service[Symbol.asyncDispose]()
  provider.closeAllConnections()
  provider.close()
  await application.stop()
})

function configurationFor(redirectUri: string): Configuration {
  return {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    scopes: ['openid', 'email', 'profile'],
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    pkce: { required: () => true },
    cookies: { keys: ["a key for the provider's cookies"] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  }
}

/** A browser at the provider: follows it through its pages for signing in and consent, until it sends the person back to us. */
async function signInAtProvider(start: string, login: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next: { url: string; body?: URLSearchParams } = { url: start }
  for (let step = 0; step < 12; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(next.url, {
      method: next.body ? 'POST' : 'GET',
      body: next.body ?? null,
      headers: { cookie },
      redirect: 'manual',
    })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';')[0]?.split('=') ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location) {
      const url = new URL(location, next.url)
      if (url.origin !== issuer) return url.href
      next = { url: url.href }
      continue
    }
    const page = await response.text()
    const [, action] = /action="([^"]+)"/.exec(page) ?? []
    const [, prompt = ''] = /name="prompt" value="(\w+)"/.exec(page) ?? []
    if (action === undefined) throw new Error(`no form on ${next.url}: ${response.status} ${page.slice(0, 300)}`)
    next = { url: new URL(action, next.url).href, body: new URLSearchParams({ prompt, login, password: 'any' }) }
  }
  throw new Error('the provider never sent the person back')
}

/** A browser of ours that has pressed the button. */
async function begin(next?: string): Promise<{ browser: TestClient; location: string }> {
  const browser = new TestClient(instance.url)
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  const answer = await browser.get(`/v1/session/oidc${query}`)
  expect(answer.status).toBe(303)
  browser.cookie = answer.headers.getSetCookie()[0]?.split(';')[0]
  return { browser, location: answer.headers.get('location') ?? '' }
}

/** Comes back to us; `cookie` is that of the session if there is one. */
async function comeBack(browser: TestClient, url: string): Promise<string> {
  const { pathname, search } = new URL(url)
  const answer = await browser.get(pathname + search)
  expect(answer.status).toBe(303)
  const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('stella_session='))
  if (session !== undefined) browser.cookie = session.split(';')[0]
  return answer.headers.get('location') ?? ''
}

async function signInAs(login: string, next?: string): Promise<{ browser: TestClient; arrivedAt: string }> {
  const { browser, location } = await begin(next)
  return { browser, arrivedAt: await comeBack(browser, await signInAtProvider(location, login)) }
}

test('the page is told of the provider, and the browser is sent there with PKCE, state and nonce', async () => {
  const { body } = await new TestClient(instance.url).get<SignInMethods>('/v1/session/methods')
  expect(body.openIdConnect).toEqual({ name: 'Harbour Estates', url: '/v1/session/oidc' })
  const { location, browser } = await begin()
  const { origin, searchParams } = new URL(location)
  expect(origin).toBe(issuer)
  expect(searchParams.get('code_challenge_method')).toBe('S256')
  for (const name of ['code_challenge', 'state', 'nonce']) expect(searchParams.get(name)?.length).toBeGreaterThan(20)
  expect(searchParams.get('redirect_uri')).toBe(`${instance.url}/v1/session/oidc/callback`)
  expect(browser.cookie).toBe(`stella_openid=${searchParams.get('state')}`)
})

test("who has an account with the verified address comes in, and from then on by the provider's subject", async () => {
  const first = await signInAs('ada', '/devices/HA-0001?tab=charts')
  expect(first.arrivedAt).toBe('/devices/HA-0001?tab=charts')
  const { body } = await first.browser.get<Session>('/v1/session')
  expect(body.user).toMatchObject({ email: 'ada@harbour.example', organisation: { name: 'Harbour' } })
  // The address there changes; the subject is the same person. Somebody else who is given the old one is not.
  people.ada = { email: 'ada.married@harbour.example', email_verified: true }
  const second = await signInAs('ada')
  expect((await second.browser.get<Session>('/v1/session')).body.user.id).toBe(body.user.id)
  const impostor = await signInAs('impostor')
  expect(impostor.arrivedAt).toBe('/sign-in?problem=openid-no-account')
})

test('an address that is not verified, or that nobody here has, makes no account and no session', async () => {
  const count = () => application.database.query('select id from app_user')
  const before = await count()
  for (const login of ['unverified', 'stranger']) {
    const { browser, arrivedAt } = await signInAs(login)
    expect(arrivedAt).toBe('/sign-in?problem=openid-no-account')
    expect((await browser.get('/v1/session')).status).toBe(401)
  }
  expect(await count()).toEqual(before)
})

test('a way back works once, and only in the browser that began', async () => {
  const { browser, location } = await begin()
  const back = await signInAtProvider(location, 'ada')
  const { browser: thief } = await begin()
  expect(await comeBack(thief, back)).toBe('/sign-in?problem=openid-refused')
  expect(await comeBack(new TestClient(instance.url), back)).toBe('/sign-in?problem=openid-refused')
  const begun = browser.cookie
  expect(await comeBack(browser, back)).toBe('/')
  browser.cookie = begun
  expect(await comeBack(browser, back)).toBe('/sign-in?problem=openid-refused')
})

test('a way back of another issuer, or with an error, is refused', async () => {
  const foreign = await begin()
  const back = new URL(await signInAtProvider(foreign.location, 'ada'))
  back.searchParams.set('iss', 'https://evil.example')
  expect(await comeBack(foreign.browser, back.href)).toBe('/sign-in?problem=openid-refused')
  const { browser, location } = await begin()
  const state = new URL(location).searchParams.get('state')
  const denied = `${instance.url}/v1/session/oidc/callback?error=access_denied&state=${state}&iss=${issuer}`
  expect(await comeBack(browser, denied)).toBe('/sign-in?problem=openid-refused')
})

test('a disabled account does not come in by the provider either', async () => {
  const disable = (value: string) =>
    application.database.execute(`update app_user set disabled_at = ${value} where email = 'ada@harbour.example'`)
  await disable('now()')
  expect((await signInAs('ada')).arrivedAt).toBe('/sign-in?problem=openid-no-account')
  await disable('null')
})

test('an account without a password is asked for none, and no password is right', async () => {
  const stranger = new TestClient(instance.url)
  for (const password of ['none', 'null', ' ']) {
    const answer = await stranger.post('/v1/session', { email: 'ada@harbour.example', password })
    expect(answer.body.code).toBe('sign-in-refused')
  }
})

test('where people go on to is always a place of ours', () => {
  const foreign = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
    'javascript:x',
    '/..//evil.example',
    '/.//evil.example',
    '/x/../\\\\evil.example',
    '',
  ]
  for (const next of foreign) expect(ownPath(next)).toBe('/')
  expect(ownPath('/devices/X?a=1#b')).toBe('/devices/X?a=1#b')
  expect(ownPath('/%0d%0aset-cookie:x')).toBe('/%0d%0aset-cookie:x')
  expect(ownPath(undefined)).toBe('/')
})
