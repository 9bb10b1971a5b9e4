import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandLineActor, listAudit } from './audit.ts'
import { giveCredential, takeCredential } from './change-credentials.ts'
import { addNewDevice, transferDevice } from './change-devices.ts'
import { claimDevice, createClaimCode } from './claim-codes.ts'
import { type Database, withTransaction } from './database.ts'
import {
  addCertificate,
  hashSecret,
  listCredentials,
  noteCredentialUse,
  type ValidCredential,
} from './device-credentials.ts'
import { provisionSecret } from './handed-over-credentials.ts'
import { createOrganisation } from './organisations.ts'
import { systemScope } from './scope.ts'
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts'

let server: TestDatabase
let database: Database
const owners = { maker: 0, hotel: 0, ship: 0 }

beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
  owners.maker = (await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'Maker' })).id
  for (const name of ['hotel', 'ship'] as const) {
    owners[name] = (await createOrganisation(database, { parentId: owners.maker, kind: 'customer', name })).id
  }
})
afterAll(() => server.stop())

const actor = commandLineActor
const dayMs = 86_400_000
type Owner = keyof typeof owners
let count = 0

/** A device that the hotel has claimed, with the secret of its factory. */
async function claimedDevice() {
  const serial = `HANDED-${++count}`
  const device = { serial, model: 'iR5', organisationId: owners.maker, siteId: null }
  const made = await withTransaction(database, (queries) => addNewDevice(queries, systemScope, actor, device))
  const { code } = await withTransaction(database, (queries) => createClaimCode(queries, systemScope, actor, serial))
  const to = { serial, code, organisationId: owners.hotel, siteId: null, wasHeardOf: false }
  await withTransaction(database, (queries) => claimDevice(queries, actor, to))
  return { id: made.device.id, serial, factory: made.secret }
}
type Claimed = Awaited<ReturnType<typeof claimedDevice>>
const give = (device: Claimed, owner: Owner) =>
  withTransaction(database, (queries) =>
    giveCredential(queries, actor, { ...device, organisationId: owners[owner] }, { kind: 'secret' }),
  )
const transfer = ({ serial }: Claimed, owner: Owner) =>
  withTransaction(database, (queries) =>
    transferDevice(queries, systemScope, actor, serial, {
      ...{ organisationId: owners[owner], siteId: null, wasHeardOf: true },
    }),
  )
const provision = ({ id }: Claimed, askedWith: number) =>
  withTransaction(database, (queries) => provisionSecret(queries, id, askedWith))
const credentials = ({ id }: Claimed) => listCredentials(database, id)
const idOf = async (device: Claimed, secret: string) =>
  (await credentials(device)).find(({ hash }) => hash.equals(hashSecret(secret)))?.id ?? 0
const use = async (device: Claimed, secret: string) =>
  noteCredentialUse(database, device.id, await idOf(device, secret))
const wordsOf = ({ isKnownToEarlierOwner, isClaimOnly, expiresAt }: ValidCredential) =>
  `${isKnownToEarlierOwner ? 'known' : 'own'}${isClaimOnly ? ' claim-only' : ''}${expiresAt === null ? '' : ' ending'}`
const words = async (device: Claimed) => (await credentials(device)).map(wordsOf)

test('a secret that the earlier owner was shown ends within a day, and the factory’s fetches a new one', async () => {
  const device = await claimedDevice()
  const shown = (await give(device, 'hotel')).secret ?? ''
  await use(device, shown)
  expect(await words(device)).toEqual(['own'])
  await transfer(device, 'ship')
  expect(await words(device)).toEqual(['own claim-only', 'known ending'])
  const [factory, known] = await credentials(device)
  expect(factory?.hash.equals(hashSecret(device.factory))).toBe(true)
  expect(known?.expiresAt ?? 0).toBeLessThanOrEqual(Date.now() + dayMs)
  // Neither use of the old ones ends anything.
  expect(await use(device, shown)).toBe(false)
  expect(await use(device, device.factory)).toBe(false)
  expect(await provision(device, known?.id ?? 0)).toBeUndefined()
  const lost = await provision(device, factory?.id ?? 0)
  const own = (await provision(device, factory?.id ?? 0)) ?? ''
  expect(own).not.toBe(lost)
  expect(await use(device, own)).toBe(true)
  expect(await words(device)).toEqual(['own'])
  const events = await listAudit(database, systemScope, { limit: 20, objectId: device.serial })
  const ofShip = events.filter(({ organisationId }) => organisationId === owners.ship).map(({ action }) => action)
  expect(ofShip.toSorted()).toEqual(['credential.limited', 'credential.restored', 'device.transferred'])
})

test('what nobody was shown stays with the device: its own secret, the factory’s, a certificate', async () => {
  const provisioned = await claimedDevice()
  const own = (await provision(provisioned, await idOf(provisioned, provisioned.factory))) ?? ''
  await use(provisioned, own)
  const fresh = await claimedDevice()
  const certified = await claimedDevice()
  const publicKeySha256 = hashSecret('a public key')
  const certificate = await addCertificate(database, certified.id, { publicKeySha256, expiresAt: Date.now() + dayMs })
  await noteCredentialUse(database, certified.id, certificate)
  for (const device of [provisioned, fresh, certified]) {
    const before = await credentials(device)
    await transfer(device, 'ship')
    expect(await credentials(device)).toEqual(before)
  }
})

test('what was to be replaced by a secret that people know stays', async () => {
  const device = await claimedDevice()
  const own = (await provision(device, await idOf(device, device.factory))) ?? ''
  await use(device, own)
  await give(device, 'hotel')
  expect(await words(device)).toEqual(['own ending', 'own'])
  await transfer(device, 'ship')
  expect(await words(device)).toEqual(['own', 'known ending'])
  await use(device, own)
  expect(await words(device)).toEqual(['own'])
})

test('a secret that was fetched with one that people know is one that people know', async () => {
  const device = await claimedDevice()
  const shown = (await give(device, 'hotel')).secret ?? ''
  await use(device, shown)
  const fetched = (await provision(device, await idOf(device, shown))) ?? ''
  await use(device, fetched)
  await transfer(device, 'ship')
  expect(await words(device)).toEqual(['own claim-only', 'known ending'])
})

test('the next owner’s rotation ends all of it, and the one after that begins again', async () => {
  const device = await claimedDevice()
  await use(device, (await give(device, 'hotel')).secret ?? '')
  await transfer(device, 'ship')
  const next = (await give(device, 'ship')).secret ?? ''
  expect(await words(device)).toEqual(['own claim-only', 'known ending', 'own'])
  await use(device, next)
  expect(await words(device)).toEqual(['own'])
  await transfer(device, 'hotel')
  expect(await words(device)).toEqual(['own claim-only', 'known ending'])
})

test('what the makers give a device that is theirs is as the factory’s, and what people revoked is not brought back', async () => {
  const device = await claimedDevice()
  await transfer(device, 'maker')
  const again = (await give(device, 'maker')).secret ?? ''
  await use(device, again)
  await transfer(device, 'hotel')
  expect(await words(device)).toEqual(['own'])
  const second = await claimedDevice()
  const shown = (await give(second, 'hotel')).secret ?? ''
  const factoryId = await idOf(second, second.factory)
  const owned = { ...second, organisationId: owners.hotel }
  expect(await withTransaction(database, (queries) => takeCredential(queries, actor, owned, factoryId))).toBe(true)
  await use(second, shown)
  await transfer(second, 'ship')
  expect(await words(second)).toEqual(['known ending'])
})
