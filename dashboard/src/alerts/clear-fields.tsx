import { alertSeverityWords } from '../words/alert-words.ts'
import { HoldSlots } from './hold-slots.tsx'
import type { RulePartProps } from './raise-fields.tsx'
import { isSame } from './rule-changes.ts'
import { withLevel } from './rule-draft.ts'
import { NumberSlot } from './rule-slots.tsx'
import { goodWords, isYesOrNo, unitOf } from './rule-words.ts'

/** When it is good again. */
export function ClearFields({ rule, inherited, onChange }: RulePartProps) {
  const { looksAt, levels } = rule
  const [first] = levels
  if (first === undefined) return null
  const hasThreshold = !isYesOrNo(looksAt) && looksAt.kind !== 'silence'
  const isOne = levels.every(({ clearAt }) => isSame(clearAt, first.clearAt))
  const shown = isOne ? [first] : levels
  /** Levels that clear at the same value are one sentence, and are changed as one. */
  const changed = (index: number, clearAt: number) =>
    isOne ? { ...rule, levels: levels.map((level) => ({ ...level, clearAt })) } : withLevel(rule, index, { clearAt })
  return (
    <fieldset>
      <legend>Clear</legend>
      {!hasThreshold && <p className="sent">{goodWords(rule, first)}</p>}
      {hasThreshold &&
        shown.map((level, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place in the list
          <p key={index} className="sent">
            {isOne ? 'When ' : `${alertSeverityWords[level.severity].word} when `}
            {looksAt.kind === 'baseline' ? 'within' : 'at'}{' '}
            <NumberSlot
              label={isOne ? 'Cleared at' : `Cleared at, severity ${index + 1}`}
              name={`levels.${index}.clearAt`}
              value={level.clearAt}
              unit={unitOf(looksAt)}
              isChanged={!Object.is(level.clearAt, inherited.levels[index]?.clearAt)}
              onChange={(clearAt) => onChange(changed(index, clearAt))}
            />{' '}
            {looksAt.kind === 'baseline'
              ? 'of its normal'
              : 'is' in looksAt && looksAt.is === 'below'
                ? 'or more'
                : 'or less'}
          </p>
        ))}
      {looksAt.kind !== 'event' && (
        <p className="sent">
          <HoldSlots
            label="Good again"
            name="clear"
            hold={rule.clear}
            inherited={inherited.clear}
            onChange={(clear) => onChange({ ...rule, clear })}
          />
        </p>
      )}
    </fieldset>
  )
}
