import type { OverrideScope, RulePlace } from '@stellacontrol/protocol'
import { positive } from '../administration/audit-search.ts'

/** A place whose rules are looked at or changed. */
export interface RuleScope {
  kind: OverrideScope
  id: string
}

/** The rule that is open, "new" for one that is being written, and at most one place: exactly what stands in the address. */
export interface RulesSearch {
  rule?: string | undefined
  model?: string | undefined
  organisation?: number | undefined
  site?: number | undefined
  device?: string | undefined
}

/** Of several places the nearest counts. */
const scopeKinds = ['device', 'site', 'organisation', 'model'] as const satisfies readonly OverrideScope[]

/** Reads an address; what is malformed is left out. */
export function parseRulesSearch(input: Record<string, unknown>): RulesSearch {
  const text = (name: string) => {
    const value = input[name]
    return typeof value === 'string' && value !== '' && value.length <= 64 ? value : undefined
  }
  const rule = text('rule')
  const places = {
    device: text('device'),
    site: positive(input.site),
    organisation: positive(input.organisation),
    model: text('model'),
  }
  const kind = scopeKinds.find((one) => places[one] !== undefined)
  return { ...(rule !== undefined && { rule }), ...(kind !== undefined && { [kind]: places[kind] }) }
}

export function scopeOf(search: RulesSearch): RuleScope | undefined {
  const kind = scopeKinds.find((one) => search[one] !== undefined)
  return kind === undefined ? undefined : { kind, id: String(search[kind]) }
}

/** The address of a rule at a place. */
export function searchOf(rule: string | undefined, scope: RuleScope | undefined): RulesSearch {
  if (scope === undefined) return { rule }
  const id = scope.kind === 'organisation' || scope.kind === 'site' ? Number(scope.id) : scope.id
  return { rule, [scope.kind]: id }
}

/** The place as the API asks for rules. It has no rules of a model: those of all, with the model's own laid over them. */
export function placeOf(scope: RuleScope | undefined): RulePlace {
  if (scope === undefined || scope.kind === 'model') return {}
  const { model: _, rule: __, ...place } = searchOf(undefined, scope)
  return place
}
