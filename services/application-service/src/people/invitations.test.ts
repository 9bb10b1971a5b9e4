import { listAudit, listUsers, systemScope } from '@stellacontrol/database'
import type { DeviceList, Invitation, Session } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { type SmtpServer, startSmtp } from '@stellacontrol/test-servers/smtp'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attemptsPerAccount, forgetAttempts } from '../session/sign-in-attempts.ts'
import {
  harbourSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let smtp: SmtpServer
let application: TestApplication
let administrator: TestClient
let ids: Record<string, number>
const chosen = 'lighthouse keepers whistle'

beforeAll(async () => {
  smtp = await startSmtp()
  application = await startTestApplication({
    STELLA_SMTP_URL: smtp.url,
    STELLA_MAIL_FROM: 'StellaControl <stella@example.com>',
    STELLA_PUBLIC_URL: 'http://stella.example',
  })
  await waitUntilReady(application.url)
  administrator = await application.signIn('StellaControl', 'administrator')
  const rows = await application.database.query<{ id: number; name: string }>('select id, name from organisation')
  ids = Object.fromEntries(rows.map(({ id, name }) => [name, id]))
})
afterAll(async () => {
  await application.stop()
  await smtp.stop()
})

const invite = (email: string, organisation = 'Harbour', role = 'viewer') =>
  administrator.post<Invitation & { link: string | null }>('/v1/invitations', {
    ...{ email, organisationId: ids[organisation], role },
  })

/** Quoted-printable, as far as these mails need it. */
const decoded = (source = '') => source.replace(/=\r\n/g, '').replace(/=3D/g, '=')

/** The token in the newest mail to somebody. */
async function tokenSentTo(email: string): Promise<string> {
  const newest = () => smtp.mails.findLast(({ recipients }) => recipients.includes(email))
  await waitFor(() => newest() !== undefined, { what: `a mail to ${email}`, deadlineMs: 10_000 })
  return /token=([\w-]{43})/.exec(decoded(newest()?.source))?.[1] ?? ''
}

/** Makes the next mail of the same person the newest. */
const forget = (email: string) => {
  const mails = smtp.mails as unknown as { recipients: string[] }[]
  for (const mail of mails) if (mail.recipients.includes(email)) mail.recipients = []
}

const accept = (token: string, body: object = { name: 'New Person', password: chosen }) =>
  application.client().post('/v1/invitations/accept', { token, ...body })

test('somebody who is invited gets a mail, joins with its link and sees what their role lets them', async () => {
  const created = await invite('Ada@Example.com')
  expect(created).toMatchObject({ status: 201, body: { email: 'ada@example.com', role: 'viewer', link: null } })
  const token = await tokenSentTo('ada@example.com')
  const mail = smtp.mails.find(({ recipients }) => recipients.includes('ada@example.com'))
  expect(mail?.source).toMatch(/^From: StellaControl <stella@example.com>/m)
  expect(decoded(mail?.source)).toContain(`http://stella.example/invitation?token=${token}`)
  expect((await application.client().post('/v1/invitations/preview', { token })).body).toEqual({
    ...{ email: 'ada@example.com', organisation: 'Harbour', role: 'viewer', hasAccount: false },
  })
  expect((await accept(token, { password: chosen })).body.code).toBe('request-invalid')
  expect((await accept(token, { name: 'Ada', password: 'Password2026!' })).body.code).toBe('password-too-common')
  expect((await accept(token, { name: 'Ada', password: 'short' })).body.code).toBe('request-invalid')
  expect((await accept(token, { name: 'Ada', password: chosen })).status).toBe(204)
  const ada = application.client()
  expect((await ada.signIn('ada@example.com', chosen)).status).toBe(200)
  expect((await ada.get<DeviceList>('/v1/devices')).body.total).toBe(harbourSerials.length)
  expect((await ada.get('/v1/people')).body.code).toBe('forbidden')
  const events = await listAudit(application.database, systemScope, { limit: 10, organisationId: ids.Harbour })
  expect(events.map(({ action, actor }) => [action, actor])).toEqual([
    ['user.joined', 'ada@example.com'],
    ['user.invited', expect.stringContaining('@stellacontrol.example')],
  ])
  expect(JSON.stringify(events)).not.toContain(token)
})

test('a link that was used, revoked, replaced, forged or is over opens nothing', async () => {
  const refused = { status: 404, body: { code: 'link-invalid' } }
  await invite('bob@example.com')
  const first = await tokenSentTo('bob@example.com')
  forget('bob@example.com')
  const { body: second } = await invite('bob@example.com')
  const replacing = await tokenSentTo('bob@example.com')
  expect(await accept(first)).toMatchObject(refused)
  expect(await accept(`${replacing.slice(0, -1)}${replacing.endsWith('A') ? 'B' : 'A'}`)).toMatchObject(refused)
  const remove = await administrator.request('DELETE', `/v1/invitations/${second.id}`)
  expect(remove.status).toBe(204)
  expect((await administrator.request('DELETE', `/v1/invitations/${second.id}`)).body.code).toBe('invitation-not-found')
  expect(await accept(replacing)).toMatchObject(refused)
  await invite('bob@example.com')
  forget('bob@example.com')
  await invite('bob@example.com')
  const expired = await tokenSentTo('bob@example.com')
  await application.database.execute(
    `update invitation set expires_at = now() where email = 'bob@example.com' and revoked_at is null`,
  )
  expect(await application.client().post('/v1/invitations/preview', { token: expired })).toMatchObject(refused)
  expect(await accept(expired)).toMatchObject(refused)
  expect((await listUsers(application.database, systemScope)).map(({ email }) => email)).not.toContain(
    'bob@example.com',
  )
})

test('of two invitations of one person at once the later link is good', async () => {
  const answers = await Promise.all([invite('twice@example.com'), invite('twice@example.com', 'Harbour', 'operator')])
  expect(answers.map(({ status }) => status)).toEqual([201, 201])
  const { items } = (await administrator.get<{ items: Invitation[] }>('/v1/invitations')).body
  expect(items.filter(({ email }) => email === 'twice@example.com')).toHaveLength(1)
})

test('of two acceptances at once one wins', async () => {
  await invite('two@example.com')
  const token = await tokenSentTo('two@example.com')
  const answers = await Promise.all([accept(token), accept(token), accept(token)])
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404])
  expect(
    (await listUsers(application.database, systemScope)).filter(({ email }) => email === 'two@example.com'),
  ).toHaveLength(1)
})

