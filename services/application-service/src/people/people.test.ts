import { setMembership } from '@stellacontrol/database'
import type {
  AuditEventView,
  Invitation,
  OrganisationView,
  OutboxMailView,
  Person,
  Session,
  SiteView,
} from '@stellacontrol/protocol'
import { rightsChanged } from '@stellacontrol/redis'
import { waitFor } from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApplication, type TestApplication, waitUntilReady } from '../testing/test-application.ts'
import type { TestClient } from '../testing/test-client.ts'

let application: TestApplication
let maker: TestClient
let harbour: TestClient
let meadow: TestClient
let ids: Record<string, number>

type Outbox = { hasMailServer: boolean; items: OutboxMailView[] }
type List<Item> = { items: Item[]; nextCursor: string | null }

beforeAll(async () => {
  application = await startTestApplication()
  await waitUntilReady(application.url)
  maker = await application.signIn('StellaControl', 'administrator')
  harbour = await application.signIn('Harbour', 'administrator')
  meadow = await application.signIn('Meadow', 'administrator')
  const rows = await application.database.query<{ id: number; name: string }>('select id, name from organisation')
  ids = Object.fromEntries(rows.map(({ id, name }) => [name, id]))
})
afterAll(() => application.stop())

function send<Body>(client: TestClient, method: string, path: string, body?: object) {
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return client.request<Body & { code?: string }>(method, path, json)
}

async function personOf(client: TestClient): Promise<number> {
  return (await client.get<{ user: { id: number } }>('/v1/session')).body.user.id
}

async function actionsOf(client: TestClient, query: string): Promise<string[]> {
  return (await client.get<List<AuditEventView>>(`/v1/audit?${query}`)).body.items.map(({ action }) => action)
}

const site = (organisation: string, name: string) => ({
  organisationId: ids[organisation],
  name,
  timeZone: 'Europe/Brussels',
})

test('an administrator makes organisations below their own, and sees them at once', async () => {
  const make = (client: TestClient, parent: string, kind: string, name: string) =>
    send<OrganisationView>(client, 'POST', '/v1/organisations', { parentId: ids[parent], kind, name })
  const reseller = await make(maker, 'StellaControl', 'reseller', 'North Sales')
  expect(reseller).toMatchObject({
    status: 201,
    body: { name: 'North Sales', devices: 0, parentId: ids.StellaControl },
  })
  const branch = await make(harbour, 'Harbour', 'customer', 'Harbour Branch')
  expect(branch).toMatchObject({ status: 201, body: { parentId: ids.Harbour } })
  const seen = (await harbour.get<List<OrganisationView>>('/v1/organisations')).body.items
  expect(seen.map(({ name, parentId, devices }) => [name, parentId, devices])).toEqual([
    ['Harbour', null, 30],
    ['Harbour Branch', ids.Harbour, 0],
  ])
  const renamed = await send(harbour, 'PATCH', `/v1/organisations/${branch.body.id}`, { name: 'Harbour East' })
  expect(renamed.body).toMatchObject({ name: 'Harbour East' })
  expect((await make(harbour, 'Harbour', 'customer', 'Harbour East')).body.code).toBe('name-taken')
  expect((await make(harbour, 'Harbour', 'reseller', 'Sales')).body.code).toBe('organisation-misplaced')
  expect((await make(harbour, 'StellaControl', 'customer', 'Mine')).body.code).toBe('organisation-not-found')
  const operator = await application.signIn('Harbour', 'operator')
  expect((await make(operator, 'Harbour', 'customer', 'Mine')).body.code).toBe('forbidden')
  expect(await actionsOf(maker, 'objectKind=organisation')).toEqual([
    ...['organisation.changed', 'organisation.created', 'organisation.created'],
  ])
})

