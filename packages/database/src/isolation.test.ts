import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { addDevice, findDevice, listDevices } from './devices.ts'
import { maintainPartitions } from './history/maintain-partitions.ts'
import { readHistory } from './history/read-history.ts'
import { rollUpDueHours } from './history/roll-ups.ts'
import { listSetAside } from './history/set-aside.ts'
import { writeHistory } from './history/write-history.ts'
import { listMemberships, readReach, setMembership } from './memberships.ts'
import { createOrganisation, listOrganisations, type Organisation } from './organisations.ts'
import { apiRole, type Scope, scopeOfOrganisation, systemScope, withScope } from './scope.ts'
import { createSite, listSites } from './sites.ts'
import { entryOf, sampleReport } from './testing/sample-reports.ts'
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts'
import { createUser, listUsers } from './users.ts'

const hourMs = 3_600_000
const now = Date.now()
let server: TestDatabase
let owner: Database
let api: Database
let maker: Organisation
let hotel: Organisation
let ship: Organisation
let ofHotel: Scope
let ofShip: Scope

/** Every table with rows of customers, by how many of them each customer has here. */
const tables = [
  'organisation',
  'site',
  'app_user',
  'membership',
  'device',
  'device_credential',
  'device_ownership',
  'claim_code',
]

beforeAll(async () => {
  server = await startTestDatabase()
  owner = server.database
  api = server.openApi()
  maker = await createOrganisation(owner, { parentId: null, kind: 'manufacturer', name: 'Maker' })
  ;[hotel, ship] = await Promise.all([customer('Hotel', 'HOTEL-1'), customer('Ship', 'SHIP-1')])
  ofHotel = await scopeOfOrganisation(owner, hotel.id)
  ofShip = await scopeOfOrganisation(owner, ship.id)
  await maintainPartitions(owner, { now })
  const entries = ['HOTEL-1', 'SHIP-1'].flatMap((serial, device) =>
    Array.from({ length: 12 }, (_, index) =>
      entryOf(`${index + 1 + device * 100}-0`, serial, sampleReport(1, index + 1, now - (12 - index) * 600_000), now),
    ),
  )
  const broken = { ...entryOf('900-0', 'SHIP-1', sampleReport(1, 99, now), now) }
  const setAside = { ...broken, decoded: { rejected: 'undecodable' as const, detail: 'ship canary' } }
  await writeHistory(owner, {
    queueGeneration: 'g',
    partitions: [{ partition: 0, entries: [...entries, setAside] }],
    now,
  })
  await rollUpDueHours(owner, { now: now + 2 * hourMs })
  for (const organisation of [hotel, ship]) {
    await owner.query(
      `insert into audit_event (organisation_id, actor, action, object_kind, object_id) values ($1, 'A', 'made', 'device', 'x')`,
      [organisation.id],
    )
  }
})
afterAll(() => server.stop())

async function customer(name: string, serial: string): Promise<Organisation> {
  const organisation = await createOrganisation(owner, { parentId: maker.id, kind: 'customer', name })
  const site = await createSite(owner, {
    ...{ organisationId: organisation.id, name: `${name} site`, kind: 'building', timeZone: 'Europe/Brussels' },
    ...{ latitude: null, longitude: null, address: null },
  })
  const email = `${name.toLowerCase()}@example.com`
  await createUser(owner, { organisationId: organisation.id, email, name, role: 'operator', passwordHash: 'x' })
  await addDevice(owner, { serial, organisationId: organisation.id, siteId: site.id, model: 'iR5', name: serial })
  await owner.execute(
    `insert into claim_code (device_id, organisation_id, code_sha256, expires_at)
     select id, organisation_id, sha256('x'), now() + interval '1 hour' from device where serial = $1`,
    [serial],
  )
  return organisation
}

const countRows = (table: string, scope: Scope) =>
  withScope(api, scope, async (queries) => {
    const [row] = await queries.query<{ n: number }>(`select count(*) as n from ${table}`)
    return row?.n
  })

