import type { Page } from '@stellacontrol/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

interface Row {
  id: number
  name?: string
  email?: string
}
type List = Page<Row> & { code?: string }

let application: TestApplication
let maker: TestClient
let harbour: TestClient
let ids: Record<string, number>

const rowsEach = 330
/** Every name three times, half of them in capitals, so that pages end within equal names. */
const nameOf = "case when n % 2 = 0 then 'NAME ' else 'name ' end || (n / 3)"

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  maker = await application.signIn('StellaControl', 'administrator')
  harbour = await application.signIn('Harbour', 'administrator')
  const { database } = application
  const rows = await database.query<{ id: number; name: string }>('select id, name from organisation')
  ids = Object.fromEntries(rows.map(({ id, name }) => [name, id]))
  const series = `generate_series(0, ${rowsEach - 1}) n`
  for (const [organisation, place] of [
    [ids.Harbour, 'harbour'],
    [ids.Meadow, 'meadow'],
  ]) {
    await database.execute(
      `insert into site (organisation_id, name, kind, time_zone, address)
       select $1, 'site ' || n, 'building', 'UTC', 'number ' || n || ' ${place} road' from ${series}`,
      [organisation],
    )
    await database.execute(
      `with made as (insert into app_user (organisation_id, email, name, password_hash)
         select $1, 'p' || n || '@${place}.test', ${nameOf}, 'x' from ${series} returning id, organisation_id)
       insert into membership (user_id, organisation_id, role) select id, organisation_id, 'viewer' from made`,
      [organisation],
    )
    await database.execute(
      `insert into invitation (organisation_id, email, role, token_sha256, invited_by, expires_at)
       select $1, 'invited' || n || '@paging.test', 'viewer', sha256(('${place}' || n)::bytea), 'x', now() + interval '1 day'
       from ${series}`,
      [organisation],
    )
    await database.execute(
      `insert into organisation (parent_id, kind, name) select $1, 'customer', 'branch ' || n from ${series}`,
      [organisation],
    )
  }
  // Whoever is signed in learns of the new organisations with the next change of rights.
  const made = await maker.post('/v1/organisations', { parentId: ids.Harbour, kind: 'customer', name: 'One more' })
  expect(made.status).toBe(201)
})
afterAll(() => application.stop())

const read = async (client: TestClient, path: string) => (await client.get<List>(path)).body
const withQuery = (path: string, query: string) => `${path}${path.includes('?') ? '&' : '?'}${query}`

async function everyPage(client: TestClient, path: string): Promise<{ rows: Row[]; pages: number; total: number }> {
  const rows: Row[] = []
  let pages = 0
  for (let cursor = ''; ; ) {
    const page = await read(client, withQuery(path, `limit=100${cursor}`))
    rows.push(...page.items)
    pages++
    if (page.nextCursor === null) return { rows, pages, total: page.total }
    cursor = `&cursor=${page.nextCursor}`
  }
}

