import { maintainPartitions } from '@stellacontrol/database'
import type { RunningService } from '@stellacontrol/runtime'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { announceUnmuted } from './end-of-muting.ts'
import { Fleet } from './fleet.ts'
import { inTurns } from './in-turns.ts'
import { learnDevices } from './learn-past.ts'
import { lookAtPlatform } from './platform-alerts.ts'
import { devices, startTestMonitor, type TestMonitor } from './testing/test-monitor.ts'

const minute = 60_000
const hour = 60 * minute
let monitor: TestMonitor
let service: RunningService

beforeAll(async () => {
  monitor = await startTestMonitor()
  service = await monitor.start()
})
afterAll(() => monitor[Symbol.asyncDispose]())

interface Row {
  id: string
  state: string
  announced: boolean
  repeats: number
  parent_id: string | null
  clear_reason: string | null
  events: number
}

async function rowsOf(scope: string, rule: string): Promise<Row[]> {
  return monitor.database.query<Row>(
    `select id, state, announced, repeats, parent_id, clear_reason,
       (select count(*)::int from incident_event where incident_id = incident.id) as events
     from incident where scope = $1 and rule = $2 order by raised_at`,
    [scope, rule],
  )
}

async function untilRecorded(scope: string, rule: string, state: string): Promise<Row> {
  let row: Row | undefined
  await waitFor(
    async () => {
      row = (await rowsOf(scope, rule)).at(-1)
      return row?.state === state
    },
    { what: `${rule} of ${scope} to be ${state}`, deadlineMs: 15_000 },
  )
  return row as Row
}

const events = (scope: string, rule: string) => monitor.of(scope, rule).map(({ event }) => event)

test('a board that is too hot is one incident: announced once, recorded, and cleared by two good reports', async () => {
  const serial = devices.others[0] as string
  for (const board of [78, 79, 80]) await monitor.report(serial, { board })
  const open = await untilRecorded(serial, 'temperature-exceeded', 'open')
  expect(open).toMatchObject({ announced: true, repeats: 0, parent_id: null })
  const [raised] = monitor.of(serial, 'temperature-exceeded')
  expect(raised).toMatchObject({
    event: 'raised',
    alert: { id: open.id, value: 78, threshold: 75, unit: '°C', isAnnounced: true, severity: 'critical' },
  })
  expect(raised?.alert.text).toBe('Board temperature 78 °C, above 75 °C')
  await monitor.report(serial, { board: 60, receivedAt: Date.now() })
  await monitor.report(serial, { board: 60, receivedAt: Date.now() + 3 * minute })
  const over = await untilRecorded(serial, 'temperature-exceeded', 'cleared')
  expect(over).toMatchObject({ id: open.id, clear_reason: 'good-again', events: 2 })
  expect(events(serial, 'temperature-exceeded')).toEqual(['raised', 'cleared'])
})

test('what comes again within its window is the same incident, counted and not announced', async () => {
  const serial = devices.others[1] as string
  const again = async (at: number) => {
    await monitor.report(serial, { board: 80, receivedAt: at })
    await monitor.report(serial, { board: 60, receivedAt: at + minute })
    await monitor.report(serial, { board: 60, receivedAt: at + 4 * minute })
  }
  await again(Date.now())
  await again(Date.now() + 10 * minute)
  await waitFor(() => events(serial, 'temperature-exceeded').length === 4, { what: 'both times' })
  expect(events(serial, 'temperature-exceeded')).toEqual(['raised', 'cleared', 'repeated', 'cleared'])
  const messages = monitor.of(serial, 'temperature-exceeded')
  expect(new Set(messages.map(({ alert }) => alert.id)).size).toBe(1)
  expect(messages[2]?.alert).toMatchObject({ isAnnounced: false, repeats: 1, state: 'open' })
  // The window ends: it is legitimate again, and another incident.
  const { keys, state } = monitor.redis
  await state.command(undefined, ['DEL', keys.alertThrottle(serial, 'temperature-exceeded')])
  await again(Date.now() + 20 * minute)
  await waitFor(() => events(serial, 'temperature-exceeded').length === 6, { what: 'the third time' })
  expect(monitor.of(serial, 'temperature-exceeded')[4]).toMatchObject({ event: 'raised', alert: { isAnnounced: true } })
  await waitFor(async () => (await rowsOf(serial, 'temperature-exceeded')).length === 2, { what: 'two incidents' })
})

