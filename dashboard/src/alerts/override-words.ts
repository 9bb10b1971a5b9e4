import type { AlertRule, RuleChanges } from '@stellacontrol/protocol'
import { alertSeverityWords } from '../words/alert-words.ts'
import { formatLength } from '../words/time-length.ts'
import { isSame } from './rule-changes.ts'
import { conditionWords, goodWords, holdWords, recurrenceWords } from './rule-words.ts'

/** One thing that an override changes. */
export interface ChangedValue {
  what: string
  was: string
  now: string
}

/** What an override makes of a rule, value by value, each against what the rule itself says. Pure. */
export function overrideWords(base: AlertRule, changes: RuleChanges): ChangedValue[] {
  const changed = { ...base, ...changes } as AlertRule
  return lines
    .filter(({ fields }) => fields.some((field) => field in changes))
    .map(({ what, words }) => ({ what, was: words(base), now: words(changed) }))
    .filter(({ was, now }, _, all) => was !== now || all.every((one) => one.was === one.now))
}

interface Line {
  what: string
  fields: (keyof RuleChanges)[]
  words: (rule: AlertRule) => string
}

const lines: Line[] = [
  { what: 'State', fields: ['enabled'], words: ({ enabled }) => (enabled ? 'on' : 'off') },
  { what: 'Raised', fields: ['levels', 'raise'], words: raiseWords },
  { what: 'Cleared', fields: ['levels', 'clear'], words: clearWords },
  { what: 'Bands', fields: ['onlyBands'], words: ({ onlyBands }) => onlyBands?.join(', ') ?? 'all' },
  { what: 'Reminders', fields: ['recurrence'], words: ({ recurrence }) => recurrenceWords[recurrence] },
  {
    what: 'Reminders end',
    fields: ['recurrenceEndsAfterMs'],
    words: (rule) => `after ${formatLength(rule.recurrenceEndsAfterMs)}`,
  },
  {
    what: 'Announced',
    fields: ['throttleMs'],
    words: ({ throttleMs }) => (throttleMs === 0 ? 'each time' : `once in ${formatLength(throttleMs)}`),
  },
]

function raiseWords(rule: AlertRule): string {
  return rule.levels
    .map((level) => {
      const hold = holdWords(level.raise ?? rule.raise)
      return [`${alertSeverityWords[level.severity].word}: ${conditionWords(rule, level)}`, hold]
        .filter(Boolean)
        .join(' ')
    })
    .join('; ')
}

function clearWords(rule: AlertRule): string {
  const goods = [...new Set(rule.levels.map((level) => goodWords(rule, level)))]
  return [goods.join('; '), isSame(rule.clear, { holdMs: 0, samples: 1 }) ? '' : holdWords(rule.clear)]
    .filter(Boolean)
    .join(' ')
}
