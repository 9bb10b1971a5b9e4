import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { addSecret, findDeviceCredentials, noteCredentialUse, revokeCredential } from './device-credentials.ts'
import {
  addDevice,
  findDevice,
  findDeviceIds,
  findRegistryDevice,
  listDevices,
  listRegistry,
  listSerialIds,
  type RegistryDevice,
  setDeviceState,
} from './devices.ts'
import { createOrganisation, findOrganisation, listOrganisations, type Organisation } from './organisations.ts'
import { type FleetRegistration, registerFleet } from './register-fleet.ts'
import { type Scope, scopeOfOrganisation, systemScope } from './scope.ts'
import { createSite, findSite, listSites, type Site } from './sites.ts'
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts'
import { createUser, ensureUser, findUser, findUserByEmail, listUsers } from './users.ts'

let server: TestDatabase
let database: Database
let maker: Organisation
let hotel: Organisation
let ship: Organisation
let lobby: Site
let ofHotel: Scope
let ofShip: Scope

beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
  maker = await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'Maker' })
  const reseller = await createOrganisation(database, { parentId: maker.id, kind: 'reseller', name: 'Reseller' })
  hotel = await createOrganisation(database, { parentId: reseller.id, kind: 'customer', name: 'Hotel' })
  ship = await createOrganisation(database, { parentId: maker.id, kind: 'customer', name: 'Ship' })
  ofHotel = await scopeOfOrganisation(database, hotel.id)
  ofShip = await scopeOfOrganisation(database, ship.id)
  lobby = await createSite(database, {
    ...{ organisationId: hotel.id, name: 'Lobby', kind: 'hotel', timeZone: 'Europe/Brussels' },
    ...{ latitude: 50.8, longitude: 4.3, address: 'Street 1' },
  })
})
afterAll(() => server.stop())

const hash = (secret: string) => createHash('sha256').update(secret).digest()
const credentialsOf = async (serial: string) => (await findDeviceCredentials(database, [serial])).get(serial)
const hashesOf = async (serial: string) =>
  (await credentialsOf(serial))?.credentials.map((credential) => credential.hash)
const device = (serial: string, organisationId = hotel.id, siteId: number | null = lobby.id) => {
  return { serial, organisationId, siteId, model: 'iR5', name: `Device ${serial}` }
}
async function registryOf(scope: Scope): Promise<RegistryDevice[]> {
  const pages: RegistryDevice[][] = []
  for await (const page of listRegistry(database, scope)) pages.push(page)
  return pages.flat()
}

test('an organisation sees itself and everything below it', async () => {
  const names = async (scope: Scope) => (await listOrganisations(database, scope)).map(({ name }) => name)
  expect(await names(await scopeOfOrganisation(database, maker.id))).toEqual(['Hotel', 'Maker', 'Reseller', 'Ship'])
  expect(await names(await scopeOfOrganisation(database, hotel.parentId ?? 0))).toEqual(['Hotel', 'Reseller'])
  expect(await names(ofHotel)).toEqual(['Hotel'])
  expect(await names(await scopeOfOrganisation(database, 999))).toEqual([])
})

test('what is out of scope is not found and not listed', async () => {
  await addDevice(database, device('SCOPE-1'))
  const user = await createUser(database, {
    ...{ organisationId: hotel.id, email: 'Anna@Example.com', name: 'Anna', role: 'viewer', passwordHash: 'x' },
  })
  const nothing: Scope = { kind: 'organisations', ids: [] }
  for (const scope of [ofShip, nothing]) {
    expect(await findOrganisation(database, scope, hotel.id)).toBeUndefined()
    expect(await findSite(database, scope, lobby.id)).toBeUndefined()
    expect(await listSites(database, scope)).toEqual([])
    expect(await findUser(database, scope, user.id)).toBeUndefined()
    expect(await listUsers(database, scope)).toEqual([])
    expect(await findDevice(database, scope, 'SCOPE-1')).toBeUndefined()
    expect(await findRegistryDevice(database, scope, 'SCOPE-1')).toBeUndefined()
    expect(await listDevices(database, scope)).toEqual([])
    expect(await registryOf(scope)).toEqual([])
    expect(await setDeviceState(database, scope, 'SCOPE-1', 'retired')).toBe(false)
  }
  for (const scope of [ofHotel, systemScope]) {
    expect(await findOrganisation(database, scope, hotel.id)).toEqual(hotel)
    expect(await findSite(database, scope, lobby.id)).toEqual(lobby)
    expect(await findUser(database, scope, user.id)).toMatchObject({ email: 'anna@example.com' })
    expect(await findDevice(database, scope, 'SCOPE-1')).toMatchObject({ state: 'active', siteId: lobby.id })
    expect(await findRegistryDevice(database, scope, 'SCOPE-1')).toMatchObject({
      organisation: { id: hotel.id, name: 'Hotel' },
      site: { name: 'Lobby', timeZone: 'Europe/Brussels' },
    })
  }
})