test('what comes again within its window and outlasts it is announced after all, once', async () => {
  const serial = devices.others[12] as string
  const now = Date.now()
  await monitor.report(serial, { board: 80, receivedAt: now })
  await monitor.report(serial, { board: 60, receivedAt: now + minute })
  await monitor.report(serial, { board: 60, receivedAt: now + 4 * minute })
  await monitor.report(serial, { board: 80, receivedAt: now + 10 * minute })
  await waitFor(() => events(serial, 'temperature-exceeded').length === 3, { what: 'it to come again' })
  await waitFor(async () => (await rowsOf(serial, 'temperature-exceeded'))[0]?.events === 3, { what: 'the record' })
  const fleet = new Fleet(monitor.database)
  await fleet.load()
  const look = () => announceUnmuted({ ...monitor, fleet }, Date.now())
  // Inside the window nothing is said, however often somebody looks.
  expect(await look()).toBe(0)
  const { keys, state } = monitor.redis
  await state.command(undefined, ['DEL', keys.alertThrottle(serial, 'temperature-exceeded')])
  expect(await look()).toBe(1)
  await waitFor(async () => (await rowsOf(serial, 'temperature-exceeded'))[0]?.announced, { what: 'its announcement' })
  expect(await look()).toBe(0)
  const messages = monitor.of(serial, 'temperature-exceeded')
  expect(messages.map(({ event, alert }) => [event, alert.isAnnounced])).toEqual([
    ['raised', true],
    ['cleared', true],
    ['repeated', false],
    ['raised', true],
  ])
  expect(new Set(messages.map(({ alert }) => alert.id)).size).toBe(1)
})

test('silence is told within two seconds of its hour, without any message, and any report ends it', async () => {
  const dueAt = Date.now() + 3_000
  await monitor.report(devices.alone, { receivedAt: dueAt - hour })
  await untilRecorded(devices.alone, 'device-offline', 'open')
  const [raised] = monitor.of(devices.alone, 'device-offline')
  const lateMs = Date.parse(raised?.alert.at ?? '') - dueAt
  expect(lateMs).toBeGreaterThanOrEqual(0)
  expect(lateMs).toBeLessThan(2_000)
  expect(raised?.alert.text).toBe('No report for 1 h')
  await monitor.report(devices.alone)
  await untilRecorded(devices.alone, 'device-offline', 'cleared')
})

test('a site that goes dark is one incident with its devices as members, and ends when half of them are back', async () => {
  const wentDarkAt = Date.now() - hour
  for (const [index, serial] of devices.site.entries()) {
    await monitor.report(serial, { receivedAt: wentDarkAt - index * minute })
  }
  const rows = await monitor.database.query<{ id: number }>(`select id from site where name = 'Quay'`)
  const scope = `site:${rows[0]?.id}`
  const site = await untilRecorded(scope, 'site-offline', 'open')
  for (const serial of devices.site) {
    const member = await untilRecorded(serial, 'device-offline', 'open')
    expect(member).toMatchObject({ announced: false, parent_id: site.id })
  }
  expect(events(scope, 'site-offline')).toEqual(['raised'])
  expect(monitor.of(scope)[0]?.alert.text).toMatch(/^5 of 5 boosters at Quay silent for 1 h/)
  for (const serial of devices.site.slice(0, 3)) await monitor.report(serial)
  await untilRecorded(scope, 'site-offline', 'cleared')
})

