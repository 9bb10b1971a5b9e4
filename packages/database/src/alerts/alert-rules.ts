import type { AlertRule, OverrideScope, RuleChanges } from '@stellacontrol/protocol'
import type { Queries } from '../database.ts'

/** The tables `alert_rule` and `alert_rule_override`. Row-level security shows those of the scope and what comes to it from above. */
export interface OwnRule {
  id: string
  organisationId: number
  /** Null = of an organisation above that the caller may not see. */
  organisationName: string | null
  rule: AlertRule
  version: number
  /** Epoch ms. */
  changedAt: number
  changedBy: string
}

export interface StoredOverride {
  id: number
  rule: string
  scope: OverrideScope
  scopeId: string
  /** Whose override it is. */
  organisationId: number
  organisationName: string | null
  /** How people call what it is for; null where that cannot be seen. */
  scopeName: string | null
  changes: RuleChanges
  version: number
  /** Epoch ms. */
  changedAt: number
  changedBy: string
}

const ruleColumns = `
  alert_rule.id, organisation_id as "organisationId", organisation.name as "organisationName", rule, version,
  changed_at as "changedAt", changed_by as "changedBy"`

/** Every rule of an organisation that the transaction may see, in the order of their ids. */
export function listOwnRules(queries: Queries): Promise<OwnRule[]> {
  return queries.query<OwnRule>(
    `select ${ruleColumns} from alert_rule left join organisation on organisation.id = organisation_id order by alert_rule.id`,
  )
}

/** The same, locked until the transaction ends. */
export async function lockOwnRule(queries: Queries, id: string): Promise<OwnRule | undefined> {
  await queries.query('select id from alert_rule where id = $1 for update', [id])
  const rows = await queries.query<OwnRule>(
    `select ${ruleColumns} from alert_rule left join organisation on organisation.id = organisation_id where alert_rule.id = $1`,
    [id],
  )
  return rows[0]
}

/** Adds a rule. An id that is taken rejects with SQLSTATE 23505. */
export async function addOwnRule(
  queries: Queries,
  { rule, organisationId, changedBy }: Pick<OwnRule, 'rule' | 'organisationId' | 'changedBy'>,
): Promise<void> {
  await queries.execute(
    'insert into alert_rule (id, organisation_id, rule, changed_by) values ($1, $2, $3::jsonb, $4)',
    [rule.id, organisationId, JSON.stringify(rule), changedBy],
  )
}

export async function replaceOwnRule(queries: Queries, rule: AlertRule, changedBy: string): Promise<void> {
  await queries.execute(
    `update alert_rule set rule = $2::jsonb, version = version + 1, changed_at = now(), changed_by = $3 where id = $1`,
    [rule.id, JSON.stringify(rule), changedBy],
  )
}

/** Removes a rule with every override of it, also those of organisations below. */
export async function removeOwnRule(queries: Queries, id: string): Promise<void> {
  await queries.execute('delete from alert_rule_override where rule = $1', [id])
  await queries.execute('delete from alert_rule where id = $1', [id])
}

const overrideColumns = `
  o.id, rule, scope, scope_id as "scopeId", o.organisation_id as "organisationId", organisation.name as "organisationName",
  case scope
    when 'model' then scope_id
    when 'organisation' then organisation.name
    when 'site' then (select name from site where site.id::text = scope_id)
    else (select name from device where serial = scope_id)
  end as "scopeName",
  changes, version, changed_at as "changedAt", changed_by as "changedBy"`

/** Every override that the transaction may see, in the order in which they came to be. */
export function listOverrides(queries: Queries): Promise<StoredOverride[]> {
  return queries.query<StoredOverride>(
    `select ${overrideColumns} from alert_rule_override o left join organisation on organisation.id = o.organisation_id
     order by o.id`,
  )
}

export type OverridePlace = Pick<StoredOverride, 'rule' | 'scope' | 'scopeId'>

export async function findOverride(
  queries: Queries,
  { rule, scope, scopeId }: OverridePlace,
): Promise<StoredOverride | undefined> {
  const rows = await queries.query<StoredOverride>(
    `select ${overrideColumns} from alert_rule_override o left join organisation on organisation.id = o.organisation_id
     where rule = $1 and scope = $2 and scope_id = $3`,
    [rule, scope, scopeId],
  )
  return rows[0]
}

/** Lays changes over a rule at a place, instead of those that were there. */
export async function putOverride(
  queries: Queries,
  override: OverridePlace & { organisationId: number; changes: RuleChanges; changedBy: string },
): Promise<void> {
  const { rule, scope, scopeId, organisationId, changes, changedBy } = override
  await queries.execute(
    `insert into alert_rule_override (rule, scope, scope_id, organisation_id, changes, changed_by)
     values ($1, $2, $3, $4, $5::jsonb, $6)
     on conflict (rule, scope, scope_id) do update set changes = excluded.changes, changed_at = now(),
       changed_by = excluded.changed_by, version = alert_rule_override.version + 1`,
    [rule, scope, scopeId, organisationId, JSON.stringify(changes), changedBy],
  )
}

/** False if there was none. */
export async function removeOverride(queries: Queries, { rule, scope, scopeId }: OverridePlace): Promise<boolean> {
  const removed = await queries.execute(
    'delete from alert_rule_override where rule = $1 and scope = $2 and scope_id = $3',
    [rule, scope, scopeId],
  )
  return removed > 0
}

/** The path from the top of the tree to each of these organisations, themselves last. */
export async function organisationPaths(queries: Queries, ids: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await queries.query<{ id: number; path: number[] }>(
    'select id, stella_organisation_path(id) as path from unnest($1::int[]) as wanted (id)',
    [ids],
  )
  return new Map(rows.map(({ id, path }) => [id, path]))
}
