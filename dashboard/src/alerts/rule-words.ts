import {
  type AlertEventName,
  type AlertRule,
  type Guard,
  type Hold,
  type LooksAt,
  type MeasureName,
  type MeasureSubject,
  measures,
  type OverrideScope,
  type Recurrence,
  type RuleLevel,
} from '@stellacontrol/protocol'
import { count } from '../words/numbers.ts'
import { formatDuration } from '../words/time.ts'
import { formatLength } from '../words/time-length.ts'

export const eventWords: Record<AlertEventName, string> = {
  restarted: 'It restarted',
  'settings-changed': 'Its settings changed',
  'firmware-changed': 'Its firmware changed',
}
export const recurrenceWords: Record<Recurrence, string> = {
  never: 'never',
  'every-4-hours': 'every 4 hours',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
}
export const scopeWords: Record<OverrideScope, string> = {
  model: 'Model',
  organisation: 'Organisation',
  site: 'Site',
  device: 'Booster',
}

/** Whose values a rule compares: of the booster as a whole, of each band or of each fan. */
export function subjectOf(looksAt: LooksAt): MeasureSubject {
  return 'measure' in looksAt ? measures[looksAt.measure].of : 'device'
}

/** True for what is either so or not: then there are no thresholds to set. */
export function isYesOrNo(looksAt: LooksAt): boolean {
  return looksAt.kind === 'event' || (looksAt.kind === 'measure' && 'isFlag' in measures[looksAt.measure])
}

/** True if a time and a number of reports can pass before it raises: silence and events are over with one. */
export function canHold({ kind }: LooksAt): boolean {
  return kind !== 'silence' && kind !== 'event'
}

export function unitOf(looksAt: LooksAt): string {
  if (looksAt.kind === 'silence') return 'min'
  if (looksAt.kind === 'event') return ''
  return looksAt.kind === 'baseline' ? 'dB' : measures[looksAt.measure].unit
}

/** What a rule looks at, at the beginning of a sentence. */
export function lookWords(looksAt: LooksAt): string {
  switch (looksAt.kind) {
    case 'silence':
      return 'No report'
    case 'event':
      return eventWords[looksAt.event]
    case 'difference':
      return `${measures[looksAt.measure].label} minus ${inSentence(looksAt.minus)}`
    default:
      return measures[looksAt.measure].label
  }
}

/** A label inside a sentence: "gain set", but "PA temperature". */
function inSentence(measure: MeasureName): string {
  const { label } = measures[measure]
  return /^[A-Z][a-z]/.test(label) && !label.startsWith('Modem')
    ? label.charAt(0).toLowerCase() + label.slice(1)
    : label
}

/** "Board temperature above 70 °C", "No report for 1 h", "Door open". */
export function conditionWords({ looksAt }: AlertRule, { raiseAt }: Pick<RuleLevel, 'raiseAt'>): string {
  const what = lookWords(looksAt)
  if (looksAt.kind === 'silence') return `${what} for ${formatLength(raiseAt * 60_000)}`
  if (isYesOrNo(looksAt)) return looksAt.kind === 'measure' && looksAt.is === 'below' ? `Not: ${what}` : what
  if (looksAt.kind === 'baseline') return `${what} ${amountWords(raiseAt, 'dB')} below its own normal of working hours`
  return `${what} ${'is' in looksAt ? looksAt.is : ''} ${amountWords(raiseAt, unitOf(looksAt))}`
}

/** When it is good again: "65 °C or less". */
export function goodWords({ looksAt }: AlertRule, { clearAt }: Pick<RuleLevel, 'clearAt'>): string {
  if (looksAt.kind === 'silence') return 'As soon as it reports again'
  if (looksAt.kind === 'event') return 'With the next report'
  if (isYesOrNo(looksAt)) return 'When that is over'
  if (looksAt.kind === 'baseline') return `Within ${amountWords(clearAt, 'dB')} of its normal`
  const side = 'is' in looksAt && looksAt.is === 'below' ? 'or more' : 'or less'
  return `${amountWords(clearAt, unitOf(looksAt))} ${side}`
}

/** "for at least 10 min and 2 reports"; nothing if one report is enough. */
export function holdWords({ holdMs, samples }: Hold): string {
  const parts = [...(holdMs > 0 ? [formatLength(holdMs)] : []), ...(samples > 1 ? [count(samples, 'report')] : [])]
  return parts.length === 0 ? '' : `for at least ${parts.join(' and ')}`
}

export function guardWords({ measure, is, than }: Guard): string {
  return `${measures[measure].label} ${is} ${amountWords(than, measures[measure].unit)}`
}

/** How people are told: "Announced at most once in 1 h, reminded daily, for 30 d". */
export function tellWords({ throttleMs, recurrence, recurrenceEndsAfterMs }: AlertRule): string {
  const announced = throttleMs === 0 ? 'Announced each time' : `Announced at most once in ${formatLength(throttleMs)}`
  if (recurrence === 'never') return `${announced}, not reminded of`
  return `${announced}, reminded of ${recurrenceWords[recurrence]} for ${formatLength(recurrenceEndsAfterMs)}`
}

/** A value that was found, rounded: "73.1 °C", "3 h" of silence; nothing where it says no more than that it is so. */
export function foundWords(looksAt: LooksAt, value: number | null): string {
  if (value === null || isYesOrNo(looksAt)) return ''
  if (looksAt.kind === 'silence') return formatDuration(value * 60_000)
  return amountWords(Math.round(value * 10) / 10, unitOf(looksAt))
}

/** A number as it was written, with a real minus. */
export function amountWords(value: number, unit: string): string {
  const text = Number.isFinite(value) ? String(value).replace('-', '\u2212') : '…'
  return unit === '' ? text : `${text} ${unit}`
}