test('sites are made, changed and removed by installers, but not while devices stand there', async () => {
  const installer = await application.signIn('Harbour', 'installer')
  const viewer = await application.signIn('Harbour', 'viewer')
  const made = await send<SiteView>(installer, 'POST', '/v1/sites', { ...site('Harbour', 'Pier'), address: 'Kaai 4' })
  expect(made).toMatchObject({ status: 201, body: { kind: 'building', devices: 0, latitude: null, address: 'Kaai 4' } })
  const path = `/v1/sites/${made.body.id}`
  const changed = await send<SiteView>(installer, 'PATCH', path, { latitude: 51.2, longitude: 4.4, address: '' })
  expect(changed.body).toEqual({ ...made.body, latitude: 51.2, longitude: 4.4, address: null })
  expect((await send(installer, 'PATCH', path, { timeZone: 'Europe/Nowhere' })).body.code).toBe('request-invalid')
  expect((await send(installer, 'PATCH', path, { organisationId: ids.Meadow })).body.code).toBe('request-invalid')
  expect((await send(installer, 'PATCH', path, { name: 'Harbour Tower' })).body.code).toBe('name-taken')
  expect((await send(viewer, 'PATCH', path, { name: 'Mine' })).body.code).toBe('forbidden')
  expect((await send(viewer, 'DELETE', path)).body.code).toBe('forbidden')
  expect((await send(installer, 'DELETE', path)).status).toBe(204)
  expect((await send(installer, 'DELETE', path)).body.code).toBe('site-not-found')
  const { items } = (await viewer.get<List<SiteView>>('/v1/sites')).body
  expect(items.map(({ name, devices }) => [name, devices])).toEqual([['Harbour Tower', 30]])
  expect((await send(installer, 'DELETE', `/v1/sites/${items[0]?.id}`)).body.code).toBe('site-in-use')
  expect(await actionsOf(harbour, `objectId=${made.body.id}&objectKind=site`)).toEqual([
    ...['site.deleted', 'site.changed', 'site.created'],
  ])
})

test('another customer’s organisation, site, person or invitation answers like one that does not exist', async () => {
  const invited = await send<Invitation>(meadow, 'POST', '/v1/invitations', {
    ...{ email: 'm@example.com', organisationId: ids.Meadow, role: 'viewer' },
  })
  const [meadowSite] = (await meadow.get<List<SiteView>>('/v1/sites')).body.items
  const meadowPerson = await personOf(meadow)
  const absent = 999_999
  const cases: [string, (id: number) => string, number | undefined, object?][] = [
    ['GET', (id) => `/v1/organisations/${id}`, ids.Meadow],
    ['PATCH', (id) => `/v1/organisations/${id}`, ids.Meadow, { name: 'x' }],
    ['GET', (id) => `/v1/sites/${id}`, meadowSite?.id],
    ['PATCH', (id) => `/v1/sites/${id}`, meadowSite?.id, { name: 'x' }],
    ['DELETE', (id) => `/v1/sites/${id}`, meadowSite?.id],
    ['GET', (id) => `/v1/people/${id}`, meadowPerson],
    ['PATCH', (id) => `/v1/people/${id}`, meadowPerson, { disabled: true }],
    ['PUT', (id) => `/v1/people/${id}/memberships/${ids.Harbour}`, meadowPerson, { role: 'viewer' }],
    ['DELETE', (id) => `/v1/people/${id}/memberships/${ids.Harbour}`, meadowPerson],
    ['PUT', (id) => `/v1/people/1/memberships/${id}`, ids.Meadow, { role: 'viewer' }],
    ['DELETE', (id) => `/v1/invitations/${id}`, invited.body.id],
    ['GET', (id) => `/v1/audit?organisation=${id}`, ids.Meadow],
    ['GET', (id) => `/v1/sites?organisation=${id}`, ids.Meadow],
  ]
  for (const [method, pathOf, id, body] of cases) {
    const foreign = await send<{ instance?: string }>(harbour, method, pathOf(id ?? 0), body)
    const missing = await send<{ instance?: string }>(harbour, method, pathOf(absent), body)
    const plain = ({ status, body }: typeof foreign) => ({ status, body: { ...body, instance: undefined } })
    expect(plain(foreign), `${method} ${pathOf(id ?? 0)}`).toEqual(plain(missing))
    expect(JSON.stringify(foreign.body)).not.toContain('eadow')
  }
  for (const organisationId of [ids.Meadow, absent]) {
    const invite = { email: 'x@example.com', organisationId, role: 'viewer' }
    expect((await send(harbour, 'POST', '/v1/invitations', invite)).body.code).toBe('organisation-not-found')
    const make = { ...site('Harbour', 'x'), organisationId }
    expect((await send(harbour, 'POST', '/v1/sites', make)).body.code).toBe('organisation-not-found')
  }
  for (const list of ['organisations', 'sites', 'people', 'invitations', 'audit', 'audit.csv']) {
    const { body } = await harbour.get<unknown>(`/v1/${list}`)
    expect(JSON.stringify(body), list).not.toMatch(/eadow|m@example/)
  }
  expect((await harbour.get('/v1/outbox')).body.code).toBe('forbidden')
})