test('an account accepts with its own password, and has one more role', async () => {
  await invite('three@example.com')
  expect((await accept(await tokenSentTo('three@example.com'))).status).toBe(204)
  forget('three@example.com')
  expect((await invite('three@example.com')).body).toMatchObject({ code: 'already-member' })
  await invite('three@example.com', 'Meadow', 'operator')
  const token = await tokenSentTo('three@example.com')
  const { body: preview } = await application.client().post<object>('/v1/invitations/preview', { token })
  expect(preview).toMatchObject({ organisation: 'Meadow', hasAccount: true })
  expect((await accept(token, { password: 'not their password' })).body.code).toBe('sign-in-refused')
  expect((await accept(token, { password: chosen })).status).toBe(204)
  const client = application.client()
  await client.signIn('three@example.com', chosen)
  const { memberships } = (await client.get<Session>('/v1/session')).body
  expect(memberships.map(({ organisation, role }) => [organisation.name, role])).toEqual([
    ['Harbour', 'viewer'],
    ['Meadow', 'operator'],
  ])
})

test('an account with a second factor accepts with its code too, once, and guessing at it is throttled', async () => {
  await invite('five@example.com')
  await accept(await tokenSentTo('five@example.com'))
  forget('five@example.com')
  const five = application.client()
  await five.signIn('five@example.com', chosen)
  const { secret } = (await five.post<{ secret: string }>('/v1/me/second-factor', {})).body
  const { codes } = (
    await five.post<{ codes: string[] }>('/v1/me/second-factor/confirm', { code: new TOTP({ secret }).generate() })
  ).body
  await invite('five@example.com', 'Meadow', 'operator')
  const token = await tokenSentTo('five@example.com')
  const refused = { status: 401, body: { code: 'second-factor-required' } }
  expect(await accept(token, { password: chosen })).toMatchObject(refused)
  expect(await accept(token, { password: chosen, code: '000000' })).toMatchObject(refused)
  expect((await accept(token, { password: 'wrong', code: codes[0] })).body.code).toBe('sign-in-refused')
  expect((await five.get<Session>('/v1/session')).body.memberships).toHaveLength(1)
  for (let guess = 3; guess < attemptsPerAccount; guess += 1) {
    expect(await accept(token, { password: chosen, code: String(100_000 + guess) })).toMatchObject(refused)
  }
  expect((await accept(token, { password: chosen, code: codes[0] })).body.code).toBe('too-many-attempts')
  await forgetAttempts(application.redis, { email: 'five@example.com', address: '', browser: undefined })
  expect((await accept(token, { password: chosen, code: codes[0] })).status).toBe(204)
  const again = await application
    .client()
    .post('/v1/session', { email: 'five@example.com', password: chosen, code: codes[0] })
  expect(again.body.code).toBe('second-factor-required')
})

