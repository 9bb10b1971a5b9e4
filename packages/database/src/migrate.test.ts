import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Migration, migrate, readMigrations } from './migrate.ts'
import { startTestDatabase, type TestDatabase } from './testing/test-database.ts'

let server: TestDatabase

beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

const known = readMigrations()
const next = (sql: string, number = (known.at(-1)?.number ?? 0) + 1): Migration => {
  return { number, name: `000${number}_test.sql`, sql, checksum: `of ${sql}` }
}

test('services that start at the same time apply every migration once', async () => {
  const pools = Array.from({ length: 5 }, () => server.open())
  const slow = next('select pg_sleep(0.1); create table only_once (id integer)')
  const applied = await Promise.all(pools.map((pool) => migrate(pool, [...known, slow])))
  expect(applied.flat()).toEqual([slow.name])
  await server.database.query('delete from schema_migration where name = $1', [slow.name])
})

test('a migration that fails leaves nothing behind', async () => {
  const failing = next('create table half_made (id integer); select 1 / 0')
  await expect(migrate(server.database, [...known, failing])).rejects.toMatchObject({ code: 'migration-failed' })
  expect(await server.database.query("select from pg_class where relname = 'half_made'")).toEqual([])
  expect(await migrate(server.database)).toEqual([])
})

test('a migration that was changed after it was applied is refused', async () => {
  const changed = known.map((migration) => ({ ...migration, checksum: `${migration.checksum}!` }))
  await expect(migrate(server.database, changed)).rejects.toMatchObject({ code: 'migration-changed' })
})

test('a database of a newer version is refused', async () => {
  await expect(migrate(server.database, known.slice(1))).rejects.toMatchObject({ code: 'migration_unknown' })
})
