import type { DeviceList, ImportReport, RegistryDeviceView } from '@stellacontrol/protocol'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  harbourSerials,
  startTestApplication,
  type TestApplication,
  waitUntilReady,
} from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let maker: TestClient
let harbour: TestClient
const ids = { StellaControl: 0, Harbour: 0, Meadow: 0 }

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  for (const { id, name } of await application.database.query<{ id: number; name: keyof typeof ids }>(
    'select id, name from organisation',
  )) {
    ids[name] = id
  }
  maker = await application.signIn('StellaControl', 'administrator')
  harbour = await application.signIn('Harbour', 'administrator')
})
afterAll(() => application.stop())

const importList = (client: TestClient, body: string, { to = ids.Harbour, dryRun = true } = {}) =>
  client.request<ImportReport & { code: string }>('POST', `/v1/registry/import?organisation=${to}&dryRun=${dryRun}`, {
    headers: { 'content-type': 'text/csv' },
    body,
  })
const exported = async (client: TestClient, query = '') =>
  (await client.get<string>(`/v1/registry/export.csv${query}`)).body
const everything = () => application.database.query('select * from device order by id')
const naughty = [
  '=cmd|calc',
  '-1+2',
  "'=x",
  '"quoted", and ; more',
  "O'Neill",
  '  padded  ',
  'two\nlines\r\nthree\tx',
  '日本 👩‍👩‍👧 \u202e',
]

test('what is exported comes back unchanged, whatever it says, and runs in no spreadsheet', async () => {
  for (const [index, text] of naughty.entries()) {
    const body = { name: text.replace(/\s+/g, ' '), notes: text, location: `=${index}`, tags: ['@tag', `-${index}`] }
    const headers = { 'content-type': 'application/json' }
    const changed = await harbour.request<RegistryDeviceView>(
      'PATCH',
      `/v1/registry/devices/${harbourSerials[index]}`,
      {
        ...{ headers, body: JSON.stringify({ ...body, latitude: -33.5, longitude: -0.25 }) },
      },
    )
    expect(changed.status).toBe(200)
  }
  const before = await everything()
  const list = await exported(harbour)
  expect(list.split('\r\n')[0]?.replace('\ufeff', '')).toBe(
    'serial,model,name,site,location,latitude,longitude,tags,notes',
  )
  expect(list).toContain(',-33.5,-0.25,')
  expect(list).not.toMatch(/(?:^|,)"?[=@]/m)
  const report = { lines: 30, added: 0, changed: 0, unchanged: 30, problems: [] }
  expect((await importList(harbour, list)).body).toEqual({ dryRun: true, ...report })
  expect((await importList(harbour, list, { dryRun: false })).body).toEqual({ dryRun: false, ...report })
  expect(await everything()).toEqual(before)
  expect(list).not.toContain('ME-0')
  expect((await exported(maker, `?organisation=${ids.Harbour}`)).length).toBe(list.length)
})

test('a dry run lists every bad line and changes nothing, and neither does a real run of the same list', async () => {
  const list = [
    'serial,model,name,site',
    'HA-0001,iR5,Renamed,Harbour Tower',
    'NEW-0001,iR5,,Harbour Tower',
    'NEW-0002,iR99,,',
    'NEW-0003,iR5,,Meadow Farm',
    'ME-0001,iR5,,',
    'HA-0002,iR3,,',
    'HA-0001,iR5,,',
  ].join('\r\n')
  const before = await everything()
  const dry = (await importList(maker, list)).body
  expect(dry).toMatchObject({ lines: 7, added: 1, changed: 1, unchanged: 0 })
  expect(dry.problems.map(({ line, column, value, problem }) => [line, column, value, problem])).toEqual([
    [4, 'model', 'iR99', 'no such model'],
    [5, 'site', 'Meadow Farm', 'no such site in this organisation'],
    [6, 'serial', 'ME-0001', 'belongs to another organisation'],
    [7, 'model', 'iR3', 'a device keeps its model, iR5'],
    [8, 'serial', 'HA-0001', 'also on line 2'],
  ])
  const real = (await importList(maker, list, { dryRun: false })).body
  expect(real).toEqual({ ...dry, dryRun: false, added: 0, changed: 0 })
  expect(await everything()).toEqual(before)
})

test('to a customer somebody else’s serial and one that does not exist look the same', async () => {
  const { problems } = (await importList(harbour, 'serial\nME-0001\nNO-0001\nHA-0001')).body
  expect(problems.map(({ line, problem }) => [line, problem])).toEqual([
    [2, 'not a device of this organisation'],
    [3, 'not a device of this organisation'],
  ])
})

test('an import adds and changes all at once, for everybody to see, and each device is in the audit log', async () => {
  const list = 'serial,model,name,tags\nIMP-0001,iR3,"Lift, 3",roof;lift\nIMP-0002,iR3,,\nHA-0020,,Renamed,roof\n'
  const { body } = await importList(maker, list, { dryRun: false })
  expect(body).toMatchObject({ added: 2, changed: 1, unchanged: 0, problems: [] })
  const found = await harbour.get<DeviceList>('/v1/devices?tag=roof&sort=serial')
  expect(found.body.items.map(({ serial, name, state }) => [serial, name, state])).toEqual([
    ['HA-0020', 'Renamed', 'active'],
    ['IMP-0001', 'Lift, 3', 'claimed'],
  ])
  const log = await application.database.query<{ object_id: string; organisation_id: number }>(
    `select object_id, organisation_id from audit_event where action = 'device.imported' order by object_id`,
  )
  expect(log.map(({ object_id, organisation_id }) => [object_id, organisation_id])).toEqual(
    ['HA-0020', 'IMP-0001', 'IMP-0002'].map((serial) => [serial, ids.Harbour]),
  )
})

test('a list that is too large or no list is refused, and two imports at once add a device once', async () => {
  expect((await importList(maker, `serial\n${`${'A'.repeat(30_000)}\n`.repeat(200)}`)).body.code).toBe('body-too-large')
  const { problems } = (await importList(maker, `serial\n${'A\n'.repeat(1_000_000)}`)).body
  expect(problems).toHaveLength(20_001 + 19_999)
  const json = await maker.post('/v1/registry/import?organisation=1', {})
  expect(json.body.code).toBe('media-type-unsupported')
  const twice = await Promise.all([1, 2].map(() => importList(maker, 'serial,model\nONCE-0001,iR5', { dryRun: false })))
  expect(twice.filter(({ body }) => body.added === 1)).toHaveLength(1)
  await waitFor(async () => (await harbour.get('/v1/devices/ONCE-0001')).status === 200)
})
