import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandLineActor, listAudit } from './audit.ts'
import { addNewDevice, changeDeviceState } from './change-devices.ts'
import { claimDevice, createClaimCode, maximumWrongTries, openClaimWindow } from './claim-codes.ts'
import { type Database, withTransaction } from './database.ts'
import { createOrganisation } from './organisations.ts'
import { systemScope } from './scope.ts'
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts'

let server: TestDatabase
let database: Database
let makerId: number
let hotelId: number

beforeAll(async () => {
  server = await startTestDatabase()
  database = server.database
  makerId = (await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'Maker' })).id
  hotelId = (await createOrganisation(database, { parentId: makerId, kind: 'customer', name: 'Hotel' })).id
})
afterAll(() => server.stop())

const actor = commandLineActor
const shown = '7K3M-9QZX-2B4H-W8DE'
const other = '0000-9QZX-2B4H-W8DE'
const sha256 = (code: string) => createHash('sha256').update(code.replaceAll('-', '')).digest()
let count = 0

async function device() {
  const serial = `WINDOW-${++count}`
  const wish = { serial, model: 'iR5', organisationId: makerId, siteId: null }
  const made = await withTransaction(database, (queries) => addNewDevice(queries, systemScope, actor, wish))
  return { id: made.device.id, serial }
}
type Made = Awaited<ReturnType<typeof device>>
const open = (made: Made, code = shown, seconds = 60) =>
  withTransaction(database, (queries) => openClaimWindow(queries, made, { codeSha256: sha256(code), seconds }))
const claim = ({ serial }: Made, code: string) =>
  withTransaction(database, (queries) =>
    claimDevice(queries, actor, { serial, code, organisationId: hotelId, siteId: null, wasHeardOf: false }),
  )
const age = ({ id }: Made, seconds: number) =>
  database.execute(
    `update claim_code set created_at = created_at - make_interval(secs => $2), expires_at = expires_at - make_interval(secs => $2)
     where device_id = $1`,
    [id, seconds],
  )

test('a device that is nobody’s is claimed with the code that it shows, once, and never one that is somebody’s', async () => {
  const made = await device()
  const opened = await open(made)
  expect(opened).toMatchObject({ expiresAt: expect.any(Number) })
  expect(await claim(made, other)).toBeUndefined()
  expect(await claim(made, shown.toLowerCase())).toMatchObject({ organisation: { name: 'Hotel' }, state: 'claimed' })
  expect(await claim(made, shown)).toBeUndefined()
  expect(await open(made, other)).toEqual({ refusal: 'state-change-refused' })
  const events = await listAudit(database, systemScope, {
    limit: 10,
    objectId: made.serial,
    action: 'claimCode.created',
  })
  expect(events).toMatchObject([{ actor: 'the device itself', organisationId: makerId }])
})

test('a window ends by itself, and is no longer than 15 minutes', async () => {
  const made = await device()
  await open(made, shown, 30)
  await age(made, 31)
  expect(await claim(made, shown)).toBeUndefined()
  const long = await device()
  const opened = await open(long, shown, 100_000)
  expect('expiresAt' in opened && opened.expiresAt).toBeLessThanOrEqual(Date.now() + 900_000)
})

test('five wrong codes lock the window; sending the same code again opens nothing, a new one does after a while', async () => {
  const made = await device()
  const first = await open(made)
  for (let tries = 0; tries < maximumWrongTries; tries++) await claim(made, other)
  expect(await open(made)).toEqual(first)
  expect(await claim(made, shown)).toBeUndefined()
  expect(await open(made, other)).toEqual({ refusal: 'too-soon' })
  await age(made, 11)
  expect(await open(made, shown)).not.toEqual(first)
  expect(await claim(made, shown)).toBeUndefined()
  await open(made, other)
  expect(await claim(made, other)).toMatchObject({ state: 'claimed' })
})

test('the code of a person and the code of a device are one: the later counts', async () => {
  const made = await device()
  const { code } = await withTransaction(database, (queries) =>
    createClaimCode(queries, systemScope, actor, made.serial),
  )
  await age(made, 11)
  await open(made)
  expect(await claim(made, code)).toBeUndefined()
  expect(await claim(made, shown)).toMatchObject({ state: 'claimed' })
})

test('a device that was revoked opens no window', async () => {
  const made = await device()
  await withTransaction(database, (queries) => changeDeviceState(queries, systemScope, actor, made.serial, 'revoked'))
  expect(await open(made)).toEqual({ refusal: 'state-change-refused' })
})
