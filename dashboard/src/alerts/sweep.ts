import type { AlertRule, BacktestResult, BacktestVariant } from '@stellacontrol/protocol'
import { formatLength } from '../words/time-length.ts'
import { amountWords, unitOf } from './rule-words.ts'

export type SweepKind = Exclude<BacktestVariant['kind'], 'rule'>

/** What stands at the bar of the rule itself. */
export const asItIs = 'as it is'

/** One bar of a sweep. */
export interface SweepBar {
  /** Its place among the variants of the result. */
  variant: number
  /** "10 min", "73". */
  words: string
  firings: number
  missed: number
  /** The rule as it is. */
  isOwn: boolean
  /** Of the highest bar, 0 to 1. */
  height: number
}

/** Beside the rule as it is, what other holds or thresholds would give, from the lowest up. Empty where none were tried. Pure. */
export function sweepOf({ rule, variants }: BacktestResult, kind: SweepKind): SweepBar[] {
  const own = ownValue(rule, kind)
  const numbered = variants.map((variant, index) => ({ ...variant, index, isOwn: index === 0 }))
  const tried = numbered.filter((variant) => variant.kind === kind && (own === undefined || variant.value !== own))
  if (tried.length === 0) return []
  const shown = numbered.slice(0, 1).map((variant) => ({ ...variant, value: own ?? null }))
  const bars = [...shown, ...tried].sort((one, other) => (one.value ?? -Infinity) - (other.value ?? -Infinity))
  const most = Math.max(1, ...bars.map(({ firings }) => firings))
  return bars.map(({ index, value, firings, missed, isOwn }) => ({
    ...{ variant: index, firings, missed, isOwn, height: firings / most },
    words: value === null ? asItIs : valueWords(rule, kind, value),
  }))
}

/** What a variant changes: "hold 10 min", "threshold 73 °C". Pure. */
export function variantWords(rule: AlertRule, { kind, value }: BacktestVariant): string {
  if (kind === 'rule' || value === null) return 'the rule as it is'
  if (kind === 'hold') return value === 0 ? 'no hold' : `hold ${formatLength(value)}`
  if (rule.looksAt.kind === 'silence') return `silence of ${valueWords(rule, kind, value)}`
  return `threshold ${amountWords(value, unitOf(rule.looksAt))}`
}

/** What is swept: "Firings by threshold, °C". Pure. */
export function sweepTitle({ looksAt }: AlertRule, kind: SweepKind): string {
  if (kind === 'hold') return 'Firings by hold'
  if (looksAt.kind === 'silence') return 'Firings by length of silence'
  const unit = unitOf(looksAt)
  return unit === '' ? 'Firings by threshold' : `Firings by threshold, ${unit}`
}

function valueWords({ looksAt }: AlertRule, kind: SweepKind, value: number): string {
  if (kind === 'hold') return value === 0 ? 'none' : formatLength(value)
  return looksAt.kind === 'silence' ? formatLength(value * 60_000) : amountWords(value, '')
}

/** Undefined if its levels are held for different times: then it is no one value. */
function ownValue({ raise, levels }: AlertRule, kind: SweepKind): number | undefined {
  if (kind === 'threshold') return levels[0]?.raiseAt
  const isOne = levels.every((level) => (level.raise ?? raise).holdMs === raise.holdMs)
  return isOne ? raise.holdMs : undefined
}
