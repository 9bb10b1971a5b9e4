import { beginWith, type Database, type Queries, type TimeLimits, type Transaction } from './database.ts'

/**
 * Whose data a caller may see. Everything that serves a person takes one; `system` is for services that act for nobody.
 * In SQL a scope is one array parameter: null = everything.
 */
export type Scope = { kind: 'organisations'; ids: readonly number[] } | { kind: 'system' }

export const systemScope: Scope = { kind: 'system' }

/**
 * The role of whoever serves people: row-level security refuses it every row outside the scope of its transaction, also where a
 * query forgot to filter, and it sees nothing where no scope was set. See sql/0003_isolation.sql.
 */
export const apiRole = 'stella_api'

/** The parameter for `($n::int[] is null or organisation_id = any($n))`. */
export function scopeParameter(scope: Scope): readonly number[] | null {
  return scope.kind === 'system' ? null : scope.ids
}

/** Runs `work` in one transaction, as `withTransaction` does, that sees what the scope allows. */
export function withScope<Result>(
  database: Database,
  scope: Scope,
  work: (transaction: Transaction) => Promise<Result>,
  limits: TimeLimits = {},
): Promise<Result> {
  const value = scope.kind === 'system' ? 'all' : `{${scope.ids.map(Math.trunc).join(',')}}`
  return beginWith(`begin; set local stella.scope = '${value}'`, database, work, limits)
}

/** What members of an organisation may see: itself and everything below it (a manufacturer's resellers, their customers). */
export async function scopeOfOrganisation(database: Queries, organisationId: number): Promise<Scope> {
  const rows = await database.query<{ id: number }>(
    `with recursive below as (
       select id from organisation where id = $1
       union
       select child.id from organisation child join below on child.parent_id = below.id
     )
     select id from below order by id`,
    [organisationId],
  )
  return { kind: 'organisations', ids: rows.map((row) => row.id) }
}