test('without a scope the role of the API sees no row of any table', async () => {
  const rows = await api.query<{ name: string }>(
    `select table_name as name from information_schema.table_privileges
     where grantee = $1 and privilege_type = 'SELECT' and table_schema = 'public' order by 1`,
    [apiRole],
  )
  const names = rows.map(({ name }) => name).filter((name) => name !== 'schema_migration')
  expect(names).toEqual(
    expect.arrayContaining([...tables, 'report', 'report_live', 'device_hour', 'band_hour', 'ledger']),
  )
  for (const name of names) {
    expect(await api.query(`select * from ${name} limit 1`), name).toEqual([])
  }
})

test('every table of customers is under row-level security, and the role owns none', async () => {
  const rows = await owner.query<{ relname: string; relrowsecurity: boolean; owned: boolean }>(
    `select relname, relrowsecurity, pg_get_userbyid(relowner) = $1 as owned from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and relname not in ('schema_migration', 'boot_anchor')`,
    [apiRole],
  )
  expect(rows.filter(({ relrowsecurity, owned }) => !relrowsecurity || owned)).toEqual([])
  expect(
    await api.query('select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user'),
  ).toEqual([{ current_user: apiRole, rolsuper: false, rolbypassrls: false }])
})

test('a query that forgets its filter sees the rows of its scope and no others', async () => {
  for (const table of [...tables, 'audit_event']) expect(await countRows(table, ofHotel), table).toBe(1)
  expect(await countRows('device', systemScope)).toBe(2)
  expect(await countRows('set_aside', ofHotel)).toBe(0)
  expect(await countRows('set_aside', ofShip)).toBe(1)
  expect(await countRows('ledger', ofShip)).toBe(0)
  expect(await countRows('ledger', systemScope)).toBe(1)
  // The filter of the query says everything: only row-level security is left.
  await withScope(api, ofHotel, async (queries) => {
    expect((await listDevices(queries, systemScope)).map(({ serial }) => serial)).toEqual(['HOTEL-1'])
    expect((await listUsers(queries, systemScope)).map(({ name }) => name)).toEqual(['Hotel'])
    expect((await listSites(queries, systemScope)).map(({ name }) => name)).toEqual(['Hotel site'])
    expect((await listOrganisations(queries, systemScope)).map(({ name }) => name)).toEqual(['Hotel'])
    expect((await listSetAside(queries, systemScope, { limit: 10 })).items).toEqual([])
    expect(await findDevice(queries, systemScope, 'SHIP-1')).toBeUndefined()
  })
})

