import { type AlertRule, measures } from '@stellacontrol/protocol'
import type { Decision } from './evaluate.ts'

/** The unit of what a rule compares. */
export function unitOf({ looksAt }: AlertRule): string {
  if (looksAt.kind === 'silence') return 'min'
  if (looksAt.kind === 'event') return ''
  return looksAt.kind === 'baseline' ? 'dB' : measures[looksAt.measure].unit
}

/** One sentence for people: what is wrong, how much, since when, compared with what. Pure. */
export function alertText(rule: AlertRule, decision: Decision): string {
  const { subject } = decision
  const where = subject === undefined ? '' : `${subject.charAt(0).toUpperCase()}${subject.slice(1)}: `
  const flapping = decision.isFlapping ? ', again and again' : ''
  return `${where}${whatIsWrong(rule, decision)}${flapping}`
}

function whatIsWrong(rule: AlertRule, { value, threshold, since, at }: Decision): string {
  const { looksAt } = rule
  if (looksAt.kind === 'event' || value === undefined || threshold === undefined) return rule.name
  if (looksAt.kind === 'silence') return `No report for ${duration(value * 60_000)}`
  const unit = unitOf(rule)
  const held = at - since >= 60_000 ? ` for ${duration(at - since)}` : ''
  if (looksAt.kind === 'baseline') {
    return `Output ${amount(value, unit)} below its own normal in the working hours of the last 24 h, limit ${amount(threshold, unit)}`
  }
  const measure = measures[looksAt.measure]
  if ('isFlag' in measure && measure.isFlag) return `${rule.name}${held}`
  // What is counted, or is a length of time itself, has no duration of its own.
  if (['', 'h', 'd'].includes(unit))
    return `${measure.label}${measure.label.endsWith(' for') ? '' : ':'} ${amount(value, unit)}, limit ${amount(threshold, unit)}`
  const name =
    looksAt.kind === 'difference'
      ? `${measure.label} minus ${inSentence(measures[looksAt.minus].label)}`
      : measure.label
  return `${name} ${amount(value, unit)}, ${looksAt.is} ${amount(threshold, unit)}${held}`
}

/** A label inside a sentence: "gain set", but "PA temperature". */
function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? `${label.charAt(0).toLowerCase()}${label.slice(1)}` : label
}

/** Tenths say nothing of hundreds. */
function amount(value: number, unit: string): string {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10
  const text = String(rounded).replace('-', '−')
  return unit === '' ? text : `${text} ${unit}`
}

/** "45 s", "12 min", "3 h 20 min", "2 d". */
export function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.max(0, Math.round(ms / 1000))} s`
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} d`
}
