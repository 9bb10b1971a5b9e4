import { catalogue } from '@stellacontrol/alerts'
import {
  type AlertRule,
  MessageType,
  type RuleCheckResult,
  type RuleList,
  ruleListSchema,
} from '@stellacontrol/protocol'
import { subscribeMessage } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { publishStatus } from '../testing/statuses.ts'
import {
  harbourSerials,
  meadowSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let maker: TestClient
let harbour: TestClient
let meadow: TestClient
const ids = { Harbour: 0, site: 0 }
let announced = 0

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  maker = await application.signIn('StellaControl')
  harbour = await application.signIn('Harbour')
  meadow = await application.signIn('Meadow')
  const [row] = await application.database.query<{ organisation: number; site: number }>(
    `select organisation_id as organisation, id as site from site where name = 'Harbour Tower'`,
  )
  Object.assign(ids, { Harbour: row?.organisation, site: row?.site })
  const handler = () => {
    announced++
  }
  await subscribeMessage({ type: MessageType.AlertRulesChanged, handler })
})
afterAll(() => application.stop())
beforeEach(() => application.database.execute('truncate alert_rule, alert_rule_override'))

const levels = (raiseAt: number) => [{ severity: 'major', raiseAt, clearAt: raiseAt - 5 }]
const hot = 'temperature-exceeded'
const rulesOf = async (client: TestClient, query = '') => (await client.get<RuleList>(`/v1/alert-rules${query}`)).body
const ruleOf = async (client: TestClient, query: string, id = hot) =>
  (await rulesOf(client, query)).items.find(({ base }) => base.id === id)
const put = (client: TestClient, place: string, changes: unknown, rule = hot) =>
  client.request('PUT', `/v1/alert-rules/${rule}/overrides/${place}`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ changes }),
  })

test('the nearest override wins, and each says whence it comes and how many devices it reaches', async () => {
  expect((await put(maker, 'model/iR5', { levels: levels(70) })).status).toBe(204)
  expect((await put(harbour, `organisation/${ids.Harbour}`, { levels: levels(72) })).status).toBe(204)
  expect((await put(harbour, `site/${ids.site}`, { recurrence: 'weekly' })).status).toBe(204)
  expect((await put(harbour, 'device/HA-0001', { levels: levels(80), enabled: false })).status).toBe(204)
  const list = await rulesOf(harbour, '?device=HA-0001')
  expect(ruleListSchema.parse(list)).toEqual(list)
  const device = list.items.find(({ base }) => base.id === hot)
  expect(device).toMatchObject({ devices: 0, isOwn: false, applied: ['model', 'organisation', 'site', 'device'] })
  expect(device?.rule).toMatchObject({ levels: levels(80), recurrence: 'weekly', enabled: false })
  expect(device?.base).toEqual(catalogue.find(({ id }) => id === hot))
  const site = await ruleOf(harbour, `?site=${ids.site}`)
  expect(site?.rule.levels).toEqual(levels(72))
  expect(site?.devices).toBe(harbourSerials.length - 1)
  expect(site?.overrides.map(({ scope, scopeName, devices }) => [scope, scopeName, devices])).toEqual([
    ['model', 'iR5', harbourSerials.length],
    ['organisation', 'Harbour', harbourSerials.length],
    ['site', 'Harbour Tower', harbourSerials.length],
    ['device', 'Booster HA-0001', 1],
  ])
  // Who has it from above sees that, and not who did it.
  expect(site?.overrides[0]?.changedBy).toBeNull()
  const theirs = await ruleOf(meadow, '')
  expect(theirs?.overrides.map(({ scope, devices }) => [scope, devices])).toEqual([['model', meadowSerials.length]])
  expect((await meadow.get(`/v1/alert-rules?site=${ids.site}`)).status).toBe(404)
})

