import { maintainPartitions, writeHistory } from '@stellacontrol/database'
import {
  decodeReport,
  encodeReport,
  type Incident,
  type IncidentDetail,
  type IncidentList,
  incidentDetailSchema,
  incidentListSchema,
} from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeIncident } from '../testing/incidents.ts'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let harbour: TestClient
let meadow: TestClient

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  harbour = await application.signIn('Harbour')
  meadow = await application.signIn('Meadow')
})
afterAll(() => application.stop())
beforeEach(() => application.database.execute('truncate incident, incident_event'))

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const list = async (client: TestClient, query = '') => (await client.get<IncidentList>(`/v1/alerts${query}`)).body
const textsOf = ({ items }: IncidentList) => items.map(({ text }) => text)

test('incidents come newest first or worst first, page by page, each once, with counts per state', async () => {
  for (let index = 0; index < 7; index++) {
    const severity = index % 2 === 0 ? 'minor' : 'critical'
    await makeIncident(application, {
      scope: `HA-000${index}`,
      severity,
      raisedAt: minutesAgo(index),
      text: `${index}`,
    })
  }
  await makeIncident(application, { scope: 'HA-0009', state: 'shelved', text: 'shelved' })
  for (const [sort, order] of [
    ['raisedAt', ['0', '1', '2', '3', '4', '5', '6']],
    ['severity', ['1', '3', '5', '0', '2', '4', '6']],
  ] as const) {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: IncidentList = await list(harbour, `?state=open&limit=3&sort=${sort}${cursor && `&cursor=${cursor}`}`)
      expect(incidentListSchema.parse(page)).toEqual(page)
      expect(page).toMatchObject({ total: 7, counts: { open: 7, shelved: 1, acknowledged: 0, cleared: 0 } })
      seen.push(...textsOf(page))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(order)
  }
  const wrong = await harbour.get('/v1/alerts?cursor=nonsense')
  expect(wrong).toMatchObject({ status: 400, body: { code: 'cursor-invalid' } })
})

test('every filter finds what it names and nothing else', async () => {
  const [site] = await application.database.query<{ id: number }>(`select id from site where name = 'Harbour Tower'`)
  const parent = await makeIncident(application, {
    scope: 'HA-0001',
    text: 'mains lost',
    rule: 'mains-lost',
    class: 'equipment',
  })
  await makeIncident(application, {
    scope: 'HA-0001',
    text: 'a consequence',
    rule: 'band-down',
    subject: 'B20',
    parentId: parent.id,
  })
  await makeIncident(application, {
    scope: 'HA-0002',
    text: 'long ago',
    raisedAt: minutesAgo(600),
    severity: 'critical',
  })
  await makeIncident(application, {
    scope: 'HA-0003',
    text: 'over',
    state: 'cleared',
    clearedAt: minutesAgo(1),
    raisedAt: minutesAgo(5),
  })
  const found: [string, string[]][] = [
    ['', ['mains lost', 'over', 'long ago']],
    ['?members=true', ['a consequence', 'mains lost', 'over', 'long ago']],
    [`?parentId=${parent.id}`, ['a consequence']],
    ['?severity=critical', ['long ago']],
    ['?class=equipment', ['mains lost']],
    ['?rule=mains-lost', ['mains lost']],
    ['?state=cleared,shelved', ['over']],
    ['?device=HA-0002', ['long ago']],
    [`?site=${site?.id}&state=open`, ['mains lost', 'long ago']],
    ['?site=4711', []],
    [`?from=${minutesAgo(60)}&state=open`, ['mains lost']],
    [`?to=${minutesAgo(60)}`, ['long ago']],
    ['?search=LONG+harbour', ['long ago']],
    ['?search=booster+ha-0003', ['over']],
    ['?assignee=me', []],
    ['?assignee=nobody&state=open', ['mains lost', 'long ago']],
  ]
  for (const [query, texts] of found) expect(textsOf(await list(harbour, query)).sort(), query).toEqual(texts.sort())
  expect((await list(harbour)).items.find(({ id }) => id === parent.id)?.members).toBe(1)
})

