import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { addNotice, readBundle } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventOf, madeAlert } from './testing/made-alerts.ts'
import { publish, serials, startTestNotifications, type TestNotifications } from './testing/test-notifications.ts'

/** What becomes of a message at a mail server that is busy or refuses, at a gateway for text messages, and in a storm. */
let servers: TestNotifications
const [serial = '', neighbour = ''] = serials

beforeAll(async () => {
  servers = await startTestNotifications()
})
afterAll(() => servers[Symbol.asyncDispose]())
beforeEach(async () => {
  servers.clock.aheadMs = 0
  Object.assign(servers.smtp, { isBusy: false, isBlocking: false, answerAfterMs: 0 })
  servers.smtp.wary.clear()
  servers.smtp.unknownRecipients.clear()
  for (const table of ['app_user', 'suppressed_address', 'mail_outbox']) {
    await servers.database.execute(`delete from ${table}`)
  }
})
afterEach(() => servers.stopAll())

const messageIdOf = (source: string | undefined) => /^Message-ID: (.*)$/im.exec(source ?? '')?.[1]
const textOf = (source: string | undefined) => (source ?? '').replaceAll('=\r\n', '')

async function raise(given: Parameters<typeof madeAlert>[0] = {}, on = serial) {
  const alert = madeAlert(given)
  await publish(eventOf('raised', on, alert))
  return alert
}

/** Waits until something waits for a person, and lets the time come when it goes. */
async function untilDue(userId: number): Promise<void> {
  await waitFor(async () => (await readBundle(servers.redis, String(userId))).fields.size > 0, { what: 'a bundle' })
  servers.clock.aheadMs += 40_000
}

async function mailsTo(email: string, count: number): Promise<string[]> {
  await waitFor(() => servers.mailsTo(email).length >= count, {
    what: `${count} mails to ${email}`,
    deadlineMs: 20_000,
  })
  return servers.mailsTo(email)
}

/** Lets the time of a further attempt come, whenever the one before ends. */
async function passTimeUntil(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const look = async () => {
    servers.clock.aheadMs += 20_000
    return holds()
  }
  await waitFor(look, { what, intervalMs: 500, deadlineMs: 20_000 })
}

const deliveries = (userId: number) =>
  servers.database.query<{ channel: string; outcome: string; failure: string | null }>(
    'select channel, outcome, failure from notification_delivery where user_id = $1 order by id',
    [userId],
  )

test('a mail server that is busy gets it later, with the same Message-ID, once', async () => {
  const person = await servers.addPerson('Northquay')
  await servers.start()
  servers.smtp.isBusy = true
  await raise()
  await untilDue(person.id)
  const name = String(person.id)
  const attempts = async () => {
    const { keys, state } = servers.redis
    const sending = keys.alertBundleSending(name)
    return Number(await state.command(sending, ['HGET', sending, 'attempts']))
  }
  await waitFor(async () => (await attempts()) >= 1, { what: 'the first attempt' })
  expect(servers.mailsTo(person.email)).toEqual([])
  servers.smtp.isBusy = false
  await passTimeUntil(() => servers.mailsTo(person.email).length > 0, 'the mail')
  const [mail] = servers.mailsTo(person.email)
  expect(messageIdOf(mail)).toMatch(/^<[0-9a-f-]{36}\.alerts@stella\.example>$/)
  await waitFor(async () => (await deliveries(person.id)).length === 1, { what: 'the delivery' })
  expect((await deliveries(person.id))[0]).toMatchObject({ channel: 'email', outcome: 'sent', failure: null })
  expect(servers.mailsTo(person.email)).toHaveLength(1)
})

test('a mail server that takes longer than the lease gets it once, also with two instances', async () => {
  const person = await servers.addPerson('Northquay')
  await Promise.all([servers.start(), servers.start()])
  // The tests' lease lasts 2 s.
  servers.smtp.answerAfterMs = 5_000
  await raise()
  await untilDue(person.id)
  await waitFor(async () => (await deliveries(person.id)).length === 1, { what: 'the delivery' })
  expect(servers.mailsTo(person.email)).toHaveLength(1)
})

