import type { AlertRule, RuleChanges, RuleLevel } from '@stellacontrol/protocol'
import { alertSeverityWords } from '../words/alert-words.ts'
import { formatLength } from '../words/time-length.ts'
import { conditionWords, goodWords, holdWords, lookWords, recurrenceWords } from './rule-words.ts'

/** One thing that an override changes. */
export interface ChangedValue {
  what: string
  was: string
  now: string
}

/** What an override makes of a rule, value by value, each against what the rule itself says. Pure. */
export function overrideWords(base: AlertRule, changes: RuleChanges): ChangedValue[] {
  const changed = { ...base, ...changes } as AlertRule
  const all = lines
    .filter(({ fields }) => fields.some((field) => field in changes))
    .map(({ what, words }) => ({ what, ...difference(words(base), words(changed)) }))
  const different = all.filter(({ was, now }) => was !== now)
  return different.length > 0 ? different : all
}

/** What is no longer so, and what is now; what is so in both is not said unless nothing else is. */
function difference(was: string[], now: string[]): { was: string; now: string } {
  const only = (these: string[], others: string[]) => these.filter((one) => !others.includes(one)).join('; ')
  const [gone, come] = [only(was, now), only(now, was)]
  return gone === '' && come === '' ? { was: was.join('; '), now: now.join('; ') } : { was: gone, now: come }
}

interface Line {
  what: string
  fields: (keyof RuleChanges)[]
  words: (rule: AlertRule) => string[]
}

const lines: Line[] = [
  { what: 'State', fields: ['enabled'], words: ({ enabled }) => [enabled ? 'on' : 'off'] },
  { what: 'Raised', fields: ['levels', 'raise'], words: (rule) => rule.levels.map((level) => raiseWords(rule, level)) },
  { what: 'Cleared', fields: ['levels', 'clear'], words: (rule) => [clearWords(rule)] },
  { what: 'Bands', fields: ['onlyBands'], words: ({ onlyBands }) => onlyBands ?? ['all'] },
  { what: 'Reminders', fields: ['recurrence'], words: ({ recurrence }) => [recurrenceWords[recurrence]] },
  {
    what: 'Reminders end',
    fields: ['recurrenceEndsAfterMs'],
    words: (rule) => [`after ${formatLength(rule.recurrenceEndsAfterMs)}`],
  },
  {
    what: 'Announced',
    fields: ['throttleMs'],
    words: ({ throttleMs }) => [throttleMs === 0 ? 'each time' : `once in ${formatLength(throttleMs)}`],
  },
]

/** "Major: above 70 °C for at least 2 min": what it looks at no override changes. */
function raiseWords(rule: AlertRule, level: RuleLevel): string {
  const condition = conditionWords(rule, level).replace(`${lookWords(rule.looksAt)} `, '')
  const words = `${alertSeverityWords[level.severity].word}: ${condition} ${holdWords(level.raise ?? rule.raise)}`
  return words.trim()
}

function clearWords(rule: AlertRule): string {
  const goods = [...new Set(rule.levels.map((level) => goodWords(rule, level)))]
  return `${goods.join('; ')} ${holdWords(rule.clear)}`.trim()
}