test('one incident shows its timeline, its members, the reports around it and what people did to the device', async () => {
  const raisedAt = Date.now() - 20 * 60_000
  const alert = await makeIncident(application, {
    scope: 'HA-0004',
    subject: 'B20',
    raisedAt: new Date(raisedAt).toISOString(),
  })
  await makeIncident(application, { scope: 'HA-0004', rule: 'other', parentId: alert.id, text: 'member' })
  await storeReports('HA-0004', [raisedAt - 60 * 60_000, raisedAt - 5 * 60_000, raisedAt + 5 * 60_000])
  await application.database.execute(
    `insert into audit_event (at, organisation_id, actor, action, object_kind, object_id)
     select $1::timestamptz, organisation_id, 'somebody', 'device.changed', 'device', serial from device where serial = 'HA-0004'`,
    [new Date(raisedAt - 60_000).toISOString()],
  )
  const { body } = await harbour.get<IncidentDetail>(`/v1/alerts/${alert.id}`)
  expect(incidentDetailSchema.parse(body)).toEqual(body)
  expect(body).toMatchObject({ device: { serial: 'HA-0004' }, value: 81, threshold: 75, unit: '°C' })
  expect(body.events.map(({ kind }) => kind)).toEqual(['raised'])
  expect(body.memberIncidents.map(({ text }) => text)).toEqual(['member'])
  const board = body.blackBox.history?.series.find(({ metric }) => metric === 'boardCelsius')
  expect(board?.average).toEqual([40.1, 40.2])
  expect(body.blackBox.history?.series.some(({ metric }) => metric === 'B20.gainActualDb')).toBe(true)
  expect(body.blackBox.changes).toMatchObject([{ action: 'device.changed', actor: 'somebody' }])
})

test('an acknowledgement, a shelf, an end by hand go through Redis, are announced and audited', async () => {
  const { id } = await makeIncident(application, { scope: 'HA-0005' })
  const change = (what: string, body: unknown = {}) => harbour.post<Incident>(`/v1/alerts/${id}/${what}`, body)
  expect((await change('acknowledge')).body).toMatchObject({
    state: 'acknowledged',
    version: 2,
    acknowledgedBy: expect.stringContaining('@harbour'),
  })
  const until = new Date(Date.now() + 3_600_000).toISOString()
  expect((await change('shelve', { until })).body).toMatchObject({ state: 'shelved', shelvedUntil: until })
  expect((await change('reopen')).body).toMatchObject({ state: 'open', shelvedUntil: null })
  expect((await change('clear')).body).toMatchObject({ state: 'cleared', clearReason: 'by-hand' })
  expect(await change('acknowledge')).toMatchObject({ status: 409, body: { code: 'incident-over' } })
  for (const wrong of [minutesAgo(1), new Date(Date.now() + 31 * 86_400_000).toISOString()]) {
    const refused = await harbour.post(`/v1/alerts/${id}/shelve`, { until: wrong })
    expect(refused).toMatchObject({ status: 400, body: { fields: [{ field: 'until' }] } })
  }
  const { state, keys } = application.redis
  const stream = keys.stream('alert', keys.partitionOf('HA-0005'))
  const entries = (await state.command(stream, ['XRANGE', stream, '-', '+'])) as [string, string[]][]
  const told = entries.map(([, fields]) => JSON.parse(fields[3] ?? '') as { event: string; alert: { id: string } })
  expect(told.filter(({ alert }) => alert.id === id).map(({ event }) => event)).toEqual([
    'acknowledged',
    'shelved',
    'repeated',
    'cleared',
  ])
  const audited = await application.database.query<{ action: string }>(
    'select action from audit_event where object_id = $1 order by id',
    [id],
  )
  expect(audited.map(({ action }) => action)).toEqual([
    'alert.acknowledged',
    'alert.shelved',
    'alert.reopened',
    'alert.cleared',
  ])
})

test('people comment on an incident and give it to somebody who may see it', async () => {
  const { id } = await makeIncident(application, { scope: 'HA-0006' })
  const { items } = (await harbour.get<{ items: { id: number; name: string }[] }>(`/v1/alerts/${id}/assignees`)).body
  const [mine] = (await application.database.query<{ id: number }>(
    `select id from app_user where email like '%@meadow.example'`,
  )) as [{ id: number }]
  expect(items.length).toBeGreaterThan(0)
  expect(items.map((person) => person.id)).not.toContain(mine.id)
  expect((await harbour.post(`/v1/alerts/${id}/comments`, { text: 'the fan was blocked' })).status).toBe(200)
  expect(await harbour.post(`/v1/alerts/${id}/assign`, { userId: mine.id })).toMatchObject({
    status: 404,
    body: { code: 'person-not-found' },
  })
  const assigned = await harbour.post<Incident>(`/v1/alerts/${id}/assign`, { userId: items[0]?.id })
  expect(assigned.body.assignee).toEqual(items[0])
  const detail = (await harbour.get<IncidentDetail>(`/v1/alerts/${id}`)).body
  expect(detail.events.map(({ kind, text }) => [kind, text]).slice(1)).toEqual([
    ['commented', 'the fan was blocked'],
    ['assigned', items[0]?.name],
  ])
  expect((await harbour.post<Incident>(`/v1/alerts/${id}/assign`, { userId: null })).body.assignee).toBeNull()
})