test('while no receiver runs nobody is silent; the time is added to everybody’s hour', async () => {
  const serial = devices.others[2] as string
  await monitor.receivers(false)
  const marker = devices.others[3] as string
  const deafSince = Date.now()
  await monitor.report(serial, { receivedAt: deafSince - hour + 9_000 })
  // It is noticed after 5 s, and an outage of less than 10 s is none.
  await waitFor(() => Date.now() > deafSince + 13_000, { what: 'the outage', deadlineMs: 20_000 })
  await monitor.report(marker, { board: 80 })
  await waitFor(() => events(marker, 'temperature-exceeded').length === 1, { what: 'the marker' })
  expect(events(serial, 'device-offline')).toEqual([])
  await monitor.receivers(true)
  await waitFor(() => events(serial, 'device-offline').length === 1, { what: 'the silence', deadlineMs: 30_000 })
  expect(monitor.of(serial, 'device-offline')[0]?.alert.value).toBe(60)
})

test('alerts go on while PostgreSQL is away, and are recorded when it is back', async () => {
  const serial = devices.others[4] as string
  await monitor.postgres.stop()
  await monitor.report(serial, { board: 90 })
  await waitFor(() => events(serial, 'temperature-exceeded').length === 1, { what: 'the alert' })
  await monitor.postgres.restart()
  await untilRecorded(serial, 'temperature-exceeded', 'open')
})

test('a maintenance window keeps the history and mutes the messages', async () => {
  const serial = devices.others[5] as string
  await monitor.database.execute(
    `insert into maintenance_window (organisation_id, device_id, starts_at, ends_at, time_zone, reason, created_by)
     select organisation_id, id, now() - interval '1 hour', now() + interval '1 hour', 'UTC', 'new fan', 'test'
     from device where serial = $1`,
    [serial],
  )
  await service[Symbol.asyncDispose]()
  service = await monitor.start()
  await monitor.report(serial, { board: 90 })
  expect(await untilRecorded(serial, 'temperature-exceeded', 'open')).toMatchObject({ announced: false })
  const fleet = new Fleet(monitor.database)
  await fleet.load()
  expect(await announceUnmuted({ ...monitor, fleet }, Date.now())).toBe(0)
  // The window ends and it is still hot: now people hear of it, once.
  expect(await announceUnmuted({ ...monitor, fleet }, Date.now() + 2 * hour)).toBe(1)
  await waitFor(async () => (await rowsOf(serial, 'temperature-exceeded'))[0]?.announced, { what: 'the record' })
  expect(await announceUnmuted({ ...monitor, fleet }, Date.now() + 2 * hour)).toBe(0)
  expect(monitor.of(serial).map(({ alert }) => alert.isAnnounced)).toEqual([false, true])
})

test('the same band lost by neighbours is named as the operator’s outage, and is over when all have it back', async () => {
  const [one, other] = devices.site as [string, string]
  const lose = async (serial: string) => {
    for (const ago of [20, 10, 0]) {
      const bands = [{ band: 'B20', downlinkInputDbm: { average: -95 } }]
      await monitor.report(serial, { bands, receivedAt: Date.now() - ago * minute })
    }
    await untilRecorded(serial, 'donor-low', 'open')
  }
  await lose(one)
  await lose(other)
  expect(monitor.of(one, 'donor-low')[0]?.alert.text).not.toContain('neighbour')
  expect(monitor.of(other, 'donor-low')[0]?.alert).toMatchObject({ isAnnounced: true, subject: 'B20' })
  expect(monitor.of(other, 'donor-low')[0]?.alert.text).toMatch(
    /a neighbour within 3 km lost B20 too: probably the operator's network$/,
  )
  const [outage] = monitor.heard.filter(({ alert }) => alert.rule === 'operator-outage')
  const area = outage?.device.serialNumber ?? ''
  expect(area).toMatch(/^area:/)
  expect(outage?.alert.text).toBe('B20 donor signal low on 2 boosters within 3 km of Quay')
  const back = async (serial: string) => {
    for (const ahead of [1, 11, 21, 31]) {
      const bands = [{ band: 'B20', downlinkInputDbm: { average: -60 } }]
      await monitor.report(serial, { bands, receivedAt: Date.now() + ahead * minute })
    }
    await untilRecorded(serial, 'donor-low', 'cleared')
  }
  await back(one)
  expect(events(area, 'operator-outage')).toEqual(['raised'])
  await back(other)
  await untilRecorded(area, 'operator-outage', 'cleared')
})

