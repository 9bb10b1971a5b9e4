import {
  type AlertRule,
  type AlertSeverity,
  type Hold,
  type MeasureName,
  type MeasureSubject,
  measures,
} from '@stellacontrol/protocol'
import {
  type ReadBand,
  type ReadDevice,
  type ReadFan,
  type ReadValue,
  readerOfBand,
  readerOfDevice,
  readerOfFan,
} from './read-measure.ts'

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
  /** The lowest level's, turned: what is not above it is good. */
  raiseAt: number
  /** Whose values it looks at; a baseline's are of bands. */
  of: MeasureSubject
  /** One of them for rules that look at measures, none for the others. */
  readDevice?: ReadDevice
  readFan?: ReadFan
  readBand?: ReadBand
  onlyBands: ReadonlySet<string> | undefined
}

/** The rules of a device, ready to be evaluated: those that are enabled, causes before what they explain. */
export interface CompiledRules {
  list: readonly CompiledRule[]
  byId: ReadonlyMap<string, CompiledRule>
  /** While one of these is raised on a band, or on its device, the band's levels are no part of what is normal for it. */
  unlearned: ReadonlySet<string>
}

export function compileRules(rules: readonly AlertRule[]): CompiledRules {
  const enabled = rules.filter((rule) => rule.enabled).map(compileRule)
  const byId = new Map(enabled.map((compiled) => [compiled.rule.id, compiled]))
  const baselines = rules.filter(({ looksAt }) => looksAt.kind === 'baseline')
  const unlearned = new Set(baselines.flatMap(({ hiddenBy = [] }) => hiddenBy))
  return { list: causesFirst(enabled, byId), byId, unlearned }
}

function compileRule(rule: AlertRule): CompiledRule {
  const { looksAt } = rule
  const sign = 'is' in looksAt && looksAt.is === 'below' ? -1 : 1
  const levels = rule.levels.map(({ severity, raiseAt, clearAt, raise }) => ({
    severity,
    raiseAt: raiseAt * sign,
    clearAt: clearAt * sign,
    hold: raise ?? rule.raise,
  }))
  const compiled: CompiledRule = {
    rule,
    sign,
    levels,
    raiseAt: levels[0]?.raiseAt ?? Number.POSITIVE_INFINITY,
    of: 'measure' in looksAt ? measures[looksAt.measure].of : 'device',
    onlyBands: rule.onlyBands === undefined ? undefined : new Set(rule.onlyBands),
  }
  if (looksAt.kind !== 'measure' && looksAt.kind !== 'difference') return compiled
  if (compiled.of === 'device') compiled.readDevice = guarded(rule, readerOfDevice)
  else if (compiled.of === 'band') compiled.readBand = guarded(rule, readerOfBand)
  else compiled.readFan = guarded(rule, readerOfFan)
  return compiled
}

/** Reads the value of a rule; null while one of its guards does not hold. */
function guarded<Parameters extends unknown[]>(
  { looksAt, onlyWhile = [] }: AlertRule,
  readerOf: (name: MeasureName) => (...parameters: Parameters) => ReadValue,
): (...parameters: Parameters) => ReadValue {
  if (looksAt.kind !== 'measure' && looksAt.kind !== 'difference') return () => undefined
  const left = readerOf(looksAt.measure)
  const right = looksAt.kind === 'difference' ? readerOf(looksAt.minus) : undefined
  const read = right === undefined ? left : (...given: Parameters) => minus(left(...given), right(...given))
  if (onlyWhile.length === 0) return read
  const guards = onlyWhile.map(({ measure, is, than }) => ({ readGuard: readerOf(measure), is, than }))
  return (...given) => {
    for (const { readGuard, is, than } of guards) {
      const value = readGuard(...given)
      if (value === undefined) return undefined
      if (value === null || (is === 'above' ? value <= than : value >= than)) return null
    }
    return read(...given)
  }
}

function minus(left: ReadValue, right: ReadValue): ReadValue {
  if (left === null || right === null) return null
  return left === undefined || right === undefined ? undefined : Math.round((left - right) * 10) / 10
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
