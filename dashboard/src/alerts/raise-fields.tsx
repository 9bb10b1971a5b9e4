import type { AlertRule, Hold, LooksAt, RuleLevel } from '@stellacontrol/protocol'
import type { ReactNode } from 'react'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityNames, alertSeverityWords } from '../words/alert-words.ts'
import { HoldSlots } from './hold-slots.tsx'
import { mostLevels, withHold, withLevel, withOneMore, withoutLevel } from './rule-draft.ts'
import { NumberSlot, SelectSlot } from './rule-slots.tsx'
import { canHold, isYesOrNo, lookWords, unitOf } from './rule-words.ts'

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
            </span>
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
