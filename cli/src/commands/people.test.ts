import { rmSync } from 'node:fs'
import { createOrganisation, createUser, migrate, openDatabase } from '@stellacontrol/database'
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

const folder = temporaryFolder()
let servers: [RedisServer, RedisServer, PostgresServer]
let environment: Record<string, string>

beforeAll(async () => {
  servers = await Promise.all([
    startRedis({ folder, name: 'queue' }),
    startRedis({ folder, name: 'state' }),
    startPostgres({ folder, settings: { shared_buffers: '32MB' } }),
  ])
  const [queue, state, postgres] = servers
  const urls = { REDIS_QUEUE_URL: queue.url, REDIS_STATE_URL: state.url, DATABASE_URL: postgres.url }
  environment = { ...urls, STELLA_DATA_DIR: folder, STELLA_PUBLIC_URL: 'https://stella.example/' }
  await using database = openDatabase({ url: postgres.url, applicationName: 'test' })
  await migrate(database)
  const { id } = await createOrganisation(database, { parentId: null, kind: 'manufacturer', name: 'StellaControl' })
  await createUser(database, {
    ...{ organisationId: id, email: 'root@example.com', name: 'Root', role: 'administrator', passwordHash: 'x' },
  })
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  rmSync(folder, { recursive: true, force: true })
})

async function run(...words: string[]) {
  const out: string[] = []
  const talk: string[] = []
  const output = createOutput({
    out: { write: (text) => void out.push(text) },
    talk: { write: (text) => void talk.push(text) },
    noColor: true,
  })
  const code = await runCommandLine(words, environment, output, new AbortController().signal)
  return { code, out: out.join(''), talk: talk.join('') }
}

test('organisations and sites are added and listed', async () => {
  expect(await run('organisations', 'add', 'Harbour')).toMatchObject({ code: 0 })
  expect(await run('organisations', 'add', 'Harbour')).toMatchObject({
    code: 1,
    talk: expect.stringContaining('already'),
  })
  expect((await run('organisations', 'add', 'X', '--parent', 'Nowhere')).code).toBe(3)
  const list = await run('organisations', 'list', '--json')
  expect(
    list.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).name),
  ).toEqual(['Harbour', 'StellaControl'])
  const add = (name: string, zone: string) =>
    run('sites', 'add', name, '--organisation', 'Harbour', '--time-zone', zone, '--latitude', '51.2', '--json')
  expect(JSON.parse((await add('=Pier', 'Europe/Brussels')).out)).toMatchObject({ name: '=Pier', latitude: 51.2 })
  expect(await add('Quay', 'Europe/Nowhere')).toMatchObject({ code: 2, talk: expect.stringContaining('IANA') })
  expect((await run('sites', 'list')).out).toMatch(/building +0 +Europe\/Brussels +=Pier +Harbour/)
})

test('people are invited, disabled and given a new password, but the last administrator stays', async () => {
  const words = ['users', 'invite', 'Ada@Example.com', '--organisation', 'Harbour', '--role']
  const invited = await run(...words, 'operator')
  expect(invited.out).toMatch(/^https:\/\/stella\.example\/invitation\?token=[\w-]{43}\n$/)
  expect((await run(...words, 'king')).code).toBe(2)
  expect((await run('users', 'reset-link', 'ada@example.com')).code).toBe(3)
  expect((await run('users', 'reset-link', 'ROOT@example.com')).out).toMatch(/password-reset\?token=[\w-]{43}\n$/)
  expect(await run('users', 'disable', 'root@example.com')).toMatchObject({
    ...{ code: 1, talk: expect.stringContaining('at least one administrator') },
  })
  expect((await run('users', 'list')).out).toMatch(/root@example.com +active +Root +administrator of StellaControl/)
})

test('the audit log names the command line, and its file holds no formulas', async () => {
  const { out } = await run('audit')
  expect(out).toMatch(/user\.invited +invitation 1 +command line +Harbour/)
  const csv = await run('audit', '--csv', '--organisation', 'Harbour')
  const [head, ...rows] = csv.out.trim().split('\n')
  expect(head).toBe('at,organisation,actor,address,action,objectKind,objectId,before,after')
  expect(rows).toHaveLength(2)
  const json = (await run('audit', '--json', '--limit', '1')).out
  expect(JSON.parse(json)).toMatchObject({ actor: 'command line', action: 'password.resetLinkMade' })
  expect(out + csv.out + json).not.toContain('token')
})

test('a list is whole, however many pages it has', async () => {
  await using database = openDatabase({ url: environment.DATABASE_URL ?? '', applicationName: 'test' })
  await database.execute(
    `insert into site (organisation_id, name, kind, time_zone)
     select (select id from organisation where name = 'Harbour'), 'many ' || n, 'building', 'UTC' from generate_series(1, 1100) n`,
  )
  const lines = (await run('sites', 'list', '--json')).out.trim().split('\n')
  const many = lines.map((line) => JSON.parse(line).name as string).filter((name) => name.startsWith('many '))
  expect(new Set(many).size).toBe(1100)
  expect(many).toHaveLength(1100)
})
