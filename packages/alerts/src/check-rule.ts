import {
  type AlertRule,
  alertRuleSchema,
  alertSeverities,
  measures,
  type RuleChanges,
  ruleChangesSchema,
} from '@stellacontrol/protocol'

/** A reason why a rule is refused: the field it is about, as a path, and a sentence. */
export interface RuleProblem {
  field: string
  message: string
}

export type CheckedRule = { rule: AlertRule } | { problems: RuleProblem[] }

/** Checks a rule as a whole: shapes, units, thresholds that contradict each other. Nothing of a wrong rule is taken. Pure. */
export function checkRule(input: unknown, otherRules: ReadonlySet<string> = new Set()): CheckedRule {
  const parsed = alertRuleSchema.safeParse(input)
  if (!parsed.success)
    return { problems: parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })) }
  const rule = parsed.data
  const problems = [...checkSubject(rule), ...checkLevels(rule), ...checkNames(rule, otherRules)]
  return problems.length > 0 ? { problems } : { rule }
}

/** Checks what an override would make of a rule. */
export function checkChanges(rule: AlertRule, input: unknown): { changes: RuleChanges } | { problems: RuleProblem[] } {
  const parsed = ruleChangesSchema.safeParse(input)
  if (!parsed.success)
    return { problems: parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })) }
  const checked = checkRule({ ...rule, ...parsed.data })
  return 'problems' in checked ? checked : { changes: parsed.data }
}

function checkSubject({ looksAt, onlyBands, onlyWhile }: AlertRule): RuleProblem[] {
  const problems: RuleProblem[] = []
  const of = 'measure' in looksAt ? measures[looksAt.measure].of : 'device'
  if (looksAt.kind === 'difference') {
    const [left, right] = [measures[looksAt.measure], measures[looksAt.minus]]
    if (left.of !== right.of)
      problems.push(problem('looksAt.minus', `is of a ${right.of}, ${looksAt.measure} of a ${left.of}`))
    if (left.unit !== right.unit && !(left.unit.startsWith('dB') && right.unit.startsWith('dB'))) {
      problems.push(
        problem('looksAt.minus', `is in ${right.unit || 'no unit'}, ${looksAt.measure} in ${left.unit || 'no unit'}`),
      )
    }
  }
  if (onlyBands !== undefined && of !== 'band') problems.push(problem('onlyBands', 'the rule looks at no band'))
  for (const [index, { measure, than }] of (onlyWhile ?? []).entries()) {
    const guard = measures[measure]
    if (guard.of !== of)
      problems.push(problem(`onlyWhile.${index}.measure`, `is of a ${guard.of}, the rule looks at a ${of}`))
    if (than < guard.minimum || than > guard.maximum) {
      problems.push(problem(`onlyWhile.${index}.than`, outOfRange(guard)))
    }
  }
  return problems
}

function checkLevels({ looksAt, levels }: AlertRule): RuleProblem[] {
  const problems: RuleProblem[] = []
  const isBelow = 'is' in looksAt && looksAt.is === 'below'
  const range = rangeOf(looksAt)
  for (const [index, { raiseAt, clearAt, severity }] of levels.entries()) {
    const where = `levels.${index}`
    for (const [name, value] of [
      ['raiseAt', raiseAt],
      ['clearAt', clearAt],
    ] as const) {
      if (value < range.minimum || value > range.maximum) problems.push(problem(`${where}.${name}`, outOfRange(range)))
    }
    if (isBelow ? clearAt < raiseAt : clearAt > raiseAt) {
      problems.push(
        problem(`${where}.clearAt`, `clears on the bad side of ${raiseAt}: it would clear and raise at once`),
      )
    }
    const before = levels[index - 1]
    if (!before) continue
    if (alertSeverities.indexOf(severity) <= alertSeverities.indexOf(before.severity)) {
      problems.push(problem(`${where}.severity`, `must be more severe than ${before.severity}`))
    }
    if (isBelow ? raiseAt >= before.raiseAt : raiseAt <= before.raiseAt) {
      problems.push(problem(`${where}.raiseAt`, `must be worse than ${before.raiseAt} of ${before.severity}`))
    }
  }
  return problems
}

function checkNames({ id, hiddenBy, onlyBands }: AlertRule, others: ReadonlySet<string>): RuleProblem[] {
  const problems: RuleProblem[] = []
  for (const [index, name] of (hiddenBy ?? []).entries()) {
    if (name === id) problems.push(problem(`hiddenBy.${index}`, 'a rule cannot explain itself'))
    else if (others.size > 0 && !others.has(name))
      problems.push(problem(`hiddenBy.${index}`, `there is no rule ${name}`))
  }
  if (onlyBands?.length === 0) problems.push(problem('onlyBands', 'names no band'))
  return problems
}

function rangeOf(looksAt: AlertRule['looksAt']): { minimum: number; maximum: number; unit: string } {
  if (looksAt.kind === 'silence') return { minimum: 0, maximum: 31 * 24 * 60, unit: 'min' }
  if (looksAt.kind === 'event') return { minimum: 0, maximum: 1, unit: '' }
  if (looksAt.kind === 'baseline') return { minimum: 0, maximum: 60, unit: 'dB' }
  const { minimum, maximum, unit } = measures[looksAt.measure]
  if (looksAt.kind === 'measure') return { minimum, maximum, unit }
  const other = measures[looksAt.minus]
  return { minimum: minimum - other.maximum, maximum: maximum - other.minimum, unit }
}

function outOfRange({ minimum, maximum, unit }: { minimum: number; maximum: number; unit: string }): string {
  return `must lie between ${minimum} and ${maximum}${unit === '' ? '' : ` ${unit}`}`
}

function problem(field: string, message: string): RuleProblem {
  return { field, message }
}