test('what was handed over by an instance that died is recorded by the next, and not sent again', async () => {
  const person = await servers.addPerson('Northquay')
  const { keys, state } = servers.redis
  const [name, bundleId] = [String(person.id), randomUUID()]
  const record = {
    ...{ bundleId, userId: person.id, at: Date.now(), channel: 'email', recipient: person.email, subject: 'Hot' },
    ...{ alerts: 1, outcome: 'sent', failure: null },
  }
  const item = JSON.stringify({ kind: 'raised', ...eventOf('raised', serial, madeAlert()) })
  const fields = { id: bundleId, 'handed:email': JSON.stringify(record), 'i:1': item, count: '1', attempts: '1' }
  const sending = keys.alertBundleSending(name)
  await state.command(sending, ['HSET', sending, ...Object.entries(fields).flat()])
  await state.command(keys.alertsDue, ['ZADD', keys.alertsDue, '1', name])
  await servers.start()
  await waitFor(async () => (await state.command(sending, ['EXISTS', sending])) === 0, { what: 'the bundle to go' })
  expect(await deliveries(person.id)).toEqual([{ channel: 'email', outcome: 'sent', failure: null }])
  expect(servers.mailsTo(person.email)).toEqual([])
})

test('an address that is refused for good gets nothing more, an administrator hears of it, and a test tries again', async () => {
  const person = await servers.addPerson('Northquay', {})
  const administrator = await servers.addPerson('Northquay', { leastSeverity: 'critical' }, 'administrator')
  await servers.start()
  servers.smtp.unknownRecipients.add(person.email)
  await raise()
  await untilDue(person.id)
  const [notice] = await mailsTo(administrator.email, 1)
  expect(textOf(notice)).toContain(`Mails to ${person.email}`)
  servers.smtp.unknownRecipients.clear()
  await raise({}, neighbour)
  await untilDue(person.id)
  await waitFor(async () => (await deliveries(person.id)).length === 2, { what: 'the second delivery' })
  expect((await deliveries(person.id)).map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
  expect(servers.mailsTo(person.email)).toEqual([])
  const now = Date.now()
  const item = JSON.stringify({ kind: 'test' })
  await addNotice(servers.redis, { userId: person.id, name: 'test', item, dueAt: now, now })
  expect(textOf((await mailsTo(person.email, 1))[0])).toContain('this is how your alerts will reach you')
  await raise({}, serial)
  await untilDue(person.id)
  await mailsTo(person.email, 2)
})

test('a server that blocks us suppresses nobody: the mail goes later; a text that it refuses is given up, and told', async () => {
  const person = await servers.addPerson('Northquay')
  const administrator = await servers.addPerson('Northquay', { leastSeverity: 'critical' }, 'administrator')
  await servers.start()
  servers.smtp.isBlocking = true
  await raise()
  await untilDue(person.id)
  const { keys, state } = servers.redis
  const sending = keys.alertBundleSending(String(person.id))
  await waitFor(async () => (await state.command(sending, ['HGET', sending, 'waiting'])) === '1', {
    what: 'the refusal',
  })
  servers.smtp.isBlocking = false
  await passTimeUntil(() => servers.mailsTo(person.email).length > 0, 'the mail')
  expect(await servers.database.query('select from suppressed_address')).toEqual([])
  await waitFor(async () => (await deliveries(person.id)).length === 1, { what: 'the delivery' })

  servers.smtp.wary.add(person.email)
  await raise({}, neighbour)
  await untilDue(person.id)
  await waitFor(async () => (await deliveries(person.id)).length === 2, { what: 'the delivery that failed' })
  servers.smtp.wary.clear()
  expect((await deliveries(person.id))[1]).toMatchObject({ outcome: 'failed' })
  const [notice] = await mailsTo(administrator.email, 1)
  expect(textOf(notice)).toContain(`did not take a mail to ${person.email}`)
  await raise({}, serials[2])
  await untilDue(person.id)
  await mailsTo(person.email, 2)
})

test('whoever chose text messages alone has notices by mail, and what was not sent costs nothing of the day', async () => {
  await using gateway = await startGateway()
  const sms = { sms: true, phone: '+3225550100', email: false }
  const person = await servers.addPerson('Northquay', sms, 'administrator')
  await servers.start({ STELLA_SMS_URL: gateway.url, STELLA_SMS_FROM: 'Stella', STELLA_SMS_SEGMENTS_PER_DAY: '2' })
  gateway.statuses.push(503, 503, 503)
  await raise({ severity: 'critical' })
  await untilDue(person.id)
  await passTimeUntil(async () => (await deliveries(person.id)).length === 1, 'the delivery')
  expect((await deliveries(person.id))[0]).toMatchObject({ channel: 'sms', outcome: 'sent' })
  // The two parts of the day are used up now, by what was sent.
  await raise({ severity: 'critical' }, neighbour)
  await untilDue(person.id)
  await waitFor(async () => (await deliveries(person.id)).length === 2, { what: 'the second delivery' })
  expect((await deliveries(person.id))[1]).toMatchObject({ channel: 'sms', outcome: 'failed' })
  const now = Date.now()
  const item = JSON.stringify({ kind: 'notice', text: 'Mails to somebody are refused.' })
  await addNotice(servers.redis, { userId: person.id, name: 'refused:1', item, dueAt: now, now })
  expect(textOf((await mailsTo(person.email, 1))[0])).toContain('Mails to somebody are refused.')
})

test('without a mail server the outbox has each message once, also with two instances', async () => {
  const person = await servers.addPerson('Northquay')
  const without = { STELLA_SMTP_URL: '' }
  await Promise.all([servers.start(without), servers.start(without)])
  await raise({ severity: 'critical' })
  await untilDue(person.id)
  const rows = () =>
    servers.database.query<{ kind: string; recipient: string; subject: string; text: string }>(
      'select kind, recipient, subject, text from mail_outbox',
    )
  await waitFor(async () => (await rows()).length > 0, { what: 'the mail in the outbox' })
  await waitFor(async () => (await deliveries(person.id)).length === 1, { what: 'the delivery' })
  const [row, ...others] = await rows()
  expect(others).toEqual([])
  expect(row).toMatchObject({ kind: 'alerts', recipient: person.email })
  expect(row?.subject).toBe('Critical: Board temperature 76.4 °C, above 75 °C, Booster NOTE-00, Northquay Exchange')
  expect(row?.text).toContain('Where: Booster NOTE-00 (NOTE-00), Northquay Exchange')
  expect(row?.text).toContain('What to do: Check cooling and airflow.')
})

test('a text message goes to the gateway once it answers, with where to say what became of it', async () => {
  await using gateway = await startGateway()
  const person = await servers.addPerson('Northquay', { sms: true, phone: '+3225550100', email: false })
  await servers.start({ STELLA_SMS_URL: gateway.url, STELLA_SMS_FROM: 'Stella' })
  gateway.statuses.push(503)
  await raise({ severity: 'critical' })
  await raise({ severity: 'major', text: 'not worth a text message' }, neighbour)
  await untilDue(person.id)
  await waitFor(() => gateway.forms.length === 1, { what: 'the refused attempt' })
  await passTimeUntil(async () => (await deliveries(person.id)).length === 1, 'the delivery')
  expect((await deliveries(person.id))[0]).toMatchObject({ channel: 'sms', outcome: 'sent' })
  expect(gateway.forms).toHaveLength(2)
  const { authorization, form } = gateway.forms[1] as GatewayRequest
  expect(authorization).toBe(`Basic ${Buffer.from('account:token').toString('base64')}`)
  expect(Object.fromEntries(form)).toMatchObject({ To: '+3225550100', From: 'Stella' })
  expect(form.get('Body')).toMatch(
    /^StellaControl CRITICAL: Board temperature 76\.4 C, above 75 C\. Booster NOTE-00, Northquay Exchange, since \d\d:\d\d\. https:\/\/stella\.example\/alerts\?incident=[0-9a-f-]{36}$/,
  )
  expect(form.get('StatusCallback')).toMatch(/^https:\/\/stella\.example\/v1\/sms\/status\?delivery=[0-9a-f-]{36}$/)
})

test('what is more than the day’s cap waits, and the last message says so', async () => {
  const person = await servers.addPerson('Northquay', { dailyCap: 2 })
  await servers.start()
  for (const count of [1, 2]) {
    await raise({}, serials[count])
    await untilDue(person.id)
    await mailsTo(person.email, count)
  }
  expect(textOf(servers.mailsTo(person.email)[1])).toContain('This is the last of your 2 messages for today')
  await raise({}, serials[3])
  await untilDue(person.id)
  // What is critical passes: by then the other was looked at.
  await raise({ severity: 'critical', rule: 'fan-stopped', ruleName: 'Fan stopped', text: 'Fan stopped' }, serials[4])
  await untilDue(person.id)
  const [, , third] = await mailsTo(person.email, 3)
  expect(textOf(third)).toContain('Fan stopped')
})

test('ten thousand devices that go dark within a minute are one message to each person, and count right', async () => {
  const devices = 10_000
  const people = [await servers.addPerson('Northquay'), await servers.addPerson('StellaControl')]
  await servers.start()
  const text = 'No report for 1 h'
  for (let done = 0; done < devices; done += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        raise({ rule: 'device-offline', ruleName: 'Device offline', severity: 'critical', text }, serials[index % 15]),
      ),
    )
  }
  const countOf = async (userId: number) =>
    Number((await readBundle(servers.redis, String(userId))).fields.get('count') ?? 0)
  for (const { id } of people) {
    await waitFor(async () => (await countOf(id)) === devices, {
      what: 'every alert to be counted',
      deadlineMs: 60_000,
    })
    // What is kept one by one is bounded: the rest is counted.
    expect((await readBundle(servers.redis, String(id))).fields.size).toBeLessThan(1_000)
  }
  servers.clock.aheadMs = 240_000
  for (const { email } of people) {
    const [mail, ...others] = await mailsTo(email, 1)
    expect(others).toEqual([])
    expect(textOf(mail)).toContain('CRITICAL Device offline: 10,000 devices')
    expect(mail?.length).toBeLessThan(10_000)
  }
}, 120_000)

