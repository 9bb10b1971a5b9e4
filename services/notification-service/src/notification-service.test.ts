import { type NotificationDirectory, putPreferences } from '@stellacontrol/database'
import { defaultNotificationPreferences, MessageType } from '@stellacontrol/protocol'
import {
  createMessage,
  publishMessage,
  readBundle,
  readTold,
  recallDirectory,
  rightsChanged,
} from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventOf, madeAlert } from './testing/made-alerts.ts'
import { publish, serials, startTestNotifications, type TestNotifications } from './testing/test-notifications.ts'

let servers: TestNotifications
const serial = serials[0] as string
const hourMs = 3_600_000

beforeAll(async () => {
  servers = await startTestNotifications()
})
afterAll(async () => {
  await servers[Symbol.asyncDispose]()
})
beforeEach(async () => {
  servers.clock.aheadMs = 0
  await servers.database.execute('delete from app_user')
})
afterEach(() => servers.stopAll())

const subjectOf = (source: string | undefined) => /^Subject: (.*)$/m.exec(source ?? '')?.[1]
const messageIdOf = (source: string | undefined) => /^Message-ID: (.*)$/im.exec(source ?? '')?.[1]

/** Waits until an event was taken in. */
async function taken(id: string, version: number): Promise<void> {
  await waitFor(
    async () => JSON.parse((await readTold(servers.redis, id)) ?? 'null')?.message.alert.version === version,
    {
      what: `version ${version} of the incident to be taken in`,
    },
  )
}

async function mailTo(email: string, count = 1): Promise<string[]> {
  await waitFor(() => servers.mailsTo(email).length >= count, { what: `${count} mails to ${email}` })
  return servers.mailsTo(email)
}

test('two alerts at one site are one mail to each who may see it, half a minute later, and nobody else hears', async () => {
  const own = await servers.addPerson('Northquay')
  const maker = await servers.addPerson('StellaControl')
  const other = await servers.addPerson('Meadow')
  await servers.start()
  const [first, second] = [
    madeAlert(),
    madeAlert({ severity: 'critical', rule: 'fan-failed', ruleName: 'Fan failed', text: 'F1: Fan failed' }),
  ]
  await publish(eventOf('raised', serial, first))
  await publish(eventOf('raised', serials[1] as string, second))
  await Promise.all([taken(first.id, 1), taken(second.id, 1)])
  expect(servers.smtp.mails).toHaveLength(0)
  servers.clock.aheadMs = 40_000
  const [mail] = await mailTo(own.email)
  await mailTo(maker.email)
  expect(subjectOf(mail)).toBe('2 alerts at Northquay Exchange: F1: Fan failed')
  expect(servers.mailsTo(other.email)).toEqual([])
  await waitFor(async () => (await servers.database.query('select from notification_delivery')).length === 2, {
    what: 'the deliveries to be recorded',
  })
})

test('who comes, or chooses otherwise, while the service runs is told otherwise at once', async () => {
  await servers.start()
  const late = await servers.addPerson('Northquay', { leastSeverity: 'critical' })
  await rightsChanged(servers.redis)
  const [first, second] = [madeAlert({ severity: 'critical' }), madeAlert({ severity: 'major' })]
  await knows(late.id, 'critical')
  await publish(eventOf('raised', serial, first))
  await taken(first.id, 1)
  await putPreferences(servers.database, late.id, { ...defaultNotificationPreferences, leastSeverity: 'major' })
  const payload = { userId: late.id, at: new Date().toISOString() }
  await publishMessage({ message: createMessage(MessageType.NotificationsChanged, payload) })
  await knows(late.id, 'major')
  await publish(eventOf('raised', serials[1] as string, second))
  await taken(second.id, 1)
  servers.clock.aheadMs = 40_000
  expect(subjectOf((await mailTo(late.email))[0])).toContain('2 alerts at Northquay Exchange')
})

/** Waits until the service has read what somebody wants to be told of: in much less time than it reads everything anew. */
async function knows(userId: number, leastSeverity: string): Promise<void> {
  await waitFor(
    async () => {
      const directory = JSON.parse((await recallDirectory(servers.redis)) ?? '{"people":[]}') as NotificationDirectory
      return directory.people.some(
        ({ id, preferences }) => id === userId && preferences?.leastSeverity === leastSeverity,
      )
    },
    { what: 'the change to be known', deadlineMs: 5_000 },
  )
}

