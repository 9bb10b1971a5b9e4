import { type AlertRule, type OverrideScope, overrideScopes, type RuleChanges } from '@stellacontrol/protocol'

/** Changes of one rule that hold for a model, an organisation and what is below it, a site, or a device. */
export interface RuleOverride {
  rule: string
  scope: OverrideScope
  /** Model name, organisation id, site id or serial number. */
  scopeId: string
  changes: RuleChanges
}

/** Where a device stands, from far to near. */
export interface DevicePlace {
  model: string
  /** The manufacturer's organisation first, the owner last. */
  organisations: readonly string[]
  site: string | undefined
  serial: string
}

/** The rules as they hold for one device: the nearer override wins, field by field. Pure. */
export function effectiveRules(
  rules: readonly AlertRule[],
  overrides: readonly RuleOverride[],
  place: DevicePlace,
): AlertRule[] {
  const byRule = new Map<string, { rank: number; changes: RuleChanges }[]>()
  for (const { rule, scope, scopeId, changes } of overrides) {
    const rank = rankOf(scope, scopeId, place)
    if (rank === undefined) continue
    const list = byRule.get(rule)
    if (list) list.push({ rank, changes })
    else byRule.set(rule, [{ rank, changes }])
  }
  return rules.map((rule) => {
    const changes = byRule.get(rule.id)
    if (changes === undefined) return rule
    changes.sort((left, right) => left.rank - right.rank)
    return Object.assign({}, rule, ...changes.map((one) => one.changes)) as AlertRule
  })
}

/** How near an override is; undefined = it does not reach the device. */
function rankOf(scope: OverrideScope, scopeId: string, place: DevicePlace): number | undefined {
  const rank = overrideScopes.indexOf(scope) * 1000
  if (scope === 'organisation') {
    const depth = place.organisations.indexOf(scopeId)
    return depth < 0 ? undefined : rank + depth
  }
  const own = { model: place.model, site: place.site, device: place.serial }[scope]
  return own === scopeId ? rank : undefined
}