test('a forgotten password is replaced by a link that works once, and nobody learns who has an account', async () => {
  await invite('four@example.com')
  await accept(await tokenSentTo('four@example.com'))
  forget('four@example.com')
  const client = application.client()
  const unknown = await client.post('/v1/password-resets', { email: 'nobody@example.com' })
  const known = await client.post('/v1/password-resets', { email: 'four@example.com' })
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body])
  expect(known.status).toBe(202)
  const token = await tokenSentTo('four@example.com')
  const complete = (password: string) => client.post('/v1/password-resets/complete', { token, password })
  expect((await complete('qwertyuiop12')).body.code).toBe('password-too-common')
  const password = 'Ångström café ﬁne naïve'
  const signedIn = application.client()
  await signedIn.signIn('four@example.com', chosen)
  expect((await signedIn.get('/v1/session')).status).toBe(200)
  const answers = await Promise.all([complete(password), complete(password)])
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 404])
  expect((await signedIn.get('/v1/session')).status).toBe(401)
  expect((await client.signIn('four@example.com', chosen)).status).toBe(401)
  // Typed on another keyboard: other code points, the same characters.
  expect((await client.signIn('four@example.com', password.normalize('NFKD'))).status).toBe(200)
  expect(smtp.mails.flatMap(({ recipients }) => recipients)).not.toContain('nobody@example.com')
  const hashes = await application.database.query<{ hash: string }>(
    `select password_hash as hash from app_user where email = 'four@example.com'`,
  )
  expect(hashes[0]?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('links about one address are throttled', async () => {
  const client = application.client()
  const ask = () => client.post('/v1/password-resets', { email: 'eager@example.com' })
  for (let asked = 0; asked < 5; asked += 1) expect((await ask()).status).toBe(202)
  const refused = await ask()
  expect(refused.body.code).toBe('too-many-links')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a mail that the server does not take now is sent later; one that it never takes is given up', async () => {
  smtp.isBusy = true
  await invite('later@example.com')
  const outbox = async (email: string) => {
    const { body } = await administrator.get<{
      items: { recipient: string; state: string; text: string; failure: string | null }[]
    }>('/v1/outbox')
    return body.items.find(({ recipient }) => recipient === email)
  }
  await waitFor(async () => (await outbox('later@example.com'))?.failure?.includes('busy') === true, {
    what: 'the first attempt',
  })
  smtp.isBusy = false
  await application.database.execute(`update mail_outbox set next_attempt_at = now() where sent_at is null`)
  await invite('wakes-the-sender@example.com')
  expect(await tokenSentTo('later@example.com')).not.toBe('')
  await waitFor(async () => (await outbox('later@example.com'))?.state === 'sent', {
    what: 'the mail to be noted as sent',
  })
  expect((await outbox('later@example.com'))?.text).toBe('')
  smtp.unknownRecipients.add('wrong@example.com')
  await invite('wrong@example.com')
  await waitFor(async () => (await outbox('wrong@example.com'))?.state === 'failed', {
    what: 'the mail to be given up',
  })
  const metrics = (await administrator.get<string>('/metrics')).body
  expect(metrics).toMatch(/stella_mails_total\{outcome="retry",.*\} 1/)
  expect(metrics).toMatch(/stella_mails_total\{outcome="failed",.*\} 1/)
  const [kept] = await application.database.query<{ text: string }>(
    `select coalesce(string_agg(text || html, ''), '') as text from mail_outbox where sent_at is not null or failed_at is not null`,
  )
  expect(kept?.text).toBe('')
})
