import type { AuditEventView, DeviceList, ImportReport, RegistryDeviceView, SiteView } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { type SmtpServer, startSmtp } from '@stellacontrol/test-servers/smtp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseMail } from '../testing/parse-mail.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'
import { expectedOf, naughtyStrings } from './naughty-strings.ts'

/** What was stored comes back unharmed wherever it is shown: lists, search, files, the audit log, live messages, mails. */
const accepted = (every: number) => [
  ...new Set(naughtyStrings(120, every).flatMap((text) => expectedOf(text, { kind: 'line', longest: 120 }) ?? [])),
]
const names = accepted(3)
const serialOf = (index: number) => `NAUGHTY-${String(index).padStart(3, '0')}`
const isTag = (text: string) => expectedOf(text, { kind: 'tag', longest: 40 }) !== undefined
const notesOf = (text: string) => `${text}\r\n\t${text}\n`

let smtp: SmtpServer
let application: TestApplication
let maker: TestClient
let harbour: TestClient
let harbourId: number

const send = <Body>(client: TestClient, method: string, path: string, body: unknown) =>
  client.request<Body>(method, path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

beforeAll(async () => {
  smtp = await startSmtp()
  application = await startTestApplication({
    STELLA_SMTP_URL: smtp.url,
    STELLA_MAIL_FROM: 'StellaControl <stella@example.com>',
    STELLA_PUBLIC_URL: 'http://stella.example',
  })
  await waitUntilReady(application.url)
  maker = await application.signIn('StellaControl', 'administrator')
  harbour = await application.signIn('Harbour', 'administrator')
  const rows = await application.database.query<{ id: number }>(`select id from organisation where name = 'Harbour'`)
  harbourId = rows[0]?.id ?? 0
  for (const [index, name] of names.entries()) {
    const device = { serial: serialOf(index), model: 'iR5', organisationId: harbourId, name }
    expect((await maker.post('/v1/registry/devices', device)).status).toBe(200)
    const site = { organisationId: harbourId, name, timeZone: 'UTC', address: name }
    const { id: siteId } = (await send<SiteView>(harbour, 'POST', '/v1/sites', site)).body
    const change = { siteId, location: name, notes: notesOf(name), tags: isTag(name) ? [name, 'plain'] : [] }
    expect((await send(harbour, 'PATCH', `/v1/registry/devices/${serialOf(index)}`, change)).status, name).toBe(200)
  }
}, 60_000)
afterAll(async () => {
  await application.stop()
  await smtp.stop()
})

test('one by one, in the list and in the list of sites', async () => {
  const sites = (await harbour.get<{ items: SiteView[] }>('/v1/sites?limit=500')).body.items
  const listed = new Map(
    (await harbour.get<DeviceList>('/v1/devices?limit=500')).body.items.map((one) => [one.serial, one]),
  )
  for (const [index, text] of names.entries()) {
    const { body } = await harbour.get<RegistryDeviceView>(`/v1/registry/devices/${serialOf(index)}`)
    const tags = isTag(text) ? [text, 'plain'] : []
    expect(body).toMatchObject({ name: text, location: text, notes: notesOf(text), tags })
    expect(body.site?.name).toBe(text)
    expect(listed.get(serialOf(index)), JSON.stringify(text)).toMatchObject({ name: text, tags, site: { name: text } })
    expect(sites.find(({ name }) => name === text)?.address).toBe(text)
  }
})

test('by search', async () => {
  for (const [index, text] of names.entries()) {
    if (index % 3 !== 0) continue
    const asked = [...text].slice(0, 100).join('')
    const { body } = await harbour.get<DeviceList>(`/v1/devices?limit=500&search=${encodeURIComponent(asked)}`)
    expect(
      body.items.map(({ serial }) => serial),
      JSON.stringify(text),
    ).toContain(serialOf(index))
  }
})

test('in the file of devices, which runs nothing in a spreadsheet and comes back with no change', async () => {
  const csv = (await harbour.get<string>(`/v1/registry/export.csv?organisation=${harbourId}`)).body
  expect(csv).not.toMatch(/(?:^|,|\r\n)"?[=+@＝＋－＠-]/)
  const back = await harbour.request<ImportReport>(
    'POST',
    `/v1/registry/import?organisation=${harbourId}&dryRun=false`,
    { headers: { 'content-type': 'text/csv' }, body: csv },
  )
  expect(back.body.problems).toEqual([])
  expect(back.body).toMatchObject({ changed: 0, added: 0, unchanged: names.length + 30 })
})

test('in the audit log and its file', async () => {
  const events: AuditEventView[] = []
  for (let cursor = ''; ; ) {
    const path = `/v1/audit?limit=500&action=site.created${cursor}`
    const { body } = await harbour.get<{ items: AuditEventView[]; nextCursor: string | null }>(path)
    events.push(...body.items)
    if (body.nextCursor === null) break
    cursor = `&cursor=${body.nextCursor}`
  }
  expect(new Set(events.map(({ after }) => (after as SiteView).name))).toEqual(new Set(names))
  const csv = (await harbour.get<string>('/v1/audit.csv')).body
  for (const text of names) expect(csv).toContain(JSON.stringify(text).replaceAll('"', '""'))
})

test('in live messages', async () => {
  const live = await harbour.openLive()
  live.send({ type: 'watch', detail: 'summary', devices: names.map((_, index) => serialOf(index)) })
  const shown = () => new Map(live.of('summary').flatMap((message) => message.devices.map((one) => [one.serial, one])))
  await waitFor(() => shown().size === names.length, { what: 'a summary of every device' })
  for (const [index, text] of names.entries()) expect(shown().get(serialOf(index))?.name).toBe(text)
  live.close()
})

const unescapeHtml = (html: string) => html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }

test('in mails: subject, text and HTML, and no further header or recipient', { timeout: 60_000 }, async () => {
  const texts = accepted(12)
  for (const [index, name] of texts.entries()) {
    expect((await send(maker, 'PATCH', `/v1/organisations/${harbourId}`, { name })).status, name).toBe(200)
    const email = `naughty${index}@example.com`
    const invited = await maker.post('/v1/invitations', { email, organisationId: harbourId, role: 'viewer' })
    expect(invited.status).toBe(201)
  }
  await waitFor(() => smtp.mails.length >= texts.length, { what: 'every mail', deadlineMs: 40_000 })
  for (const [index, name] of texts.entries()) {
    const mail = smtp.mails.find(({ recipients }) => recipients.includes(`naughty${index}@example.com`))
    const { headers, parts } = parseMail(mail?.source ?? '')
    const label = JSON.stringify(name)
    expect(mail?.recipients, label).toHaveLength(1)
    expect(headers.map(([header]) => header).toSorted(), label).toEqual(
      ['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'].toSorted(),
    )
    expect(headers.find(([header]) => header === 'subject')?.[1]).toBe(`Invitation to ${name} on StellaControl`)
    expect(parts['text/plain'], label).toContain(`join ${name} on StellaControl as viewer.\n`)
    expect(unescapeHtml(parts['text/html'] ?? ''), label).toContain(`join ${name} on StellaControl as viewer.</p>`)
    expect(
      parts['text/html']?.replace(/<\/?(?:html|head|meta|body|p|a)(?: [^<>]*)?>|<!doctype html>/g, ''),
      label,
    ).not.toMatch(/[<>]/)
  }
})

test('as a name that comes by an invitation, or with a claim', async () => {
  for (const [index, name] of accepted(400).entries()) {
    const email = `joins${index}@example.com`
    await maker.post('/v1/invitations', { email, organisationId: harbourId, role: 'viewer' })
    const mailTo = () => smtp.mails.find(({ recipients }) => recipients.includes(email))
    await waitFor(() => mailTo() !== undefined, { what: 'the mail', deadlineMs: 20_000 })
    const token = /token=([\w-]{43})/.exec(parseMail(mailTo()?.source ?? '').parts['text/plain'] ?? '')?.[1]
    const joined = application.client()
    const answer = await joined.post('/v1/invitations/accept', { token, name, password: 'lighthouse keepers whistle' })
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    const people = (await maker.get<{ items: { email: string; name: string }[] }>('/v1/people?limit=500')).body.items
    expect(people.find((person) => person.email === email)?.name).toBe(name)
  }
})