test('a full bundle counts what is over by the time it goes as over, and what is critical passes quiet hours', async () => {
  const everBut = { from: '00:00', to: '23:59', holdCritical: false }
  const person = await servers.addPerson('Northquay', { quietHours: everBut })
  await servers.start()
  const alerts = []
  for (let index = 0; index < 250; index++) alerts.push(await raise({ rule: 'fan-slow', ruleName: 'Fan slow' }))
  const countOf = async () => Number((await readBundle(servers.redis, String(person.id))).fields.get('count') ?? 0)
  await waitFor(async () => (await countOf()) === 250, { what: 'a full bundle' })
  for (const alert of alerts) {
    const over = { version: 2, state: 'cleared', clearedAt: new Date().toISOString() } as const
    await publish(eventOf('cleared', serial, alert, over))
  }
  await raise({ rule: 'fan-stopped', ruleName: 'Fan stopped', severity: 'critical', text: 'Fan stopped' })
  const { fields } = await waitFor(
    async () => {
      const bundle = await readBundle(servers.redis, String(person.id))
      return [...bundle.fields.keys()].some((field) => field.includes('fan-stopped')) ? bundle : undefined
    },
    { what: 'the critical one' },
  )
  expect([...fields.keys()].filter((field) => field.startsWith('more:')).sort()).toEqual([
    `more:cleared:${servers.siteId}|fan-slow|major`,
    `more:raised:${servers.siteId}|fan-stopped|critical`,
  ])
  servers.clock.aheadMs = 240_000
  const [mail] = await mailsTo(person.email, 1)
  expect(textOf(mail)).toContain('CRITICAL: Fan stopped on 1 device')
  expect(textOf(mail)).toContain('and 220 more')
}, 60_000)

interface GatewayRequest {
  authorization: string | undefined
  form: URLSearchParams
}

/** A gateway of Twilio's shape on loopback. It answers with the next of `statuses`, else 201. */
async function startGateway() {
  const forms: GatewayRequest[] = []
  const statuses: number[] = []
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      forms.push({
        authorization: request.headers.authorization,
        form: new URLSearchParams(Buffer.concat(parts).toString('utf8')),
      })
      response.writeHead(statuses.shift() ?? 201, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ sid: `SM${forms.length}`, status: 'queued' }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...{ url: `http://account:token@127.0.0.1:${port}/Messages.json`, forms, statuses },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
