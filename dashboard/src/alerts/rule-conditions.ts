import { type AlertRule, type Hold, type IncidentDetail, type LooksAt, measures } from '@stellacontrol/protocol'
import { count, formatNumber, notMeasured } from '../words/numbers.ts'
import { formatDuration } from '../words/time.ts'

/** One reason why an incident was raised, each part in words. */
export interface Condition {
  what: string
  limit: string
  value: string
}

type Raised = Pick<
  IncidentDetail,
  'value' | 'threshold' | 'unit' | 'severity' | 'since' | 'raisedAt' | 'subject' | 'ruleName' | 'blackBox'
>

/**
 * Why an incident was raised: value against threshold, the hold, and what else had to be so. `rule`: as it is now; undefined
 * where it is none of the catalogue (a whole site, the platform), then value and threshold speak for themselves. Pure.
 */
export function conditionsOf(incident: Raised, rule: AlertRule | undefined): Condition[] {
  const { value, threshold, unit, subject } = incident
  const about = subject === null ? '' : `, ${subject}`
  const held = Date.parse(incident.raisedAt) - Date.parse(incident.since)
  if (rule === undefined) {
    if (value === null || threshold === null) return []
    return [{ what: `${incident.ruleName}${about}`, limit: amount(threshold, unit), value: amount(value, unit) }]
  }
  const { looksAt } = rule
  const hold = rule.levels.find(({ severity }) => severity === incident.severity)?.raise ?? rule.raise
  const isFlag = looksAt.kind === 'event' || (looksAt.kind === 'measure' && 'isFlag' in measures[looksAt.measure])
  const main = {
    what: `${nameOf(looksAt)}${about}`,
    limit: isFlag || threshold === null ? 'yes' : `${sideOf(looksAt)} ${amount(threshold, unit)}`,
    value: isFlag || value === null ? 'yes' : amount(value, unit),
  }
  const guards = (rule.onlyWhile ?? []).map(({ measure, is, than }) => {
    const { label, unit: of } = measures[measure]
    const was = valueAt(incident, measure)
    return { what: `${label}${about}`, limit: `${is} ${amount(than, of)}`, value: amount(was, of) }
  })
  return [main, ...heldFor(hold, held), ...guards]
}

function nameOf(looksAt: LooksAt): string {
  switch (looksAt.kind) {
    case 'silence':
      return 'No report for'
    case 'event':
      return { restarted: 'Restarted', 'settings-changed': 'Settings changed', 'firmware-changed': 'Firmware changed' }[
        looksAt.event
      ]
    case 'baseline':
      return `${measures[looksAt.measure].label} below its own normal`
    case 'difference':
      return `${measures[looksAt.measure].label} minus ${measures[looksAt.minus].label.toLowerCase()}`
    default:
      return measures[looksAt.measure].label
  }
}

function sideOf(looksAt: LooksAt): string {
  return 'is' in looksAt ? looksAt.is : 'by'
}

function heldFor({ holdMs, samples }: Hold, heldMs: number): Condition[] {
  if (holdMs === 0 && samples <= 1) return []
  const limit = [
    ...(holdMs > 0 ? [formatDuration(holdMs)] : []),
    ...(samples > 1 ? [count(samples, 'report')] : []),
  ].join(' and ')
  return [{ what: 'Held for', limit, value: formatDuration(heldMs) }]
}

/** What the last report before it was raised says of a measure; a dash where history keeps none of that name. */
function valueAt({ blackBox, raisedAt, subject }: Raised, measure: string): number | undefined {
  const { history } = blackBox
  const names = [measure, `${subject}.${measure}`]
  const series = history?.series.find(({ metric }) => names.includes(metric))
  if (history === null || series === undefined) return undefined
  const raised = Date.parse(raisedAt)
  const index = history.at.findLastIndex((at, position) => at <= raised && series.average[position] !== null)
  return series.average[index] ?? undefined
}

function amount(value: number | undefined, unit: string | null): string {
  if (value === undefined) return notMeasured
  const text = formatNumber(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 1)
  return unit === null || unit === '' ? text : `${text} ${unit}`
}
