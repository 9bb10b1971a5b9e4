import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import {
  addDevice,
  createOrganisation,
  createSite,
  type Database,
  migrate,
  openDatabase,
} from '@stellacontrol/database'
import { type Alert, MessageType } from '@stellacontrol/protocol'
import { createMessage, openRedis, publishMessage, type Redis, subscribeMessage } from '@stellacontrol/redis'
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
  waitFor,
} from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommandLine } from '../command-line.ts'
import { createOutput } from '../output.ts'

let folder: string
let postgres: PostgresServer
let queue: RedisServer
let state: RedisServer
let database: Database
let redis: Redis
let environment: Record<string, string>
let hotelId: number
let announced = 0

beforeAll(async () => {
  folder = temporaryFolder()
  ;[queue, state, postgres] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder }),
  ])
  environment = { DATABASE_URL: postgres.url, REDIS_QUEUE_URL: queue.url, REDIS_STATE_URL: state.url }
  database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 2 })
  await migrate(database)
  const top = await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'StellaControl' })
  hotelId = (await createOrganisation(database, { parentId: top.id, kind: 'customer', name: 'Hotel' })).id
  const site = await createSite(database, {
    ...{ organisationId: hotelId, name: 'Lobby', kind: 'hotel', timeZone: 'Europe/Brussels' },
    ...{ latitude: null, longitude: null, address: null },
  })
  await addDevice(database, {
    ...{ serial: 'AB-0001', organisationId: hotelId, siteId: site.id, model: 'iR5', name: 'Roof' },
  })
  redis = openRedis({ name: 'test', environment })
  await redis.state.ready()
  const handler = () => {
    announced++
  }
  await subscribeMessage({ type: MessageType.AlertRulesChanged, handler })
})
afterAll(async () => {
  await redis[Symbol.asyncDispose]()
  await database.close()
  await Promise.all([queue.stop(), state.stop(), postgres.stop()])
  rmSync(folder, { recursive: true, force: true })
})

interface Written {
  code: number
  out: string
  talk: string
}

function start(...words: string[]): { written: Written; ended: Promise<Written> } {
  const written: Written = { code: -1, out: '', talk: '' }
  const stream = (name: 'out' | 'talk') => ({
    write: (text: string) => {
      written[name] += text
    },
  })
  const output = createOutput({ out: stream('out'), talk: stream('talk'), noColor: true })
  const running = runCommandLine(['alerts', ...words], environment, output, new AbortController().signal)
  return { written, ended: running.then((code) => Object.assign(written, { code })) }
}
const stella = (...words: string[]) => start(...words).ended
const lines = async (...words: string[]) =>
  (await stella(...words, '--json')).out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

async function makeIncident(changes: Partial<Alert> = {}): Promise<string> {
  const now = new Date().toISOString()
  const alert: Alert = {
    ...{
      id: randomUUID(),
      version: 1,
      rule: 'temperature-exceeded',
      ruleName: 'Temperature exceeded',
      class: 'environment',
    },
    ...{ severity: 'major', state: 'open', at: now, since: now, raisedAt: now, text: 'Board temperature 81 °C' },
    ...{ repeats: 0, isAnnounced: true },
    ...changes,
  }
  await database.execute(
    `insert into incident (id, version, scope, device_id, site_id, organisation_id, rule, rule_name, class, severity, state,
       since, raised_at, changed_at, announced, text)
     select $1, 1, serial, id, site_id, organisation_id, $2, $3, $4, $5, $6, now(), now(), now(), true, $7
     from device where serial = 'AB-0001'`,
    [alert.id, alert.rule, alert.ruleName, alert.class, alert.severity, alert.state, alert.text],
  )
  const key = redis.keys.incidents('AB-0001')
  await redis.state.command(key, ['HSET', key, alert.rule, JSON.stringify(alert)])
  return alert.id
}

