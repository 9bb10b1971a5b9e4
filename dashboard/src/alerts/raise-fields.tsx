import type { AlertRule, Hold, LooksAt, RuleLevel } from '@stellacontrol/protocol'
import type { ReactNode } from 'react'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityNames, alertSeverityWords } from '../words/alert-words.ts'
import { isSame } from './rule-changes.ts'
import { mostLevels, withHold, withLevel, withOneMore, withoutLevel } from './rule-draft.ts'
import { LengthSlot, NumberSlot, SelectSlot } from './rule-slots.tsx'
import { canHold, goodWords, isYesOrNo, lookWords, unitOf } from './rule-words.ts'

export interface RulePartProps {
  rule: AlertRule
  /** As it would be without what is edited here. */
  inherited: AlertRule
  onChange: (rule: AlertRule) => void
}

const severityOptions = alertSeverityNames.toReversed().map((name) => [name, alertSeverityWords[name].word] as const)

/** When it raises, in sentences with controls: one for each severity. `subject`: how what it looks at is chosen, where it can be. */
export function RaiseFields({ rule, inherited, onChange, subject }: RulePartProps & { subject?: ReactNode }) {
  const { levels, looksAt } = rule
  return (
    <fieldset>
      <legend>Raise</legend>
      <ul className="levels">
        {levels.map((level, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place in the list
          <li key={index} className="sent">
            {index === 0 ? <>When {subject ?? <Look looksAt={looksAt} />} </> : <>or {sideOf(looksAt)} </>}
            <Threshold {...{ rule, inherited, onChange, level, index }} />
            {canHold(looksAt) && <LevelHold {...{ rule, inherited, onChange, level, index }} />}
            raise{' '}
            <span className="nw">
              <Icon name={alertSeverityWords[level.severity].icon} kind="sv" />{' '}
              <SelectSlot
                label={`Severity ${index + 1}`}
                name={`levels.${index}.severity`}
                value={level.severity}
                options={severityOptions}
                isChanged={level.severity !== inherited.levels[index]?.severity}
                onChange={(severity) => onChange(withLevel(rule, index, { severity }))}
              />
            </span>
            {levels.length > 1 && (
              <button
                type="button"
                className="btn ghost icon sm"
                aria-label={`Remove severity ${index + 1}`}
                onClick={() => onChange(withoutLevel(rule, index))}
              >
                <Icon name="x" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {!isYesOrNo(looksAt) && levels.length < mostLevels && levels.at(-1)?.severity !== 'critical' && (
        <button type="button" className="btn sm" onClick={() => onChange(withOneMore(rule))}>
          <Icon name="plus" />
          Add a worse severity
        </button>
      )}
    </fieldset>
  )
}

type LevelProps = RulePartProps & { level: RuleLevel; index: number }

function Threshold({ rule, inherited, onChange, level, index }: LevelProps) {
  const { looksAt } = rule
  if (isYesOrNo(looksAt)) return null
  const slot = (
    <NumberSlot
      label={`Raised at, severity ${index + 1}`}
      name={`levels.${index}.raiseAt`}
      value={level.raiseAt}
      unit={unitOf(looksAt)}
      isChanged={!Object.is(level.raiseAt, inherited.levels[index]?.raiseAt)}
      onChange={(raiseAt) => onChange(withLevel(rule, index, { raiseAt }))}
    />
  )
  if (looksAt.kind === 'silence') return <>for {slot} </>
  if (looksAt.kind === 'baseline') return <>{slot} below its own normal </>
  return <>{slot} </>
}

/** What a rule looks at, where that is not to be changed. */
function Look({ looksAt }: { looksAt: LooksAt }) {
  const words = <b>{lookWords(looksAt)}</b>
  if (looksAt.kind === 'baseline') return <>{words} is</>
  if (isYesOrNo(looksAt) || looksAt.kind === 'silence') return words
  return (
    <>
      {words} is {sideOf(looksAt)}
    </>
  )
}

function sideOf(looksAt: LooksAt): string {
  return 'is' in looksAt && !isYesOrNo(looksAt) ? looksAt.is : ''
}

function LevelHold({ rule, inherited, onChange, level, index }: LevelProps) {
  const own = level.raise !== undefined
  const held = (one: AlertRule): Hold => one.levels[index]?.raise ?? one.raise
  return (
    <HoldSlots
      label={`Held, severity ${index + 1}`}
      name={own ? `levels.${index}.raise` : 'raise'}
      hold={held(rule)}
      inherited={held(inherited)}
      onChange={(hold) => onChange(withHold(rule, index, hold))}
    />
  )
}

interface HoldSlotsProps {
  label: string
  name: string
  hold: Hold
  inherited: Hold
  onChange: (hold: Hold) => void
}

/** Both a time and a number of reports must pass. */
function HoldSlots({ label, name, hold, inherited, onChange }: HoldSlotsProps) {
  return (
    <>
      for at least{' '}
      <LengthSlot
        label={`${label}: time`}
        name={`${name}.holdMs`}
        valueMs={hold.holdMs}
        isChanged={hold.holdMs !== inherited.holdMs}
        onChange={(holdMs) => onChange({ ...hold, holdMs })}
      />{' '}
      and{' '}
      <NumberSlot
        label={`${label}: reports`}
        name={`${name}.samples`}
        value={hold.samples}
        unit={hold.samples === 1 ? 'report' : 'reports'}
        isWhole
        isChanged={hold.samples !== inherited.samples}
        onChange={(samples) => onChange({ ...hold, samples })}
      />{' '}
    </>
  )
}

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
