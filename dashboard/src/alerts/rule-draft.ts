import type { AlertRule, Hold, LooksAt, RuleLevel } from '@stellacontrol/protocol'
import { alertSeverityNames } from '../words/alert-words.ts'
import { isSame } from './rule-changes.ts'
import { isYesOrNo, subjectOf, unitOf } from './rule-words.ts'

/** A rule as somebody begins to write it. What has no value yet is NaN, which the service refuses. */
export const firstDraft: AlertRule = {
  ...{ id: 'new', name: '', class: 'equipment', enabled: true, advice: '', basis: '' },
  looksAt: { kind: 'measure', measure: 'boardCelsius', is: 'above' },
  levels: [{ severity: 'minor', raiseAt: Number.NaN, clearAt: Number.NaN }],
  raise: { holdMs: 120_000, samples: 2 },
  clear: { holdMs: 120_000, samples: 2 },
  ...{ throttleMs: 3_600_000, recurrence: 'daily', recurrenceEndsAfterMs: 30 * 86_400_000 },
}

/** Least first, as levels are. */
const severities = alertSeverityNames.toReversed()

/** The most levels that a rule has: one of each severity. */
export const mostLevels = severities.length

/** Lets a rule look at something else; what only made sense for the old subject goes. Pure. */
export function withLooksAt(rule: AlertRule, looksAt: LooksAt): AlertRule {
  const { onlyBands, onlyWhile, ...rest } = rule
  const keepsSubject = subjectOf(rule.looksAt) === subjectOf(looksAt)
  const kept = keepsSubject ? { ...(onlyBands && { onlyBands }), ...(onlyWhile && { onlyWhile }) } : {}
  const keepsLevels = unitOf(rule.looksAt) === unitOf(looksAt) && isYesOrNo(rule.looksAt) === isYesOrNo(looksAt)
  return { ...rest, ...kept, looksAt, levels: keepsLevels ? rule.levels : firstLevels(rule, looksAt) }
}

function firstLevels({ levels }: AlertRule, looksAt: LooksAt): RuleLevel[] {
  const severity = levels[0]?.severity ?? 'minor'
  // What is so or not is 1 or 0; one report ends every silence.
  if (isYesOrNo(looksAt)) return [{ severity, raiseAt: 0.5, clearAt: 0.5 }]
  return [{ severity, raiseAt: Number.NaN, clearAt: looksAt.kind === 'silence' ? 0 : Number.NaN }]
}

export function withLevel(rule: AlertRule, index: number, change: Partial<RuleLevel>): AlertRule {
  return { ...rule, levels: rule.levels.map((level, at) => (at === index ? { ...level, ...change } : level)) }
}

/** The hold of one level: that of the rule where there is one level only, else the level's own if it differs. Pure. */
export function withHold(rule: AlertRule, index: number, hold: Hold): AlertRule {
  const levels = rule.levels.map((level, at) => {
    if (at !== index) return level
    const { raise: _, ...rest } = level
    return rule.levels.length === 1 || isSame(hold, rule.raise) ? rest : { ...rest, raise: hold }
  })
  return rule.levels.length === 1 ? { ...rule, levels, raise: hold } : { ...rule, levels }
}

/** One more level, the next worse one. */
export function withOneMore(rule: AlertRule): AlertRule {
  const last = rule.levels.at(-1)
  const next = severities[last === undefined ? 0 : severities.indexOf(last.severity) + 1] ?? 'critical'
  return {
    ...rule,
    levels: [...rule.levels, { severity: next, raiseAt: Number.NaN, clearAt: last?.clearAt ?? Number.NaN }],
  }
}

export function withoutLevel(rule: AlertRule, index: number): AlertRule {
  return { ...rule, levels: rule.levels.filter((_, at) => at !== index) }
}

/** Band names as people type them: "b20, B3;8". */
export function bandsOf(text: string): string[] | undefined {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '')
  const names = words.map((word) => word.toUpperCase().replace(/^B?(\d+)$/, 'B$1'))
  return names.length === 0 ? undefined : [...new Set(names)]
}
