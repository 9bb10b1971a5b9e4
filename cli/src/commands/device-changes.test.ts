import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createOrganisation, createSite, type Database, migrate, openDatabase } from '@stellacontrol/database'
import {
  type PostgresServer,
  type RedisServer,
  startPostgres,
  startRedis,
  temporaryFolder,
} from '@stellacontrol/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommandLine } from '../command-line.ts'
import { createOutput } from '../output.ts'

let folder: string
let postgres: PostgresServer
let queue: RedisServer
let state: RedisServer
let database: Database
let environment: Record<string, string>

beforeAll(async () => {
  folder = temporaryFolder()
  ;[queue, state, postgres] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true }),
    startRedis({ folder, name: 'state', durable: true }),
    startPostgres({ folder }),
  ])
  database = openDatabase({ url: postgres.url, applicationName: 'test', maximumConnections: 2 })
  await migrate(database)
  const top = await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'StellaControl' })
  const hotel = await createOrganisation(database, { parentId: top.id, kind: 'customer', name: 'Hotel' })
  await createOrganisation(database, { parentId: top.id, kind: 'customer', name: 'Ship' })
  await createSite(database, {
    ...{ organisationId: hotel.id, name: 'Lobby', kind: 'hotel', timeZone: 'Europe/Brussels' },
    ...{ latitude: null, longitude: null, address: null },
  })
  environment = { DATABASE_URL: postgres.url, REDIS_QUEUE_URL: queue.url, REDIS_STATE_URL: state.url }
})
afterAll(async () => {
  await database.close()
  await Promise.all([queue.stop(), state.stop(), postgres.stop()])
  rmSync(folder, { recursive: true, force: true })
})

async function stella(...words: string[]): Promise<{ code: number; out: string; talk: string }> {
  const written = { out: '', talk: '' }
  const stream = (name: 'out' | 'talk') => ({
    write: (text: string) => {
      written[name] += text
    },
  })
  const output = createOutput({ out: stream('out'), talk: stream('talk'), noColor: true })
  const code = await runCommandLine(['devices', ...words], environment, output, new AbortController().signal)
  return { code, ...written }
}
const json = async (...words: string[]) => JSON.parse((await stella(...words, '--json')).out) as Record<string, unknown>

test('a device goes its way from the factory to a customer and out of service', async () => {
  expect((await stella('add', 'AB-0001', '--model', 'iR5')).code).toBe(0)
  const { code } = await json('claim-code', 'AB-0001')
  const claim = ['claim', 'ab-0001', '--organisation', 'Hotel', '--site', 'Lobby', '--code']
  expect(await stella(...claim, 'AAAA-BBBB-CCCC-DDDD')).toMatchObject({ code: 1, out: '' })
  expect(await json(...claim, String(code))).toMatchObject({ state: 'claimed', site: { name: 'Lobby' } })
  expect((await stella(...claim, String(code))).code).toBe(1)
  expect(await json('edit', 'AB-0001', '--tag', 'roof', 'lift 3', '--site', '', '--name', 'Roof')).toMatchObject({
    ...{ tags: ['roof', 'lift 3'], site: null, name: 'Roof' },
  })
  expect(await json('suspend', 'AB-0001')).toMatchObject({ state: 'suspended' })
  expect(await json('activate', 'AB-0001')).toMatchObject({ state: 'active' })
  expect(await json('transfer', 'AB-0001', '--organisation', 'Ship')).toMatchObject({ tags: [], name: 'AB-0001' })
  expect((await stella('revoke', 'AB-0001')).code).toBe(0)
  expect(await stella('activate', 'AB-0001')).toMatchObject({ code: 1, talk: expect.stringContaining('revoked') })
  expect((await stella('retire', 'AB-0001')).code).toBe(0)
  expect((await stella('retire', 'NO-0001')).code).toBe(3)
  expect((await stella('claim', 'AB-0001', '--code', 'x', '--organisation', 'Hotel')).code).toBe(2)
  const log = await database.query<{ action: string; actor: string }>(
    `select action, actor from audit_event where object_id = 'AB-0001' order by id`,
  )
  expect(log.map(({ action }) => action)).toEqual([
    ...['device.added', 'claimCode.created', 'device.claimed', 'device.claimed', 'device.changed'],
    ...['device.stateChanged', 'device.stateChanged', 'device.transferred', 'device.transferred'],
    ...['device.stateChanged', 'device.stateChanged'],
  ])
  expect(log[0]?.actor).toBe('command line')
})

test('a list goes in, bad lines are shown, and what comes out goes in again unchanged', async () => {
  const file = join(folder, 'devices.csv')
  const importFile = (...more: string[]) => stella('import', file, '--organisation', 'Hotel', ...more)
  writeFileSync(file, 'serial,model,site,notes\nCD-0001,iR3,Lobby,=1+1\nCD-0002,iR9,,\n')
  const dry = await importFile('--dry-run')
  expect(dry.code).toBe(1)
  expect(dry.out).toMatch(/^3 +model +"iR9" +no such model$/m)
  writeFileSync(file, 'serial,model,site,notes\nCD-0001,iR3,Lobby,=1+1\nCD-0002,iR4,,\n')
  expect(await importFile()).toMatchObject({ code: 0, talk: expect.stringContaining('2 added') })
  const { out } = await stella('export', '--organisation', 'Hotel')
  expect(out).toContain("CD-0001,iR3,CD-0001,Lobby,,,,,'=1+1")
  writeFileSync(file, out)
  expect(await importFile()).toMatchObject({ code: 0, talk: expect.stringContaining('0 changed, 2 unchanged') })
  expect((await stella('import', file, '--organisation', 'Nobody')).code).toBe(3)
})