test('recovery reaches only those who were told, and what was over before it was sent is one line', async () => {
  const told = await servers.addPerson('Northquay')
  const digest = await servers.addPerson('Northquay', { atOnceFrom: null, frequency: 'daily' })
  const deaf = await servers.addPerson('Northquay', { leastSeverity: 'critical' })
  await servers.start()
  const alert = madeAlert()
  await publish(eventOf('raised', serial, alert))
  await taken(alert.id, 1)
  servers.clock.aheadMs = 40_000
  await mailTo(told.email)
  const clearedAt = new Date(Date.parse(alert.raisedAt) + 12 * 60_000).toISOString()
  await publish(eventOf('cleared', serial, alert, { version: 2, state: 'cleared', clearedAt }))
  await taken(alert.id, 2)
  servers.clock.aheadMs = 90_000
  const mails = await mailTo(told.email, 2)
  expect(subjectOf(mails[1])).toBe('Over: Temperature exceeded: Booster NOTE-00')
  servers.clock.aheadMs = 26 * hourMs
  const [line] = await mailTo(digest.email)
  expect(line).toContain('over after 12 min')
  expect(line).not.toContain('MAJOR')
  expect(servers.mailsTo(deaf.email)).toEqual([])
})

test('a lasting alert reminds people until somebody acknowledges it', async () => {
  const person = await servers.addPerson('Northquay')
  await servers.start()
  const alert = madeAlert()
  await publish(eventOf('raised', serial, alert))
  await taken(alert.id, 1)
  servers.clock.aheadMs = 40_000
  await mailTo(person.email)
  servers.clock.aheadMs = 24 * hourMs + 60_000
  await waitFor(async () => JSON.parse((await readTold(servers.redis, alert.id)) ?? '{}').reminders === 1, {
    what: 'the reminder',
  })
  servers.clock.aheadMs += 60_000
  const mails = await mailTo(person.email, 2)
  expect(mails[1]?.replaceAll('=\r\n', '')).toContain('still on')
  await publish(
    eventOf('acknowledged', serial, alert, { version: 2, state: 'acknowledged', by: 'Ada', isAnnounced: false }),
  )
  await taken(alert.id, 2)
  servers.clock.aheadMs = 100 * hourMs
  // A later alert is the marker: what else was due came before it.
  const marker = madeAlert({ rule: 'fan-failed', ruleName: 'Fan failed', text: 'Fan failed' })
  await publish(eventOf('raised', serial, marker))
  await taken(marker.id, 1)
  servers.clock.aheadMs += 40_000
  const all = await mailTo(person.email, 3)
  expect(subjectOf(all[2])).toBe('Major: Fan failed, Booster NOTE-00, Northquay Exchange')
})

test('a crash between hand-over and removal repeats the mail once, with the same Message-ID', async () => {
  const person = await servers.addPerson('Northquay')
  const service = await servers.start()
  const alert = madeAlert()
  await publish(eventOf('raised', serial, alert))
  await taken(alert.id, 1)
  // As it is when the service dies after the server took the mail: what was lent is put back as it was.
  await service[Symbol.asyncDispose]()
  const name = String(person.id)
  const { fields } = await readBundle(servers.redis, name)
  await servers.start()
  servers.clock.aheadMs = 40_000
  const [first] = await mailTo(person.email)
  await servers.stopAll()
  const { keys, state } = servers.redis
  const id = /<([^.]+)\.alerts@/.exec(first ?? '')?.[1] ?? ''
  const sending = keys.alertBundleSending(name)
  await state.command(sending, [
    'HSET',
    sending,
    ...[...fields].flat(),
    'id',
    id,
    'attempts',
    '1',
    'lentUntil',
    String(Date.now() + 1_000),
  ])
  await state.command(keys.alertsDue, ['ZADD', keys.alertsDue, String(Date.now() + 1_000), name])
  await Promise.all([servers.start(), servers.start()])
  const mails = await mailTo(person.email, 2)
  expect(messageIdOf(mails[1])).toBe(messageIdOf(mails[0]))
  expect(messageIdOf(mails[0])).toBe(`<${id}.alerts@stella.example>`)
  await waitFor(async () => (await state.command(sending, ['EXISTS', sending])) === 0, { what: 'the bundle to go' })
  expect(servers.mailsTo(person.email)).toHaveLength(2)
})
