import type { AlertRule, AlertSeverity, RuleView } from '@stellacontrol/protocol'
import { alertClassWords, alertSeverityNames } from '../words/alert-words.ts'
import { lookWords } from './rule-words.ts'

export type RuleFilter = 'all' | AlertSeverity | 'off' | 'overridden' | 'own'

export const ruleFilterWords: Record<RuleFilter, string> = {
  all: 'All rules',
  critical: 'Critical',
  major: 'Major',
  minor: 'Minor',
  warning: 'Warning',
  off: 'Switched off',
  overridden: 'Overridden',
  own: 'Own rules',
}

/** The highest severity that a rule can reach. */
export function worstOf({ levels }: AlertRule): AlertSeverity {
  return alertSeverityNames.find((name) => levels.some(({ severity }) => severity === name)) ?? 'warning'
}

/** The rules that have every word of a search in their name, class or what they look at, and match a filter. Pure. */
export function matchingRules(views: readonly RuleView[], text: string, filter: RuleFilter): RuleView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return views.filter((view) => {
    const { base } = view
    const searched = [base.name, base.id, alertClassWords[base.class], lookWords(base.looksAt)].join(' ').toLowerCase()
    return words.every((word) => searched.includes(word)) && isOf(view, filter)
  })
}

function isOf({ rule, isOwn, overrides }: RuleView, filter: RuleFilter): boolean {
  if (filter === 'all') return true
  if (filter === 'off') return !rule.enabled
  if (filter === 'own') return isOwn
  if (filter === 'overridden') return overrides.length > 0
  return worstOf(rule) === filter
}
