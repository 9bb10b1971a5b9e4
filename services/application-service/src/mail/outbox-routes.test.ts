import { addBundle, addMail } from '@stellacontrol/database'
import { type OutboxMailView, outboxSchema } from '@stellacontrol/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let maker: TestClient
type Outbox = { items: OutboxMailView[]; nextCursor: string | null }

const html = '<!doctype html><html><head><title>Mail</title></head><body><p style="color:red">Hello</p></body></html>'

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  maker = await application.signIn('StellaControl', 'administrator')
  const uselessAt = Date.now() + 3_600_000
  for (let index = 0; index < 7; index++) {
    const mail = { recipient: 'a@example.com', subject: `Mail ${index}`, text: 'Hello', html, uselessAt }
    const bundleId = `00000000-0000-4000-8000-00000000000${index}`
    if (index % 3 === 0) await addMail(application.database, mail)
    else await addBundle(application.database, { ...mail, kind: index % 3 === 1 ? 'alerts' : 'sms', bundleId })
  }
})
afterAll(() => application.stop())

test('is read page by page, newest first, and nothing that comes meanwhile moves it', async () => {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const { body }: { body: Outbox } = await maker.get(`/v1/outbox?limit=3${cursor ? `&cursor=${cursor}` : ''}`)
    expect(outboxSchema.parse(body)).toEqual(body)
    seen.push(...body.items.map(({ subject }) => subject))
    cursor = body.nextCursor
    await addMail(application.database, {
      ...{ recipient: 'b@example.com', subject: 'later', text: '', html: '', uselessAt: Date.now() },
    })
  } while (cursor !== null)
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `Mail ${index}`))
  await application.database.execute(`delete from mail_outbox where subject = 'later'`)
  expect((await maker.get('/v1/outbox?cursor=nonsense')).body).toMatchObject({ code: 'cursor-invalid' })
})

test('is narrowed to a kind', async () => {
  const { body } = await maker.get<Outbox>('/v1/outbox?kind=alerts')
  expect(body.items.map(({ subject, kind }) => `${kind} ${subject}`)).toEqual(['alerts Mail 4', 'alerts Mail 1'])
})

test('a mail is shown as its reader sees it, without any right on the page', async () => {
  const [mail] = (await maker.get<Outbox>('/v1/outbox?kind=alerts&limit=1')).body.items
  expect(mail?.hasHtml).toBe(true)
  const shown = await maker.get<string>(`/v1/outbox/${mail?.id}/html`)
  expect(shown.status).toBe(200)
  expect(shown.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const policy = shown.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toMatch(/sandbox (?!.*allow-(scripts|same-origin|forms|top-navigation))/)
  expect(shown.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  expect(shown.body).toBe(html.replace('<head>', '<head><base target="_blank">'))
  expect((await maker.get('/v1/outbox/999999/html')).status).toBe(404)
  const other = await application.signIn('Harbour', 'administrator')
  expect((await other.get(`/v1/outbox/${mail?.id}/html`)).status).toBe(403)
})
