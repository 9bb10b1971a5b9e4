import type { AlertRule, BacktestRequest, RuleCheck } from '@stellacontrol/protocol'
import type { RuleScope } from './rules-search.ts'

/** What is run over the past: what the check of rules looks at, and what it does not need to know. Pure. */
export function backtestRequestOf(check: RuleCheck, { id }: AlertRule, scope: RuleScope | undefined): BacktestRequest {
  // A rule that is written anew has no incidents yet; those of the rule that it replaces tell which ones mattered.
  if (check.rule !== undefined) return { ...check, replaces: id }
  return scope?.kind === 'model' ? { ...check, model: scope.id } : check
}
