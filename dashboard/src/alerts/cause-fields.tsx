import { type AlertRule, type Guard, measures } from '@stellacontrol/protocol'
import { useFieldProblem } from '../forms/field-problems.ts'
import { Icon } from '../shell/icon.tsx'
import type { RulePartProps } from './raise-fields.tsx'
import { NumberSlot, SelectSlot } from './rule-slots.tsx'
import { MeasureSlot } from './subject-fields.tsx'

/** The most conditions that a rule of one's own may have beside what it looks at. */
const mostGuards = 4

type CauseProps = Pick<RulePartProps, 'rule' | 'onChange'> & {
  /** The others, which may explain it. */
  others: readonly Pick<AlertRule, 'id' | 'name'>[]
}

/** What must be so for a rule to look at all, and what it is kept back for. */
export function CauseFields({ rule, onChange, others }: CauseProps) {
  const { onlyWhile = [], hiddenBy = [] } = rule
  const nameOf = (id: string) => others.find((other) => other.id === id)?.name ?? id
  const offered = others.filter(({ id }) => id !== rule.id && !hiddenBy.includes(id))
  const problem = useFieldProblem('hiddenBy')
  return (
    <fieldset>
      <legend>Hold back</legend>
      <Guards guards={onlyWhile} onChange={(next) => onChange({ ...rule, onlyWhile: next })} />
      {hiddenBy.length > 0 && <p className="sent">While one of these is open, it joins that one unannounced:</p>}
      <div className="row wrap">
        {hiddenBy.map((id) => (
          <button
            key={id}
            type="button"
            className="chip"
            onClick={() => onChange({ ...rule, hiddenBy: hiddenBy.filter((one) => one !== id) })}
          >
            <b>{nameOf(id)}</b>
            <Icon name="x" />
            <span className="vh">, no longer explains this</span>
          </button>
        ))}
        <label className="pick">
          <span className="vh">Add a rule that explains this one</span>
          <select value="" onChange={(event) => onChange({ ...rule, hiddenBy: [...hiddenBy, event.target.value] })}>
            <option value="" disabled>
              Add a rule that explains it…
            </option>
            {offered.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {problem !== undefined && <small className="p1">{problem}</small>}
    </fieldset>
  )
}

function Guards({ guards, onChange }: { guards: readonly Guard[]; onChange: (guards: Guard[]) => void }) {
  const change = (index: number, part: Partial<Guard>) =>
    onChange(guards.map((guard, at) => (at === index ? { ...guard, ...part } : guard)))
  const first: Guard = { measure: 'downlinkInputDbm', is: 'above', than: -75 }
  return (
    <>
      {guards.map(({ measure, is, than }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition is its place in the list
        <p key={index} className="sent">
          Only while{' '}
          <MeasureSlot
            label={`Condition ${index + 1}: value`}
            name={`onlyWhile.${index}.measure`}
            value={measure}
            onChange={(next) => change(index, { measure: next })}
          />{' '}
          is{' '}
          <SelectSlot
            label={`Condition ${index + 1}: side`}
            value={is}
            options={[
              ['above', 'above'],
              ['below', 'below'],
            ]}
            onChange={(next) => change(index, { is: next })}
          />{' '}
          <NumberSlot
            label={`Condition ${index + 1}: limit`}
            name={`onlyWhile.${index}.than`}
            value={than}
            unit={measures[measure].unit}
            onChange={(next) => change(index, { than: next })}
          />
          <button
            type="button"
            className="btn ghost icon sm"
            aria-label={`Remove condition ${index + 1}`}
            onClick={() => onChange(guards.filter((_, at) => at !== index))}
          >
            <Icon name="x" />
          </button>
        </p>
      ))}
      {guards.length < mostGuards && (
        <button type="button" className="btn sm" onClick={() => onChange([...guards, first])}>
          <Icon name="plus" />
          Add a condition
        </button>
      )}
    </>
  )
}