test('nobody changes their own role, takes somebody out of home, or looks after an account that belongs elsewhere', async () => {
  const guest = await application.signIn('Meadow', 'viewer')
  const [id, harbourId] = [await personOf(guest), await personOf(harbour)]
  await setMembership(application.database, { userId: id, organisationId: ids.Harbour ?? 0, role: 'viewer' })
  const seen = (await harbour.get<List<Person>>('/v1/people')).body.items.find((person) => person.id === id)
  expect(seen).toMatchObject({
    ...{ isGuest: true, organisation: { name: 'Harbour' }, hasSecondFactor: false },
    memberships: [{ organisation: { name: 'Harbour' }, role: 'viewer' }],
  })
  const membership = `/v1/people/${id}/memberships/${ids.Harbour}`
  expect((await send<Person>(harbour, 'PUT', membership, { role: 'operator' })).body.memberships).toMatchObject([
    { role: 'operator' },
  ])
  expect((await send(harbour, 'PATCH', `/v1/people/${id}`, { name: 'Renamed' })).body.code).toBe('forbidden')
  const own = `/v1/people/${harbourId}`
  expect((await send(harbour, 'PUT', `${own}/memberships/${ids.Harbour}`, { role: 'viewer' })).body.code).toBe(
    'own-account',
  )
  expect((await send(harbour, 'DELETE', `${own}/memberships/${ids.Harbour}`)).body.code).toBe('own-account')
  expect((await send(harbour, 'PATCH', own, { disabled: true })).body.code).toBe('own-account')
  expect((await send(meadow, 'DELETE', `/v1/people/${id}/memberships/${ids.Meadow}`)).body.code).toBe('home-membership')
  expect((await send(harbour, 'DELETE', membership)).status).toBe(204)
  expect((await send(harbour, 'DELETE', membership)).body.code).toBe('person-not-found')
  const disabled = await send<Person>(meadow, 'PATCH', `/v1/people/${id}`, { name: 'Renamed', disabled: true })
  expect(disabled.body).toMatchObject({ name: 'Renamed', disabled: true })
  expect((await guest.get('/v1/devices')).status).toBe(401)
  await send(meadow, 'PATCH', `/v1/people/${id}`, { disabled: false })
  expect(await actionsOf(maker, `objectKind=user&objectId=${id}`)).toEqual([
    ...['user.enabled', 'user.disabled', 'membership.removed', 'membership.set'],
  ])
})

test('the manufacturer keeps an administrator, whoever would take the last one away', async () => {
  const outsider = await application.signIn('Meadow', 'viewer')
  const id = await personOf(outsider)
  const makerId = await personOf(maker)
  await setMembership(application.database, {
    userId: id,
    organisationId: ids.StellaControl ?? 0,
    role: 'administrator',
  })
  // Two administrators take the other one's role at once: one of them is left.
  await rightsChanged(application.redis)
  const take = (client: TestClient, person: number) =>
    send(client, 'PUT', `/v1/people/${person}/memberships/${ids.StellaControl}`, { role: 'viewer' })
  const answers = await Promise.all([take(maker, id), take(outsider, makerId)])
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  await setMembership(application.database, {
    userId: makerId,
    organisationId: ids.StellaControl ?? 0,
    role: 'administrator',
  })
  await setMembership(application.database, {
    userId: id,
    organisationId: ids.StellaControl ?? 0,
    role: 'administrator',
  })
  await application.database.execute('update app_user set disabled_at = now() where id = $1', [makerId])
  // The account belongs to Meadow, whose administrator sees nothing of the manufacturer.
  expect((await send(meadow, 'PATCH', `/v1/people/${id}`, { disabled: true })).body.code).toBe('last-administrator')
  await application.database.execute('update app_user set disabled_at = null where id = $1', [makerId])
  await send(meadow, 'PATCH', `/v1/people/${id}`, { name: 'Back' })
})

const naughty = [
  ...[`O'Brien "&" <b>co</b>`, '=cmd|calc!A1', '+1', '-1', '@SUM(A1)', 'a,b;c\\d', '%00%0a{{7*7}}', '../../etc/passwd'],
  ...[
    'שלום עולם',
    'مرحبا‮abc',
    '👩‍👩‍👧 𝒳',
    'Z͑ͫ̓a͓l̙g͠o',
    'ﬁnal é é',
    "'; drop table site; --",
    'NULL',
    'null',
    '１２３',
    'İıſ',
  ],
]