test('the scope ends with its transaction', async () => {
  const single = openDatabase({
    url: server.server.apiUrl,
    applicationName: 'one',
    role: apiRole,
    maximumConnections: 1,
  })
  expect(await withScope(single, systemScope, (queries) => listDevices(queries, systemScope))).toHaveLength(2)
  expect(await listDevices(single, systemScope)).toEqual([])
  await expect(withScope(single, systemScope, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await listDevices(single, systemScope)).toEqual([])
  await single.close()
})

test('nothing can be written into, moved to or taken from an organisation out of scope', async () => {
  const refused = { code: '42501' }
  const insertSite = `insert into site (organisation_id, name, time_zone) values (${ship.id}, 'x', 'UTC')`
  await expect(withScope(api, ofHotel, (queries) => queries.query(insertSite))).rejects.toMatchObject(refused)
  const give = `update device set organisation_id = ${ship.id} where serial = 'HOTEL-1'`
  await expect(withScope(api, ofHotel, (queries) => queries.execute(give))).rejects.toMatchObject(refused)
  const take = `update device set organisation_id = ${hotel.id} where serial = 'SHIP-1'`
  expect(await withScope(api, ofHotel, (queries) => queries.execute(take))).toBe(0)
  const [shipUser] = await listUsers(owner, ofShip)
  const join = { userId: shipUser?.id ?? 0, organisationId: ship.id, role: 'administrator' as const }
  await expect(withScope(api, ofHotel, (queries) => setMembership(queries, join))).rejects.toMatchObject(refused)
  await expect(api.query('update report set seq = 1')).rejects.toMatchObject(refused)
  await expect(api.query('create table mine ()')).rejects.toMatchObject(refused)
  await expect(api.query('set role stellacontrol')).rejects.toMatchObject(refused)
})

test('the audit log is append-only for everybody', async () => {
  for (const statement of [
    'update audit_event set actor = $$nobody$$',
    'delete from audit_event',
    'truncate audit_event',
  ]) {
    await expect(owner.execute(statement), statement).rejects.toThrow('append-only')
    await expect(withScope(api, systemScope, (queries) => queries.execute(statement))).rejects.toMatchObject({
      code: '42501',
    })
  }
})

test('history is closed until it is opened, and opens only to the scope that the device belongs to', async () => {
  expect(await countRows('report', systemScope)).toBe(0)
  const opened = (scope: Scope, serial: string) =>
    withScope(api, scope, async (queries) => {
      await queries.query('select stella_open_history(id) from device where serial = $1', [serial])
      // Also with the id in hand.
      await queries.query('select stella_open_history((select max(device_id) from device_ownership))')
      const [row] = await queries.query<{ n: number }>('select count(*) as n from report')
      return row?.n
    })
  expect(await opened(ofShip, 'SHIP-1')).toBe(12)
  expect(await opened(ofHotel, 'SHIP-1')).toBe(12) // its own device, HOTEL-1
  const ids = await owner.query<{ id: number }>(`select id from device where serial = 'SHIP-1'`)
  const foreign = await withScope(api, ofHotel, async (queries) => {
    await queries.query('select stella_open_history($1)', [ids[0]?.id])
    return queries.query('select * from report')
  })
  expect(foreign).toEqual([])
})

test('after a transfer the new owner sees history from then on, and the old one nothing', async () => {
  await addDevice(owner, { serial: 'MOVED-1', organisationId: hotel.id, siteId: null, model: 'iR5', name: 'Moved' })
  const write = (first: number, from: number) =>
    writeHistory(owner, {
      queueGeneration: 'moved',
      partitions: [
        {
          partition: 1,
          entries: Array.from({ length: 6 }, (_, index) =>
            entryOf(`${first + index}-0`, 'MOVED-1', sampleReport(1, first + index, from + index * 1_000), from),
          ),
        },
      ],
      now,
    })
  await write(1, now - 3 * hourMs)
  await owner.execute('update device set organisation_id = $1, site_id = null where serial = $2', [ship.id, 'MOVED-1'])
  // The moment of the transfer is the server's; reports measured after it lie in the future of this test.
  await write(10, Date.now() + 60_000)
  const range = { serial: 'MOVED-1', from: iso(now - 4 * hourMs), to: iso(now + hourMs), metrics: ['boardCelsius'] }
  const seen = (database: Database, scope: Scope) =>
    withScope(database, scope, (queries) => readHistory(queries, scope, { ...range, points: 500 }))
  for (const database of [api, owner]) {
    const history = await seen(database, ofShip)
    expect(history?.at.length).toBeGreaterThan(0)
    expect(Math.min(...(history?.at ?? []))).toBeGreaterThan(now - hourMs)
    expect(await seen(database, ofHotel)).toBeUndefined()
  }
  expect((await seen(api, systemScope))?.at.length).toBeGreaterThan(1)
})

test('reach is every organisation below a membership, with the roles of each', async () => {
  const reseller = await createOrganisation(owner, { parentId: maker.id, kind: 'reseller', name: 'Reseller' })
  const below = await createOrganisation(owner, { parentId: reseller.id, kind: 'customer', name: 'Below' })
  const user = await createUser(owner, {
    ...{ organisationId: reseller.id, email: 'r@example.com', name: 'R', role: 'viewer', passwordHash: 'x' },
  })
  await setMembership(owner, { userId: user.id, organisationId: below.id, role: 'administrator' })
  const reach = await readReach(owner, user.id)
  expect(reach.map(({ organisationId, roles }) => [organisationId, [...roles].sort()])).toEqual([
    [reseller.id, ['viewer']],
    [below.id, ['administrator', 'viewer']],
  ])
  expect((await listMemberships(owner, systemScope, user.id)).map(({ role }) => role)).toEqual([
    'administrator',
    'viewer',
  ])
  await expect(createOrganisation(owner, { parentId: below.id, kind: 'reseller', name: 'No' })).rejects.toThrow(
    'a reseller cannot be below a customer',
  )
})

function iso(at: number): string {
  return new Date(at).toISOString()
}