test('changes are versioned, audited and announced; taking them away brings back what was', async () => {
  const before = announced
  await put(harbour, `organisation/${ids.Harbour}`, { levels: levels(72) })
  await put(harbour, `organisation/${ids.Harbour}`, { levels: levels(73) })
  expect((await ruleOf(harbour, ''))?.overrides[0]).toMatchObject({ version: 2, changes: { levels: levels(73) } })
  const path = `/v1/alert-rules/${hot}/overrides/organisation/${ids.Harbour}`
  expect((await harbour.request('DELETE', path)).status).toBe(204)
  expect((await harbour.request('DELETE', path)).status).toBe(204)
  expect((await ruleOf(harbour, `?organisation=${ids.Harbour}`))?.applied).toEqual([])
  await waitFor(() => announced >= before + 3, { what: 'the announcements' })
  expect(announced).toBe(before + 3)
  const log = await application.database.query<{ action: string; after: unknown }>(
    `select action, after from audit_event where object_kind = 'alertRule' and object_id = $1 order by id desc limit 3`,
    [hot],
  )
  expect(log.map(({ action }) => action)).toEqual(['alertRule.reset', 'alertRule.overridden', 'alertRule.overridden'])
})

test.each([
  ['levels.0.clearAt', { levels: [{ severity: 'major', raiseAt: 70, clearAt: 71 }] }],
  ['levels.0.raiseAt', { levels: [{ severity: 'major', raiseAt: 7000, clearAt: 71 }] }],
  ['levels', { levels: [] }],
  ['onlyBands', { onlyBands: ['B20'] }],
  ['', { hottest: true }],
  ['recurrence', { recurrence: 'hourly', enabled: false }],
])('a change is refused with the field that is wrong (%s), and nothing of it is saved', async (field, changes) => {
  const refused = await put(harbour, `organisation/${ids.Harbour}`, changes)
  expect(refused).toMatchObject({ status: 400, body: { code: 'rule-invalid' } })
  expect(refused.body.fields?.map((one) => one.field)).toContain(field)
  expect((await ruleOf(harbour, ''))?.overrides).toEqual([])
})

test("nobody lays changes over rules where they may not, and a model's are the manufacturer's", async () => {
  const viewer = await application.signIn('Harbour', 'installer')
  expect((await put(viewer, `organisation/${ids.Harbour}`, { enabled: false })).status).toBe(403)
  expect((await put(meadow, `organisation/${ids.Harbour}`, { enabled: false })).status).toBe(404)
  expect((await put(meadow, 'device/HA-0001', { enabled: false })).status).toBe(404)
  expect((await put(harbour, 'model/iR5', { enabled: false })).status).toBe(403)
  expect((await put(maker, 'model/iR9', { enabled: false })).body.code).toBe('model-unknown')
  expect((await put(harbour, 'device/HA-0001', { enabled: false }, 'no-rule')).body.code).toBe('rule-not-found')
})

const own = (changes: Partial<AlertRule> = {}): Omit<AlertRule, 'id'> => ({
  ...{ name: 'Warm in the lobby', class: 'environment', advice: 'Open a window.', basis: 'Complaints.' },
  looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
  levels: [{ severity: 'warning', raiseAt: 45, clearAt: 40 }],
  ...{ raise: { holdMs: 3_600_000, samples: 6 }, clear: { holdMs: 0, samples: 1 }, throttleMs: 3_600_000 },
  ...{ recurrence: 'daily', recurrenceEndsAfterMs: 86_400_000, enabled: true },
  ...changes,
})

