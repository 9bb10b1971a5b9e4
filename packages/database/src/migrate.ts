import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { CodedError } from '@stellacontrol/runtime'
import type { Database, Queries, Transaction } from './database.ts'

export interface Migration {
  number: number
  name: string
  sql: string
  checksum: string
}

const folder = new URL('../sql/', import.meta.url)
const filePattern = /^(\d{4})_[a-z0-9_]+\.sql$/
/** Any number that nobody else uses for an advisory lock in this database: "stella" in ASCII, cut to 31 bits. */
const migrationLock = 0x7374_656c
const statementTimeoutMs = 600_000

/**
 * Brings the schema up to date: every file of sql/ that was not applied yet, in order, each in a transaction of its own.
 * Safe to call by every service at every start, also at the same time. A file that was changed after it was applied is an
 * error (`migration-changed`); a database that is newer than this program is one too (`migration_unknown`).
 *
 * @returns the names of the files that were applied now
 */
export function migrate(database: Database, migrations: readonly Migration[] = readMigrations()): Promise<string[]> {
  return database.withConnection(
    async (connection) => {
      // Another service's migrations may take long: this wait has no limit but the statement's.
      await connection.query('set lock_timeout = 0')
      await connection.query('select pg_advisory_lock($1)', [migrationLock])
      try {
        return await applyMissing(connection, migrations)
      } finally {
        await connection.query('select pg_advisory_unlock($1)', [migrationLock])
        await connection.query('reset lock_timeout')
      }
    },
    { statementTimeoutMs },
  )
}

/**
 * Makes sure that somebody else brought the schema up to date: for those who may not.
 * @throws CodedError `schema-behind` while something is missing, `migration-changed`, `migration_unknown`
 */
export async function checkSchema(queries: Queries, migrations = readMigrations()): Promise<void> {
  const applied = await queries
    .query<AppliedMigration>('select number, name, checksum from schema_migration order by number')
    .catch((error: Error & { code?: string }) => {
      // There is no such table yet, or its owner has not let us read it yet.
      if (error.code === '42P01' || error.code === '42501') return []
      throw error
    })
  const [missing] = missingMigrations(migrations, applied)
  if (missing) throw new CodedError('schema-behind', `${missing.name} was not applied yet`)
}

interface AppliedMigration {
  number: number
  name: string
  checksum: string
}

/** The migrations that this version of the program knows, in order. */
export function readMigrations(): Migration[] {
  const names = readdirSync(folder).filter((name) => filePattern.test(name))
  return names.sort().map((name) => {
    const sql = readFileSync(new URL(name, folder), 'utf8')
    return { number: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
}

async function applyMissing(connection: Transaction, migrations: readonly Migration[]): Promise<string[]> {
  await connection.query(
    `create table if not exists schema_migration (
       number integer primary key,
       name text not null,
       checksum text not null,
       applied_at timestamptz not null default now()
     )`,
  )
  const applied = await connection.query<AppliedMigration>(
    'select number, name, checksum from schema_migration order by number',
  )
  const missing = missingMigrations(migrations, applied)
  for (const migration of missing) await apply(connection, migration)
  return missing.map((migration) => migration.name)
}

/** Decides what to apply; throws if the database and this program do not have a common past. */
function missingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  const byNumber = new Map(known.map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of applied) {
    const migration = byNumber.get(number)
    if (migration === undefined) {
      throw new CodedError(
        'migration_unknown',
        `the database has ${name}: it belongs to a newer version of this program`,
      )
    }
    if (migration.checksum !== checksum) {
      throw new CodedError('migration-changed', `${migration.name} was changed after it had been applied as ${name}`)
    }
    byNumber.delete(number)
  }
  return [...byNumber.values()].sort((left, right) => left.number - right.number)
}

async function apply(connection: Transaction, { number, name, sql, checksum }: Migration): Promise<void> {
  await connection.query('begin')
  try {
    await connection.query(sql)
    await connection.query('insert into schema_migration (number, name, checksum) values ($1, $2, $3)', [
      number,
      name,
      checksum,
    ])
    await connection.query('commit')
  } catch (error) {
    await connection.query('rollback').catch(() => {})
    throw new CodedError('migration-failed', `${name} could not be applied: ${String(error)}`, { cause: error })
  }
}