test('a band learns its normal from the hours of history, and how far it lies below it is told at once', async () => {
  const serial = devices.others[6] as string
  const band = { band: 'B20', downlinkOutputDbm: { average: 6 } }
  await monitor.report(serial, { bands: [band] })
  const key = monitor.redis.keys.alertState(serial)
  await waitFor(async () => (await monitor.redis.state.command(key, ['GET', key])) !== null, { what: 'the state' })
  // Two weeks at 16 dBm, and the last 30 hours at 6: on a weekend nothing is judged.
  await maintainPartitions(monitor.database, { now: Date.now() - 15 * 24 * hour })
  const rows = Array.from({ length: 14 * 24 }, (_, index) => {
    const at = Math.floor(Date.now() / hour) * hour - (14 * 24 - index) * hour
    return { at, level: at > Date.now() - 30 * hour ? 60 : 160 }
  })
  const columns = (
    await monitor.database.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = 'band_hour'
       and column_name ~ '_(min|avg|max)$' order by ordinal_position`,
    )
  ).map(({ name }) => name)
  await monitor.database.execute(
    `insert into band_hour (hour, device_id, samples, band, ${columns.join(', ')})
     select to_timestamp(at), (select id from device where serial = $1), 6, 20,
       ${columns.map((name) => (name.startsWith('downlink_out') ? 'level' : '-32768')).join(', ')}
     from unnest($2::float8[], $3::smallint[]) as past (at, level)`,
    [serial, rows.map(({ at }) => at / 1000), rows.map(({ level }) => level)],
  )
  const { redis, database } = monitor
  const held = { partition: redis.keys.partitionOf(serial), epoch: await epochOf(serial) }
  const fleet = new Fleet(database)
  await fleet.load()
  const learning = {
    redis,
    database,
    fleet,
    reader: 'alert-monitor',
    log: service.context.log,
    inTurn: inTurns<number>(),
  }
  expect(await learnDevices(learning, held, [serial])).toBe(1)
  expect(await learnDevices(learning, held, [serial])).toBe(0)
  const state = JSON.parse(String(await redis.state.command(key, ['GET', key])))
  expect(state.bands.B20.normal.mean).toBeCloseTo(16)
})

async function epochOf(serial: string): Promise<number> {
  const { state, keys } = monitor.redis
  const readers = keys.readers('device-status', keys.partitionOf(serial))
  return Number(await state.command(readers, ['HGET', readers, 'epoch:alert-monitor']))
}

test('the platform watches itself: a queue that nobody reads is an incident of its own, told to the manufacturer', async () => {
  const { redis, database } = monitor
  const sources = { redis, database, dataFolder: undefined, certificates: [] }
  const now = Date.now()
  const before = await lookAtPlatform(sources, undefined, now)
  await lookAtPlatform(sources, before, now + 31_000)
  const row = await untilRecorded('platform:all', 'platform-partition-without-owner', 'open')
  expect(row.announced).toBe(true)
  const [organisation] = await database.query<{ kind: string }>(
    `select kind from incident join organisation on organisation.id = organisation_id where incident.id = $1`,
    [row.id],
  )
  expect(organisation?.kind).toBe('manufacturer')
  expect(events('platform:all', 'platform-partition-without-owner')).toEqual(['raised'])
})

test('two monitors share the devices; one of them goes, and nothing is raised twice or lost', async () => {
  const second = await monitor.start()
  const [first, last] = [devices.others.slice(7, 9), devices.others.slice(9, 12)]
  for (const serial of first) await monitor.report(serial, { board: 90 })
  await waitFor(() => first.every((serial) => events(serial, 'temperature-exceeded').length > 0), { what: 'alerts' })
  await second[Symbol.asyncDispose]()
  for (const serial of [...first, ...last]) await monitor.report(serial, { board: 91 })
  await waitFor(() => last.every((serial) => events(serial, 'temperature-exceeded').length > 0), {
    what: 'alerts of the one that is left',
    deadlineMs: 15_000,
  })
  for (const serial of [...first, ...last]) expect(events(serial, 'temperature-exceeded')).toEqual(['raised'])
})