describe.each(['/v1/people', '/v1/sites', '/v1/organisations', '/v1/invitations'])('the list at %s', (path) => {
  test('comes whole and once, page by page, in the order of names', async () => {
    for (const [client, least] of [
      [maker, 2 * rowsEach],
      [harbour, rowsEach],
    ] as const) {
      const { rows, pages, total } = await everyPage(client, path)
      expect(total).toBe(rows.length)
      expect(rows.length).toBeGreaterThanOrEqual(least)
      expect(rows.length).toBeLessThan(least + 20)
      expect(pages).toBe(Math.ceil(total / 100))
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
      // As PostgreSQL orders them, which is the order of the pages.
      const sorted = await application.database.query<{ id: number }>(
        'select id::int from unnest($1::int[], $2::text[]) as row(id, name) order by lower(name), id',
        [rows.map(({ id }) => id), rows.map(({ name, email }) => (path.endsWith('invitations') ? email : name))],
      )
      expect(rows.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id))
    }
  })

  test('goes on behind its cursor when rows before it come and go', async () => {
    const first = await read(maker, withQuery(path, 'limit=50'))
    const table = { people: 'app_user', sites: 'site', organisations: 'organisation', invitations: 'invitation' }
    const name = path.endsWith('invitations') ? 'email' : 'name'
    const changed = table[path.slice('/v1/'.length) as keyof typeof table]
    const second = await read(maker, withQuery(path, `limit=50&cursor=${first.nextCursor}`))
    const moved = first.items[10] as Row
    const before = moved[name] as string
    await application.database.execute(`update ${changed} set ${name} = 'zzzz' where id = $1`, [moved.id])
    const again = await read(maker, withQuery(path, `limit=50&cursor=${first.nextCursor}`))
    await application.database.execute(`update ${changed} set ${name} = $2 where id = $1`, [moved.id, before])
    expect(again.items.map(({ id }) => id)).toEqual(second.items.map(({ id }) => id))
  })

  test('refuses a cursor that it did not make', async () => {
    const [list, devices] = [await read(maker, withQuery(path, 'limit=1')), await read(maker, '/v1/devices?limit=1')]
    expect(list.nextCursor).not.toBeNull()
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const cursor of [
      devices.nextCursor,
      'nonsense',
      forged(['name', 1, 1]),
      forged(['name', 'a\0', 1]),
      forged(['name', 'a', 2 ** 40]),
    ]) {
      expect((await read(maker, withQuery(path, `cursor=${cursor}`))).code, String(cursor)).toBe('cursor-invalid')
    }
    expect((await read(maker, `/v1/devices?cursor=${list.nextCursor}`)).code).toBe('cursor-invalid')
  })

  test('takes a search with anything in it as text', async () => {
    for (const search of ['%', '_', "'", '\\', '$1', '(', '\u{1d518}']) {
      expect((await read(maker, withQuery(path, `search=${encodeURIComponent(search)}`))).items, search).toEqual([])
    }
    expect((await read(maker, withQuery(path, 'search=%00'))).code).toBe('request-invalid')
  })
})

test('a search takes all its words, in capitals or not, and finds nothing of another customer', async () => {
  const found = async (client: TestClient, path: string) => {
    const { items, total } = await read(client, path)
    expect(total).toBe(items.length)
    return items.map(({ name, email }) => email ?? name)
  }
  expect(await found(maker, '/v1/people?search=P17@HARBOUR')).toEqual(['p17@harbour.test'])
  expect(await found(maker, '/v1/people?search=name%20p17@')).toEqual(['p17@harbour.test', 'p17@meadow.test'])
  expect(await found(harbour, '/v1/people?search=p17@')).toEqual(['p17@harbour.test'])
  expect(await found(maker, '/v1/sites?search=number%20321%20MEADOW')).toEqual(['site 321'])
  expect(await found(harbour, '/v1/sites?search=meadow')).toEqual([])
  expect(await found(harbour, '/v1/organisations?search=Branch%20329')).toEqual(['branch 329'])
  expect(await found(maker, '/v1/organisations?search=Branch%20329')).toEqual(['branch 329', 'branch 329'])
  expect(await found(harbour, '/v1/invitations?search=invited7@')).toEqual(['invited7@paging.test'])
})

test('a list can be narrowed to one organisation, or to those where one may do something', async () => {
  const totals = async (client: TestClient, path: string) => (await read(client, path)).total
  expect(await totals(maker, `/v1/sites?organisation=${ids.Meadow}`)).toBe(rowsEach + 1)
  expect(await totals(maker, `/v1/invitations?organisation=${ids.Meadow}`)).toBe(rowsEach)
  expect(await totals(maker, `/v1/people?organisation=${ids.Meadow}`)).toBe(rowsEach)
  expect(await totals(harbour, `/v1/people?organisation=${ids.Meadow}`)).toBe(0)
  expect(await totals(maker, '/v1/organisations?isParent=true')).toBe(2)
  expect(await totals(harbour, '/v1/organisations?permission=people.edit')).toBe(rowsEach + 2)
  const viewer = await application.signIn('Harbour', 'viewer')
  expect(await totals(viewer, '/v1/organisations')).toBe(rowsEach + 2)
  expect(await totals(viewer, '/v1/organisations?permission=people.edit')).toBe(0)
})