test('an incident is listed, shown, acknowledged and shelved; the log says who', async () => {
  const id = await makeIncident()
  await makeIncident({ rule: 'door-open', severity: 'warning', state: 'cleared', text: 'Door open' })
  const list = await stella('list')
  expect(list).toMatchObject({ code: 0, talk: '1 incidents\n' })
  expect(list.out).toContain(`${id.slice(0, 8)}  `)
  expect(list.out).toMatch(/AB-0001 +Board temperature 81 °C$/m)
  expect(await lines('list', '--state', 'all', '--severity', 'warning')).toMatchObject([{ rule: 'door-open' }])
  expect(await lines('list', '--organisation', 'StellaControl')).toEqual([])
  expect(await lines('show', id.slice(0, 8))).toMatchObject([{ id, organisation: { name: 'Hotel' }, events: [] }])
  expect((await stella('show', id)).out).toMatch(/^what +Board temperature 81 °C$/m)
  expect(await lines('ack', id.slice(0, 8))).toEqual([{ id, state: 'acknowledged', shelvedUntil: null }])
  const [shelved] = await lines('shelve', id, '--for', '4h')
  expect(Date.parse(String(shelved?.shelvedUntil)) - Date.now()).toBeGreaterThan(3.9 * 3_600_000)
  const log = await database.query<{ action: string; actor: string }>(
    'select action, actor from audit_event where object_id = $1 order by id',
    [id],
  )
  expect(log).toEqual([
    { action: 'alert.acknowledged', actor: 'command line' },
    { action: 'alert.shelved', actor: 'command line' },
  ])
})

test.each([
  [['show', '00000000'], 3],
  [['ack', 'x'], 2],
  [['list', '--state', 'broken'], 2],
  [['list', '--limit', '0'], 2],
  [['list', '--organisation', 'Nobody'], 3],
  [['shelve', '00000000', '--for', '400d'], 2],
  [['rules', 'show', 'no-rule'], 3],
  [['rules', 'override', 'temperature-exceeded', '--off'], 2],
  [['rules', 'override', 'temperature-exceeded', '--device', 'AB-0001'], 2],
  [['rules', 'override', 'temperature-exceeded', '--device', 'AB-0001', '--raise-at', '9000'], 2],
  [['rules', 'override', 'temperature-exceeded', '--site', 'Attic', '--off'], 3],
  [['rules', 'reset', 'temperature-exceeded', '--site', 'Lobby'], 3],
])('%j ends with exit code %i', async (words, code) => {
  const ended = await stella(...words)
  expect(ended, ended.talk).toMatchObject({ code, out: '' })
})

test('an incident that is over cannot be acknowledged', async () => {
  const id = await makeIncident({ rule: 'mains-lost', state: 'cleared' })
  expect(await stella('ack', id)).toMatchObject({ code: 1, talk: expect.stringContaining('is over') })
})

test('what happens is shown as it happens', async () => {
  const id = randomUUID()
  const watching = start('watch', '--device', 'AB-0001', '--count', '1')
  await waitFor(() => watching.written.talk.includes('Waiting'), { what: 'the watch' })
  const now = new Date().toISOString()
  const alert: Alert = {
    ...{ id, version: 1, rule: 'door-open', ruleName: 'Door open', class: 'environment', severity: 'warning' },
    ...{ state: 'open', at: now, since: now, raisedAt: now, text: 'Door open', repeats: 0, isAnnounced: true },
  }
  for (const serialNumber of ['ZZ-0009', 'AB-0001']) {
    await publishMessage({
      message: createMessage(MessageType.Alert, { event: 'raised', device: { serialNumber }, alert }),
    })
  }
  const { code, out } = await watching.ended
  expect(code).toBe(0)
  expect(out).toBe(`${now}  ${id.slice(0, 8)}  raised  warning  AB-0001  door-open  Door open\n`)
})

test('rules are laid over for a place and taken back, checked, audited and announced', async () => {
  const rule = 'temperature-exceeded'
  const levelsAt = async (...place: string[]) =>
    (await lines('rules', 'list', ...place)).find(({ id }) => id === rule)?.levels
  const written = await levelsAt()
  const before = announced
  expect(
    await lines('rules', 'override', rule, '--site', 'Lobby', '--raise-at', '80', '--clear-at', '74'),
  ).toMatchObject([{ scope: 'site', changes: { levels: [{ raiseAt: 80, clearAt: 74 }] } }])
  expect((await stella('rules', 'override', rule, '--organisation', 'Hotel', '--off')).code).toBe(0)
  expect(await levelsAt('--device', 'ab-0001')).toMatchObject([{ raiseAt: 80, clearAt: 74 }])
  expect(await levelsAt('--organisation', 'Hotel')).toEqual(written)
  const shown = await stella('rules', 'show', rule)
  expect(shown.out).toMatch(/^override 1 +site Lobby +command line +\{"levels"/m)
  expect((await stella('rules', 'list', '--device', 'AB-0001')).out).toMatch(/^temperature-exceeded +off/m)
  expect((await stella('rules', 'reset', rule, '--site', 'Lobby')).code).toBe(0)
  expect(await levelsAt('--device', 'AB-0001')).toEqual(written)
  await waitFor(() => announced === before + 3, { what: 'the announcements' })
})
