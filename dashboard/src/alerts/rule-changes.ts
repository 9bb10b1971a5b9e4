import type { AlertRule, OrganisationView, RuleChanges, RuleView } from '@stellacontrol/protocol'
import type { RuleScope } from './rules-search.ts'

/** What an override may change of a rule. */
export const changeableFields = [
  'levels',
  'raise',
  'clear',
  'throttleMs',
  'recurrence',
  'recurrenceEndsAfterMs',
  'onlyBands',
  'enabled',
] as const satisfies readonly (keyof RuleChanges)[]

type Override = RuleView['overrides'][number]
type Tree = readonly Pick<OrganisationView, 'id' | 'parentId'>[]

/** True for equal values, in whatever order their fields come: a database has its own. NaN is itself. */
export function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left, sorted) === JSON.stringify(right, sorted)
}

function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
}

/** The override that is made at exactly this place. */
export function overrideAt(view: Pick<RuleView, 'overrides'>, scope: RuleScope | undefined): Override | undefined {
  return view.overrides.find((one) => one.scope === scope?.kind && one.scopeId === scope.id)
}

/** The rule as it would hold at a place without the place's own override: what is written with all that comes from farther away. Pure. */
export function inheritedRule(view: RuleView, scope: RuleScope | undefined, tree: Tree): AlertRule {
  if (scope === undefined) return view.base
  const parents = new Map(tree.map(({ id, parentId }) => [String(id), parentId === null ? null : String(parentId)]))
  const own = overrideAt(view, scope)
  const farther = view.overrides
    .filter((one) => one !== own && isFarther(one, scope, parents))
    .sort((left, right) => rankOf(left, parents) - rankOf(right, parents))
  return Object.assign({}, view.base, ...farther.map(({ changes }) => changes)) as AlertRule
}

type Parents = ReadonlyMap<string, string | null>

function isFarther(override: Override, { kind, id }: RuleScope, parents: Parents): boolean {
  // Those of a device are all over it; those of a site or an organisation may be of what is inside it.
  if (override.scope === 'model') return kind === 'device'
  if (override.scope === 'site') return kind === 'device'
  if (override.scope === 'device' || kind === 'model') return false
  if (kind !== 'organisation') return true
  return !parents.has(override.scopeId) || pathTo(id, parents).includes(override.scopeId)
}

/** Models first, then organisations from the top, those that the reader may not see before all others; sites last. */
function rankOf({ scope, scopeId }: Override, parents: Parents): number {
  if (scope === 'model') return -1
  return scope === 'site' ? Number.POSITIVE_INFINITY : pathTo(scopeId, parents).length
}

/** An organisation and those above it, as far as the reader sees them. */
function pathTo(id: string, parents: Parents): string[] {
  const path: string[] = []
  let next: string | null | undefined = id
  while (next !== null && next !== undefined && parents.has(next) && !path.includes(next)) {
    path.push(next)
    next = parents.get(next)
  }
  return path
}

/**
 * What has to be kept as the override of a place: what was kept already, with what was edited over it; an edited value that
 * is the inherited one again is no longer kept. Pure.
 */
export function changesToKeep(
  kept: RuleChanges,
  start: AlertRule,
  edited: AlertRule,
  inherited: AlertRule,
): RuleChanges {
  const entries = changeableFields.flatMap((field) => {
    if (isSame(edited[field], start[field])) return field in kept ? [[field, kept[field]]] : []
    if (isSame(edited[field], inherited[field])) return []
    return [[field, edited[field] ?? []]]
  })
  return Object.fromEntries(entries) as RuleChanges
}
