import { type AlertRule, type AlertSeverity, type Hold, type Measure, measures } from '@stellacontrol/protocol'

/** A level with its thresholds turned so that more is always worse. */
export interface CompiledLevel {
  severity: AlertSeverity
  raiseAt: number
  clearAt: number
  hold: Hold
}

export interface CompiledRule {
  rule: AlertRule
  /** 1 = above is bad, -1 = below is bad. */
  sign: 1 | -1
  levels: CompiledLevel[]
  /** Undefined for silence, events and baselines. */
  measure: Measure | undefined
  onlyBands: ReadonlySet<string> | undefined
}

/** The rules of a device, ready to be evaluated: those that are enabled, causes before what they explain. */
export interface CompiledRules {
  list: readonly CompiledRule[]
  byId: ReadonlyMap<string, CompiledRule>
}

export function compileRules(rules: readonly AlertRule[]): CompiledRules {
  const enabled = rules.filter((rule) => rule.enabled).map(compileRule)
  const byId = new Map(enabled.map((compiled) => [compiled.rule.id, compiled]))
  return { list: causesFirst(enabled, byId), byId }
}

function compileRule(rule: AlertRule): CompiledRule {
  const { looksAt } = rule
  const sign = 'is' in looksAt && looksAt.is === 'below' ? -1 : 1
  return {
    rule,
    sign,
    levels: rule.levels.map(({ severity, raiseAt, clearAt, raise }) => ({
      severity,
      raiseAt: raiseAt * sign,
      clearAt: clearAt * sign,
      hold: raise ?? rule.raise,
    })),
    measure: looksAt.kind === 'measure' || looksAt.kind === 'difference' ? measures[looksAt.measure] : undefined,
    onlyBands: rule.onlyBands === undefined ? undefined : new Set(rule.onlyBands),
  }
}

/** A cause must be known when what it explains is looked at. Rules that explain each other keep their order. */
function causesFirst(rules: CompiledRule[], byId: ReadonlyMap<string, CompiledRule>): CompiledRule[] {
  const ordered = new Set<CompiledRule>()
  const visiting = new Set<CompiledRule>()
  const visit = (compiled: CompiledRule) => {
    if (ordered.has(compiled) || visiting.has(compiled)) return
    visiting.add(compiled)
    for (const id of compiled.rule.hiddenBy ?? []) {
      const cause = byId.get(id)
      if (cause) visit(cause)
    }
    visiting.delete(compiled)
    ordered.add(compiled)
  }
  for (const compiled of rules) visit(compiled)
  return [...ordered]
}