test('a device gets 256 random bits, of which only the SHA-256 is kept', async () => {
  const { secret, device: added } = await addDevice(database, device('SECRET-1'))
  expect(secret).toMatch(/^[\w-]{43}$/)
  const credential = await credentialsOf('SECRET-1')
  expect(credential).toMatchObject({ deviceId: added.id, serial: 'SECRET-1', state: 'active' })
  expect(await hashesOf('SECRET-1')).toEqual([hash(secret)])
  const rows = await database.query<{ text: string }>('select device_credential::text as text from device_credential')
  expect(rows.some(({ text }) => text.includes(secret))).toBe(false)
  expect(await credentialsOf('SECRET-9')).toBeUndefined()
})

test('two credentials are valid while one is changed for the other, never three, and the one in use is among them', async () => {
  const { device: added, secret } = await addDevice(database, device('SECRET-2'))
  const second = await addSecret(database, added.id)
  expect(await hashesOf('SECRET-2')).toEqual([hash(secret), hash(second)])
  const [older] = (await credentialsOf('SECRET-2'))?.credentials ?? []
  expect(older).toMatchObject({ isSuperseded: true })
  expect((older?.expiresAt ?? 0) - Date.now()).toBeLessThanOrEqual(86_400_000)
  // Nobody has used the first: the newest two count.
  const third = await addSecret(database, added.id)
  expect(await hashesOf('SECRET-2')).toEqual([hash(second), hash(third)])
  const ids = (await credentialsOf('SECRET-2'))?.credentials.map(({ id }) => id) ?? []
  expect(await noteCredentialUse(database, added.id, ids[0] ?? 0)).toBe(false)
  const fourth = await addSecret(database, added.id)
  expect(await hashesOf('SECRET-2')).toEqual([hash(second), hash(fourth)])
})

test('the first use of the newer credential ends the older one', async () => {
  const { device: added } = await addDevice(database, device('SECRET-3'))
  const second = await addSecret(database, added.id)
  const newer = (await credentialsOf('SECRET-3'))?.credentials.at(-1)?.id ?? 0
  expect(await noteCredentialUse(database, added.id, newer)).toBe(true)
  expect(await hashesOf('SECRET-3')).toEqual([hash(second)])
  expect(await noteCredentialUse(database, added.id, newer)).toBe(false)
})

test('a serial number is given once', async () => {
  await addDevice(database, device('TWICE-1'))
  await expect(addDevice(database, device('TWICE-1', ship.id, null))).rejects.toMatchObject({ code: '23505' })
  expect(await findDevice(database, ofHotel, 'TWICE-1')).toBeDefined()
})

test('people are found by their address in any case, and the first administrator can be set again', async () => {
  const person = { organisationId: maker.id, email: 'Root@Example.com', name: 'Root', role: 'administrator' as const }
  const first = await ensureUser(database, { ...person, passwordHash: 'one' })
  const again = await ensureUser(database, { ...person, email: 'root@example.COM', passwordHash: 'two' })
  expect(again.id).toBe(first.id)
  expect(await findUserByEmail(database, 'ROOT@example.com')).toEqual({
    user: { ...first, organisation: { id: maker.id, name: 'Maker' } },
    passwordHash: 'two',
    disabledAt: null,
  })
  expect(await findUserByEmail(database, 'nobody@example.com')).toBeUndefined()
})

