import { type BacktestPlan, type BacktestRange, planBacktest } from '@stellacontrol/alerts'
import { type PastColumns, pastColumnsOf } from '@stellacontrol/database'
import { type AlertRule, type BacktestRequest, longestBacktestMs } from '@stellacontrol/protocol'
import { ApiProblem } from '../http/problem.ts'

const usualMs = 30 * 86_400_000

/** The time that is meant, up to now. Pure. @throws ApiProblem `range-invalid` */
export function rangeOf({ from, to }: Pick<BacktestRequest, 'from' | 'to'>, now: number): BacktestRange {
  const untilAt = Math.min(now, to === undefined ? now : Date.parse(to))
  const fromAt = from === undefined ? untilAt - usualMs : Date.parse(from)
  if (fromAt >= untilAt) throw new ApiProblem('range-invalid')
  if (untilAt - fromAt > longestBacktestMs) throw new ApiProblem('range-invalid', 'it is longer than 90 days')
  return { fromAt, untilAt }
}

/** The rule with the variants that are asked for, or usual ones, and what must be read for them. Pure. @throws ApiProblem `not-in-history` */
export function planPast(
  rule: AlertRule,
  { holdsMs, thresholds }: Pick<BacktestRequest, 'holdsMs' | 'thresholds'>,
): { plan: BacktestPlan; columns: PastColumns } {
  const columns = pastColumnsOf(rule)
  if ('missing' in columns) {
    throw new ApiProblem('not-in-history', `history does not keep ${columns.missing.join(', ')}`)
  }
  const isAsked = holdsMs !== undefined || thresholds !== undefined
  const sweep = isAsked ? { holdsMs: holdsMs ?? [], thresholds: thresholds ?? [] } : undefined
  return { plan: planBacktest(rule, sweep), columns }
}
