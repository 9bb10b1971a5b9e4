import { type AlertRule, type MeasureName, measures } from '@stellacontrol/protocol'
import { type CompiledRule, type CompiledRules, compileRules } from './compile-rules.ts'

/** What else is tried in the same pass: holds in ms, and thresholds of the least severe level in the unit of the rule. */
export interface BacktestSweep {
  holdsMs: readonly number[]
  thresholds: readonly number[]
}

export interface BacktestVariant {
  kind: 'rule' | 'hold' | 'threshold'
  /** In ms or in the unit of the rule; undefined = the rule as it is. */
  value: number | undefined
}

/** A rule and its variants, ready to be run over history. The rule itself is the first of them. */
export interface BacktestPlan {
  rule: AlertRule
  variants: readonly BacktestVariant[]
  /** One rule per variant, by its index as id: they share what is learned from a report. */
  rules: CompiledRules
  /** The variant that the mildest value meets, alone; undefined = reports cannot be skipped, for something is learned from each. */
  loosest: CompiledRules | undefined
  /** History before the range that must be known to judge its beginning. */
  warmUpMs: number
}

const minuteMs = 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Measures that remember more than the latest report, and for how long. */
const rememberedMs: { readonly [Name in MeasureName]?: number } = {
  boardUnchangedHours: dayMs,
  unexpectedReboots24h: dayMs,
  uplinkSilentDays: 7 * dayMs,
}
/** Five working days lie in this, holidays included. */
const normalLearnedMs = 14 * dayMs
const usualHoldsMs = [0, 10, 30, 60, 120, 240].map((minutes) => minutes * minuteMs)

/** Lays a rule and its variants side by side. What explains the rule elsewhere is not looked at: every firing counts. Pure. */
export function planBacktest(rule: AlertRule, sweep: BacktestSweep = usualSweep(rule)): BacktestPlan {
  const variants: BacktestVariant[] = [{ kind: 'rule', value: undefined }]
  const { holdsMs, thresholds } = usable(rule, sweep)
  for (const value of holdsMs) variants.push({ kind: 'hold', value })
  for (const value of thresholds) variants.push({ kind: 'threshold', value })
  const written = variants.map((variant, index) => ({ ...changed(rule, variant), id: `${index}` }))
  const rules = compileRules(written)
  return { rule, variants, rules, loosest: loosestOf(rule, rules), warmUpMs: warmUpMs(rule) }
}

/** Holds from none to four hours, and thresholds around the rule's own. Pure. */
export function usualSweep(rule: AlertRule): BacktestSweep {
  const [lowest] = rule.levels
  if (lowest === undefined) return { holdsMs: [], thresholds: [] }
  const { raiseAt, clearAt } = lowest
  if (rule.looksAt.kind === 'silence')
    return { holdsMs: [], thresholds: [0.25, 0.5, 2, 4, 24].map((factor) => raiseAt * factor) }
  // Half of what lies between raising and clearing is the least that makes a difference.
  const step = Math.abs(raiseAt - clearAt) / 2 || Math.max(1, Math.abs(raiseAt) / 10)
  const thresholds = [-4, -2, -1, 1, 2, 4].map((count) => Math.round((raiseAt + count * step) * 10) / 10)
  return { holdsMs: usualHoldsMs, thresholds }
}

/** The measures that a rule reads: its own and those of its guards. */
export function measuresOf({ looksAt, onlyWhile = [] }: AlertRule): MeasureName[] {
  const own = 'measure' in looksAt ? [looksAt.measure] : []
  const minus = looksAt.kind === 'difference' ? [looksAt.minus] : []
  return [...own, ...minus, ...onlyWhile.map(({ measure }) => measure)]
}

/** Events happen or do not; silence has no hold but its threshold; a flag has no other threshold. */
function usable(rule: AlertRule, { holdsMs, thresholds }: BacktestSweep): BacktestSweep {
  const { looksAt } = rule
  if (looksAt.kind === 'event') return { holdsMs: [], thresholds: [] }
  const isFlag = looksAt.kind === 'measure' && 'isFlag' in measures[looksAt.measure]
  return {
    holdsMs: looksAt.kind === 'silence' ? [] : distinct(holdsMs),
    thresholds: isFlag ? [] : distinct(thresholds),
  }
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((left, right) => left - right)
}

/** A threshold moves all levels and what they clear at, so that what lies between them stays. */
function changed(rule: AlertRule, { kind, value }: BacktestVariant): AlertRule {
  const plain = { ...rule, enabled: true, hiddenBy: [] }
  if (value === undefined) return plain
  if (kind === 'hold') {
    const held = (hold: AlertRule['raise']) => ({ ...hold, holdMs: value })
    const levels = rule.levels.map((level) => (level.raise ? { ...level, raise: held(level.raise) } : level))
    return { ...plain, raise: held(rule.raise), levels }
  }
  const by = value - (rule.levels[0]?.raiseAt ?? 0)
  const isSilence = rule.looksAt.kind === 'silence'
  const moved = (threshold: number) => Math.round((threshold + by) * 1000) / 1000
  const levels = rule.levels.map((level) => ({
    ...level,
    raiseAt: moved(level.raiseAt),
    clearAt: isSilence ? level.clearAt : moved(level.clearAt),
  }))
  return { ...plain, levels }
}

function loosestOf(rule: AlertRule, { list }: CompiledRules): CompiledRules | undefined {
  const { kind } = rule.looksAt
  if (kind === 'event' || kind === 'baseline' || measuresOf(rule).some((name) => rememberedMs[name])) return undefined
  const first = list.reduce((one: CompiledRule, other) => (other.raiseAt < one.raiseAt ? other : one))
  return { list: [first], byId: new Map([[first.rule.id, first]]), unlearned: new Set() }
}

function warmUpMs(rule: AlertRule): number {
  if (rule.looksAt.kind === 'baseline') return normalLearnedMs
  return Math.max(0, ...measuresOf(rule).map((name) => rememberedMs[name] ?? 0))
}
