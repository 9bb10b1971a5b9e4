import { createUser, putPreferences, setMembership, type UserRole } from '@stellacontrol/database'
import { defaultNotificationPreferences, type NotificationPreferences } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { type SmtpServer, startSmtp } from '@stellacontrol/test-servers/smtp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeIncident } from '../testing/incidents.ts'
import { parseMail } from '../testing/parse-mail.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'

let application: TestApplication
let smtp: SmtpServer
let organisations: Map<string, number>
let people = 0

const present = new Date()
/** Eight in the morning of the first day of the next month: the month that is reported is the present one. */
const first = Date.UTC(present.getUTCFullYear(), present.getUTCMonth() + 1, 1, 8)
const month = present.toISOString().slice(0, 7)
const now = () => first

beforeAll(async () => {
  smtp = await startSmtp()
  application = await startTestApplication({
    STELLA_SMTP_URL: smtp.url,
    ...{ STELLA_MAIL_FROM: 'stella@example.com', STELLA_PUBLIC_URL: 'https://stella.example' },
  })
  await waitUntilReady(application.url)
  const rows = await application.database.query<{ id: number; name: string }>('select id, name from organisation')
  organisations = new Map(rows.map(({ id, name }) => [name, id]))
  const raisedAt = new Date(Date.UTC(present.getUTCFullYear(), present.getUTCMonth(), 1)).toISOString()
  await makeIncident(application, { scope: 'HA-0003', subject: 'B20', since: raisedAt, raisedAt })
})
afterAll(async () => {
  await application.stop()
  await smtp.stop()
})
beforeEach(async () => {
  await application.database.execute('delete from mail_outbox')
  // The manufacturer keeps an administrator, who is not written to.
  await application.database.execute(
    `delete from app_user where not exists (
       select from membership join organisation on organisation.id = organisation_id
       where user_id = app_user.id and role = 'administrator' and kind = 'manufacturer')`,
  )
})

async function addPerson(
  organisation: string,
  role: UserRole,
  preferences?: Partial<NotificationPreferences>,
): Promise<string> {
  const { database } = application
  const email = `reader${++people}@example.com`
  const organisationId = organisations.get(organisation) ?? 0
  const { id } = await createUser(database, { organisationId, email, name: 'A Person', role, passwordHash: 'x' })
  await setMembership(database, { userId: id, organisationId, role })
  if (preferences) await putPreferences(database, id, { ...defaultNotificationPreferences, ...preferences })
  return email
}

const mailsTo = (email: string) =>
  smtp.mails.filter(({ recipients }) => recipients.includes(email)).map(({ source }) => source)
const headerOf = (source: string | undefined, wanted: string) =>
  parseMail(source ?? '').headers.find(([name]) => name === wanted)?.[1]

/** Runs two instances on the first of the month until everybody who wants it has been sent something, and the outbox is empty. */
async function theFirst(): Promise<void> {
  const instances = await Promise.all([application.startAnother({}, { now }), application.startAnother({}, { now })])
  const left = async (table: string) => (await application.database.query<{ left: number }>(table))[0]?.left
  await waitFor(async () => (await left('select count(*) as left from monthly_report_mail')) === expected, {
    what: 'every report to be written',
  })
  await waitFor(async () => (await left('select count(*) as left from mail_outbox where sent_at is null')) === 0, {
    what: 'every report to be sent',
  })
  await Promise.all(instances.map(({ service }) => service[Symbol.asyncDispose]()))
}
let expected = 0

test('on the first of the month whoever chose it, and who administers a customer, is sent the month once', async () => {
  const administrator = await addPerson('Harbour', 'administrator')
  const declined = await addPerson('Harbour', 'administrator', { monthlyReport: false })
  const operator = await addPerson('Harbour', 'operator')
  const chose = await addPerson('Harbour', 'viewer', { monthlyReport: true })
  const maker = await addPerson('StellaControl', 'administrator')
  const makerChose = await addPerson('StellaControl', 'operator', { monthlyReport: true })
  const narrow = await addPerson('StellaControl', 'operator', {
    ...{ monthlyReport: true, organisations: [organisations.get('Meadow') ?? 0] },
  })
  const empty = await addPerson('Empty Reseller', 'operator', { monthlyReport: true })
  expected = 5
  await theFirst()
  for (const email of [declined, operator, maker, empty]) expect(mailsTo(email), email).toEqual([])
  for (const email of [administrator, chose, makerChose, narrow]) expect(mailsTo(email), email).toHaveLength(1)
  const [mail] = mailsTo(administrator)
  expect(headerOf(mail, 'subject')).toMatch(/^Harbour in \w+ \d{4}: .* available, 1 alert$/)
  const { parts } = parseMail(mail ?? '')
  const link = `https://stella.example/alerts/report?organisation=${organisations.get('Harbour')}&month=${month}`
  expect(parts['text/plain']).toContain(link)
  expect(parts['text/html']).toContain(link.replace('&', '&amp;'))
  expect(headerOf(mailsTo(makerChose)[0], 'subject')).toMatch(/: 2 organisations, 40 boosters, 1 alert$/)
  expect(headerOf(mailsTo(narrow)[0], 'subject')).toMatch(/^Meadow in/)

  // Another one later, after a restart, is sent theirs, and nobody a second one.
  const late = await addPerson('Meadow', 'administrator')
  expected = 6
  await theFirst()
  for (const email of [administrator, chose, makerChose, narrow, late]) expect(mailsTo(email), email).toHaveLength(1)
})

test('a crash after the hand-over repeats the mail with the same Message-ID, and writes no second one', async () => {
  const email = await addPerson('Harbour', 'administrator')
  expected = 1
  await theFirst()
  // As it is when the instance dies before it notes that the server took the mail.
  await application.database.execute(
    `update mail_outbox set sent_at = null, next_attempt_at = now(), text = 'again', html = 'again' where recipient = $1`,
    [email],
  )
  await theFirst()
  const ids = mailsTo(email).map((source) => headerOf(source, 'message-id'))
  expect(ids).toHaveLength(2)
  expect(ids[0]).toMatch(/^<[0-9a-f-]{36}\.mail@stella\.example>$/)
  expect(ids[1]).toBe(ids[0])
})

test('whose account came after the month, is disabled, or whose address is refused is sent nothing', async () => {
  const { database } = application
  const [after, disabled, refused] = [
    await addPerson('Harbour', 'administrator'),
    await addPerson('Harbour', 'administrator'),
    await addPerson('Harbour', 'administrator'),
  ]
  await database.execute(`update app_user set created_at = now() + interval '60 days' where email = $1`, [after])
  await database.execute('update app_user set disabled_at = now() where email = $1', [disabled])
  await database.execute(`insert into suppressed_address (address, reason) values ($1, 'no such user')`, [refused])
  // The marker: what else was due came before or beside it.
  const marker = await addPerson('Meadow', 'administrator')
  expected = 1
  await theFirst()
  expect(mailsTo(marker)).toHaveLength(1)
  for (const email of [after, disabled, refused]) expect(mailsTo(email), email).toEqual([])
})
