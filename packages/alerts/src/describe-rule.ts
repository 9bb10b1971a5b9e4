import { type AlertRule, alertClasses, type Hold, measures, type RuleLevel } from '@stellacontrol/protocol'
import { type PlatformRule, platformRules } from './platform-rules.ts'
import { duration, unitOf } from './wording.ts'

/** A rule's values in words, as docs/alerts.md lists them. Pure. */
export interface RuleDescription {
  raises: string
  clears: string
  severity: string
  reminds: string
}

export function describeRule(rule: AlertRule): RuleDescription {
  const lines = (of: (level: AlertRule['levels'][number]) => string) => [...new Set(rule.levels.map(of))].join('<br>')
  const { recurrence, throttleMs } = rule
  return {
    raises: lines((level) => `${conditionOf(rule, level.raiseAt)}${held(level.raise ?? rule.raise)}`),
    clears: lines((level) => `${goodAgain(rule, level.clearAt)}${held(rule.clear)}`),
    severity: lines(({ severity }) => severity),
    reminds: `${recurrence.replaceAll('-', ' ')}; throttle ${duration(throttleMs)}`,
  }
}

/** The catalogue as Markdown, one table per class. */
export function catalogueTables(rules: readonly AlertRule[]): string {
  const head = '| rule | raises | clears | severity | reminds | hidden by | reason and source |'
  return alertClasses
    .map((one) => {
      const rows = rules.filter((rule) => rule.class === one).map(rowOf)
      return [
        `### ${one.charAt(0).toUpperCase()}${one.slice(1)}`,
        '',
        head,
        head.replace(/[^|]+/g, ' --- '),
        ...rows,
      ].join('\n')
    })
    .join('\n\n')
}

/** The platform's own rules as a Markdown table. */
export function platformTable(): string {
  const head = '| rule | raises | clears | severity | advice | reason |'
  const rows = Object.values<PlatformRule>(platformRules).map((rule) => {
    const lines = (of: (level: RuleLevel) => string) => [...new Set(rule.levels.map(of))].join('<br>')
    const value = (threshold: number) => `${threshold}${rule.unit === '' ? '' : ` ${rule.unit}`}`
    const good = rule.is === 'above' ? 'at most' : 'at least'
    const cells = [
      `\`${rule.id}\` ${rule.name}`,
      lines(({ raiseAt }) => `${rule.is} ${value(raiseAt)}${held(rule.raise, 'looks')}`),
      lines(({ clearAt }) => `${good} ${value(clearAt)}${held(rule.clear, 'looks')}`),
      lines(({ severity }) => severity),
      ...[rule.advice, rule.basis],
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [head, head.replace(/[^|]+/g, ' --- '), ...rows].join('\n')
}

function rowOf(rule: AlertRule): string {
  const { raises, clears, severity, reminds } = describeRule(rule)
  const hiddenBy = (rule.hiddenBy ?? []).map((id) => `\`${id}\``).join(' ')
  const cells = [`\`${rule.id}\` ${rule.name}`, raises, clears, severity, reminds, hiddenBy, rule.basis]
  return `| ${cells.join(' | ')} |`
}

function conditionOf(rule: AlertRule, threshold: number): string {
  const { looksAt, onlyWhile = [] } = rule
  if (looksAt.kind === 'event') return looksAt.event.replace('-', ' ')
  if (looksAt.kind === 'silence') return `no report for ${threshold} min`
  if (looksAt.kind === 'baseline') return `${threshold} dB below its own normal`
  const measure = measures[looksAt.measure]
  if ('isFlag' in measure) return measure.label
  const name = looksAt.kind === 'difference' ? `${measure.label} minus ${measures[looksAt.minus].label}` : measure.label
  const guards = onlyWhile.map(
    (one) => `, while ${measures[one.measure].label} ${one.is} ${one.than} ${measures[one.measure].unit}`,
  )
  return `${name} ${looksAt.is} ${amount(rule, threshold)}${guards.join('')}`
}

function goodAgain(rule: AlertRule, threshold: number): string {
  const { looksAt } = rule
  if (looksAt.kind === 'event') return 'it is past'
  if (looksAt.kind === 'silence') return 'any report'
  if (looksAt.kind === 'baseline') return `within ${threshold} dB`
  if ('isFlag' in measures[looksAt.measure]) return 'no longer'
  return `${looksAt.is === 'above' ? 'at most' : 'at least'} ${amount(rule, threshold)}`
}

function amount(rule: AlertRule, value: number): string {
  const unit = unitOf(rule)
  return unit === '' ? String(value) : `${value} ${unit}`
}

function held({ holdMs, samples }: Hold, what = 'reports'): string {
  const parts = [...(holdMs > 0 ? [duration(holdMs)] : []), ...(samples > 1 ? [`${samples} ${what}`] : [])]
  return parts.length === 0 ? '' : `, for ${parts.join(' and ')}`
}