test('a rule of one’s own is added, changed and removed, and is nobody else’s', async () => {
  const body = { organisationId: ids.Harbour, rule: own() }
  const added = await harbour.post<AlertRule>('/v1/alert-rules', body)
  expect(added).toMatchObject({ status: 201, body: { id: `own-${ids.Harbour}-warm-in-the-lobby` } })
  const { id } = added.body
  expect(await harbour.post('/v1/alert-rules', body)).toMatchObject({ status: 409, body: { code: 'name-taken' } })
  expect(await ruleOf(harbour, '', id)).toMatchObject({ isOwn: true, version: 1, devices: harbourSerials.length })
  expect(await ruleOf(meadow, '', id)).toBeUndefined()
  const replace = (client: TestClient, rule: unknown) =>
    client.request('PUT', `/v1/alert-rules/${id}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rule }),
    })
  expect((await replace(meadow, own())).status).toBe(404)
  const wrong = await replace(
    harbour,
    own({ looksAt: { kind: 'measure', measure: 'heat' as 'boardCelsius', is: 'above' } }),
  )
  expect(wrong.body.fields?.[0]?.field).toBe('looksAt.measure')
  expect((await replace(harbour, own({ enabled: false }))).status).toBe(200)
  expect(await ruleOf(harbour, '', id)).toMatchObject({ version: 2, devices: 0, rule: { enabled: false } })
  expect((await put(harbour, 'device/HA-0001', { enabled: true }, id)).status).toBe(204)
  expect((await ruleOf(harbour, '', id))?.devices).toBe(1)
  expect((await harbour.request('DELETE', `/v1/alert-rules/${id}`)).status).toBe(204)
  expect(await ruleOf(harbour, '', id)).toBeUndefined()
  expect((await harbour.request('DELETE', `/v1/alert-rules/${hot}`)).status).toBe(404)
})

test('a rule from above holds below, and is not changed there', async () => {
  const [top] = await application.database.query<{ id: number }>(
    `select id from organisation where kind = 'manufacturer'`,
  )
  const { id } = (await maker.post<AlertRule>('/v1/alert-rules', { organisationId: top?.id, rule: own() })).body
  expect(await ruleOf(harbour, `?organisation=${ids.Harbour}`, id)).toMatchObject({ owner: null, changedBy: null })
  expect((await harbour.request('DELETE', `/v1/alert-rules/${id}`)).status).toBe(404)
})

test('a device that changes hands leaves its override behind', async () => {
  await put(harbour, 'device/HA-0002', { enabled: false })
  await application.database.execute(
    `update device set site_id = null, organisation_id = (select id from organisation where name = 'Meadow') where serial = 'HA-0002'`,
  )
  expect((await ruleOf(meadow, '?device=HA-0002'))?.applied).toEqual([])
  expect((await put(meadow, 'device/HA-0002', { enabled: false })).status).toBe(204)
})

test('a check names what is wrong, or on how many devices it holds by their latest reports', async () => {
  await publishStatus('HA-0003', 1, { environment: { boardCelsius: 50 } })
  await publishStatus('HA-0004', 1, { environment: { boardCelsius: 30 } })
  await publishStatus('ME-0001', 1, { environment: { boardCelsius: 90 } })
  for (const serial of ['HA-0003', 'HA-0004', 'ME-0001']) {
    await waitFor(async () => (await maker.get<{ lastReportAt: unknown }>(`/v1/devices/${serial}`)).body.lastReportAt)
  }
  const check = async (body: object) => (await harbour.post<RuleCheckResult>('/v1/alert-rules/check', body)).body
  expect(await check({ rule: own() })).toEqual({
    ...{ valid: true, problems: [] },
    preview: {
      ...{ devices: 2, holdsOn: 1 },
      examples: [{ serial: 'HA-0003', name: 'Booster HA-0003', subject: null, severity: 'warning', value: 50 }],
    },
  })
  expect((await check({ id: hot, changes: { levels: levels(25) } })).preview).toMatchObject({ devices: 2, holdsOn: 2 })
  expect((await check({ rule: own(), place: { device: 'HA-0004' } })).preview).toMatchObject({ devices: 1, holdsOn: 0 })
  expect(await check({ id: hot, changes: { levels: [] } })).toMatchObject({ valid: false, preview: null })
  expect((await check({ id: 'device-offline' })).preview).toMatchObject({ devices: 2, holdsOn: 0 })
  const event = {
    looksAt: { kind: 'event', event: 'restarted' },
    levels: [{ severity: 'warning', raiseAt: 1, clearAt: 0 }],
  }
  expect(await check({ rule: { ...own(), ...event } })).toMatchObject({ valid: true, preview: null })
  expect((await harbour.post('/v1/alert-rules/check', { rule: own(), id: hot })).status).toBe(400)
})