test('naughty strings come back unharmed from every field, and are no formulas in the audit file', async () => {
  for (const text of naughty) {
    const made = await send<SiteView>(harbour, 'POST', '/v1/sites', { ...site('Harbour', text), address: text })
    expect([made.status, made.body.name, made.body.address]).toEqual([201, text, text])
    const child = { parentId: ids.Harbour, kind: 'customer', name: text }
    expect((await send<OrganisationView>(harbour, 'POST', '/v1/organisations', child)).body.name).toBe(text)
    const id = await personOf(meadow)
    expect((await send<Person>(maker, 'PATCH', `/v1/people/${id}`, { name: text })).body.name).toBe(text)
  }
  const names = (await harbour.get<List<SiteView>>('/v1/sites')).body.items.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(naughty))
  const organisations = (await harbour.get<List<OrganisationView>>('/v1/organisations')).body.items
  expect(organisations.map(({ name }) => name)).toEqual(expect.arrayContaining(naughty))
  const events = (await harbour.get<List<AuditEventView>>('/v1/audit?limit=500&action=site.created')).body.items
  expect(events.map(({ after }) => (after as SiteView).name)).toEqual(expect.arrayContaining(naughty))
  for (const text of ['line\nbreak', 'a\u0000b', '   ']) {
    expect((await send(harbour, 'POST', '/v1/sites', site('Harbour', text))).body.code).toBe('request-invalid')
  }
  await application.database.execute(`insert into audit_event (organisation_id, actor, action, object_kind, object_id)
    values (${ids.Harbour}, '=1+1', '@x', '-1', '+1')`)
  const csv = await harbour.get<string>('/v1/audit.csv')
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(csv.body).toContain(`,'=1+1,,'@x,'-1,'+1,`)
  expect(csv.body.split('\r\n').length).toBeGreaterThan(naughty.length * 2)
})

test('the audit log pages through everything once, filters, and refuses who may not read it', async () => {
  const all = (await maker.get<List<AuditEventView>>('/v1/audit?limit=500')).body.items
  const paged: number[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/v1/audit?limit=7${cursor && `&cursor=${cursor}`}`
    const { body } = await maker.get<List<AuditEventView>>(path)
    paged.push(...body.items.map(({ id }) => id))
    cursor = body.nextCursor
  }
  expect(paged).toEqual(all.map(({ id }) => id))
  const middle = all[Math.floor(all.length / 2)]
  const later = await maker.get<List<AuditEventView>>(`/v1/audit?limit=500&from=${middle?.at}`)
  expect(later.body.items.every(({ at }) => at >= (middle?.at ?? ''))).toBe(true)
  expect(later.body.items.length).toBeLessThan(all.length)
  expect((await maker.get('/v1/audit?cursor=x')).body.code).toBe('cursor-invalid')
  expect((await maker.get('/v1/audit?from=yesterday')).body.code).toBe('request-invalid')
  const operator = await application.signIn('Harbour', 'operator')
  for (const path of ['/v1/audit', '/v1/audit.csv']) expect((await operator.get(path)).body.code).toBe('forbidden')
})

test('without a mail server whoever invites gets the link, and the mail waits in the outbox', async () => {
  const invitation = { email: 'link@example.com', organisationId: ids.Harbour, role: 'installer' }
  const created = await send<Invitation & { link: string }>(harbour, 'POST', '/v1/invitations', invitation)
  expect(created.body.link).toMatch(new RegExp(`^${application.url}/invitation\\?token=[\\w-]{43}$`))
  const outbox = await maker.get<Outbox>('/v1/outbox')
  expect(outbox.body.hasMailServer).toBe(false)
  expect(outbox.body.items[0]).toMatchObject({ recipient: 'link@example.com', state: 'waiting' })
  expect(outbox.body.items[0]?.text).toContain(created.body.link)
  const { items } = (await harbour.get<List<Invitation>>('/v1/invitations')).body
  expect(items).toMatchObject([{ email: 'link@example.com', role: 'installer', organisation: { name: 'Harbour' } }])
  expect(JSON.stringify(items)).not.toContain('token')
  // Whoever asks without an account could name any Host: the link is a place in the page only.
  const { body } = await maker.get<Session>('/v1/session')
  await application.client().post('/v1/password-resets', { email: body.user.email })
  const newest = async () => (await maker.get<Outbox>('/v1/outbox')).body.items[0]
  await waitFor(async () => (await newest())?.recipient === body.user.email, { what: 'the mail in the outbox' })
  expect((await newest())?.text).toMatch(/^\/password-reset\?token=[\w-]{43}$/m)
})