function fleetOf(count: number, secretOf: (index: number) => string): FleetRegistration {
  const site = { kind: 'office', timeZone: 'Europe/Dublin', latitude: 53, longitude: -6, address: 'Quay 2' }
  return {
    organisations: [{ name: 'Fleet A' }, { name: 'Fleet B' }],
    sites: ['A', 'B'].map((letter) => ({ ...site, name: `Site ${letter}`, organisation: `Fleet ${letter}` })),
    devices: Array.from({ length: count }, (_, index) => ({
      ...{ serial: `FLEET-${index}`, secret: secretOf(index), model: 'iR3', name: `Fleet device ${index}` },
      site: index % 2 === 0 ? 'Site A' : 'Site B',
    })),
  }
}

test('a fleet of 200 is registered in under a second, and registering it again changes only what is new', async () => {
  const startedAt = performance.now()
  await registerFleet(
    database,
    fleetOf(200, (index) => `first ${index}`),
    'Maker',
  )
  expect(performance.now() - startedAt).toBeLessThan(1000)
  const before = await findDeviceIds(database, ['FLEET-0', 'FLEET-199', 'FLEET-200'])
  expect([...before.keys()]).toEqual(['FLEET-0', 'FLEET-199'])
  await registerFleet(
    database,
    fleetOf(201, (index) => (index === 0 ? 'second 0' : `first ${index}`)),
    'Maker',
  )
  expect(await findDeviceIds(database, ['FLEET-0', 'FLEET-199'])).toEqual(before)
  expect(await hashesOf('FLEET-0')).toEqual([hash('second 0')])
  expect(await hashesOf('FLEET-1')).toEqual([hash('first 1')])
  const { deviceId = 0, credentials = [] } = (await credentialsOf('FLEET-1')) ?? {}
  await revokeCredential(database, deviceId, credentials[0]?.id ?? 0)
  await registerFleet(
    database,
    fleetOf(201, (index) => (index === 0 ? 'second 0' : `first ${index}`)),
    'Maker',
  )
  expect(await hashesOf('FLEET-1')).toEqual([])
  const ids = await listSerialIds(database)
  expect(ids.get('FLEET-200')).toBeGreaterThan(0)
  const registered = await registryOf(await scopeOfOrganisation(database, maker.id))
  const fleet = registered.filter(({ serial }) => serial.startsWith('FLEET-'))
  expect(fleet).toHaveLength(201)
  expect(fleet[1]).toMatchObject({ organisation: { name: 'Fleet B' }, site: { name: 'Site B' }, model: 'iR3' })
})

test('registering a fleet again takes no device back from whoever has it now', async () => {
  await database.execute(
    `update device set organisation_id = $1, site_id = null, name = 'Theirs' where serial = 'FLEET-3'`,
    [hotel.id],
  )
  await registerFleet(
    database,
    fleetOf(5, (index) => `first ${index}`),
    'Maker',
  )
  expect(await findRegistryDevice(database, systemScope, 'FLEET-3')).toMatchObject({
    ...{ name: 'Theirs', organisation: { name: 'Hotel' }, site: null },
  })
})

test('a fleet that names what it does not contain is refused before anything is written', async () => {
  const fleet = fleetOf(1, () => 'x')
  const lost = { ...fleet, devices: fleet.devices.map((one) => ({ ...one, serial: 'LOST-1', site: 'Nowhere' })) }
  await expect(registerFleet(database, lost)).rejects.toMatchObject({ code: 'fleet-inconsistent' })
  expect(await findDevice(database, systemScope, 'LOST-1')).toBeUndefined()
})

test('a registry of 25,000 devices comes whole, in pages', async () => {
  await database.query(
    `insert into device (serial, organisation_id, model, name)
     select 'MANY-' || n, $1, 'iR5', 'Many ' || n from generate_series(1, 25000) n`,
    [ship.id],
  )
  const pages: number[] = []
  for await (const page of listRegistry(database, ofShip)) pages.push(page.length)
  expect(pages).toEqual([10_000, 10_000, 5000])
})