test('many at a time: each by itself, and one refusal hinders no other', async () => {
  const mine = await makeIncident(application, { scope: 'HA-0007' })
  const over = await makeIncident(application, { scope: 'HA-0008', state: 'cleared', clearedAt: minutesAgo(1) })
  const theirs = await makeIncident(application, { scope: 'ME-0001' })
  const ids = [mine.id, over.id, theirs.id, mine.id]
  expect((await harbour.post('/v1/alerts/bulk', { ids, action: 'acknowledge' })).body).toEqual({
    done: 1,
    results: [
      { id: mine.id, ok: true, state: 'acknowledged' },
      { id: over.id, ok: false, code: 'incident-over' },
      { id: theirs.id, ok: false, code: 'incident-not-found' },
    ],
  })
  const many = Array.from({ length: 501 }, () => mine.id)
  expect((await harbour.post('/v1/alerts/bulk', { ids: many, action: 'clear' })).status).toBe(400)
})

test('an installer acknowledges and does not shelve; a viewer does neither', async () => {
  const { id } = await makeIncident(application, { scope: 'HA-0010' })
  const installer = await application.signIn('Harbour', 'installer')
  const viewer = await application.signIn('Harbour', 'viewer')
  expect((await viewer.post(`/v1/alerts/${id}/acknowledge`, {})).status).toBe(403)
  expect((await installer.post(`/v1/alerts/${id}/clear`, {})).status).toBe(403)
  expect((await installer.post(`/v1/alerts/${id}/acknowledge`, {})).status).toBe(200)
})

test('what was raised before a device changed hands stays with who had it then', async () => {
  const { id } = await makeIncident(application, { scope: 'HA-0011' })
  await application.database.execute(
    `update device set site_id = null, organisation_id = (select id from organisation where name = 'Meadow') where serial = 'HA-0011'`,
  )
  expect((await meadow.get(`/v1/alerts/${id}`)).status).toBe(404)
  expect((await list(meadow)).items).toEqual([])
  const kept = (await harbour.get<IncidentDetail>(`/v1/alerts/${id}`)).body
  expect(kept).toMatchObject({ id, device: null, blackBox: { history: null, changes: [] } })
})

test('news come live to whoever watches, of their own devices only, with counts of what is open', async () => {
  const mine = await makeIncident(application, { scope: 'HA-0012', severity: 'critical' })
  const theirs = await makeIncident(application, { scope: 'ME-0002', severity: 'critical' })
  const [live, blind] = [await harbour.openLive(), await harbour.openLive()]
  live.send({ type: 'alerts', watch: true })
  await waitFor(() => live.of('alert-counts').at(-1)?.open.critical === 1, { what: 'the first counts' })
  await meadow.post(`/v1/alerts/${theirs.id}/acknowledge`, {})
  await harbour.post(`/v1/alerts/${mine.id}/acknowledge`, {})
  await waitFor(() => live.of('alert').length > 0, { what: 'the news' })
  expect(live.of('alert')).toMatchObject([
    { event: 'acknowledged', device: { serialNumber: 'HA-0012' }, alert: { id: mine.id, state: 'acknowledged' } },
  ])
  await application.database.execute(`update incident set state = 'acknowledged' where id = $1`, [mine.id])
  await waitFor(() => live.of('alert-counts').at(-1)?.open.critical === 0, { what: 'the counts to follow' })
  expect(blind.of('alert')).toEqual([])
  live.close()
  blind.close()
})

test('a new owner is not told live of what was raised before', async () => {
  const before = await makeIncident(application, { scope: 'HA-0013', raisedAt: minutesAgo(5) })
  const live = await meadow.openLive()
  live.send({ type: 'alerts', watch: true })
  await waitFor(() => live.of('alert-counts').length > 0, { what: 'the watch' })
  const maker = await application.signIn('StellaControl', 'administrator')
  const [organisation] = await application.database.query<{ id: number }>(
    `select id from organisation where name = 'Meadow'`,
  )
  const moved = await maker.post('/v1/registry/devices/HA-0013/transfer', { organisationId: organisation?.id })
  expect(moved.status).toBe(200)
  await harbour.post(`/v1/alerts/${before.id}/acknowledge`, {})
  const after = await makeIncident(application, { scope: 'HA-0013', rule: 'band-down' })
  await meadow.post(`/v1/alerts/${after.id}/acknowledge`, {})
  await waitFor(() => live.of('alert').some(({ alert }) => alert.id === after.id), { what: 'their own news' })
  expect(live.of('alert').map(({ alert }) => alert.id)).toEqual([after.id])
  live.close()
})

async function storeReports(serial: string, moments: number[]): Promise<void> {
  const now = Date.now()
  await maintainPartitions(application.database, { now })
  const entries = moments.map((sentAtMs, index) => {
    const payload = encodeReport({
      ...{ bootId: 1, seq: index + 1, sentAtMs, mode: 1, intervalS: 600 },
      environment: { boardTemperatureDc: 400 + index },
      bands: [{ band: 20, state: 2, gainActualDb10: 600 }],
    })
    return { id: `${index + 1}-0`, serial, receivedAt: now, payload, decoded: decodeReport(payload) }
  })
  await writeHistory(application.database, { queueGeneration: serial, partitions: [{ partition: 0, entries }], now })
}
