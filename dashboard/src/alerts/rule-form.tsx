import type { AlertClass, AlertRule } from '@stellacontrol/protocol'
import { type ReactNode, useRef, useState } from 'react'
import type { FieldProblems } from '../api/http.ts'
import { FieldProblemsContext, useFirstBadField } from '../forms/field-problems.ts'
import { Field, Problem, SubmitButton } from '../forms/form.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { alertClassNames, alertClassWords } from '../words/alert-words.ts'
import { CauseFields } from './cause-fields.tsx'
import { ClearFields } from './clear-fields.tsx'
import { RaiseFields, type RulePartProps } from './raise-fields.tsx'
import { SubjectFields } from './subject-fields.tsx'
import { TellFields, WhereFields } from './tell-fields.tsx'
import type { RuleChecked, useRuleEdit } from './use-rule-edit.ts'

interface RuleFormProps {
  edit: ReturnType<typeof useRuleEdit>
  inherited: AlertRule
  checked: RuleChecked
  /** The rules that may explain it; given where all of the rule can be written, not only what an override may change. */
  others: readonly AlertRule[] | undefined
  save: string
  onSave: () => Promise<unknown>
  /** What a new rule asks first. */
  before?: ReactNode
  /** What else can be done with it. */
  actions?: ReactNode
}

/** A rule to write: sentences with controls in them. What the service finds wrong stands at each. */
export function RuleForm({ edit, inherited, checked, others, save, onSave, before, actions }: RuleFormProps) {
  const { rule, isDirty, change, forget, round } = edit
  const { isBusy, problem, fields, submit } = useSubmit()
  const [wasTried, setTried] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  // What is as it was is right; the service's word on what was discarded comes too late.
  const problems = isDirty ? problemsOf(checked, fields, wasTried || before === undefined) : none
  useFirstBadField(form, fields)
  const part: RulePartProps = { rule, inherited, onChange: change }
  return (
    <form
      key={round}
      ref={form}
      className="ed"
      aria-label="Rule"
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        void submit(onSave)
      }}
    >
      <FieldProblemsContext value={problems}>
        {before}
        {others !== undefined && <NameFields {...part} />}
        <RaiseFields
          {...part}
          subject={others === undefined ? undefined : <SubjectFields rule={rule} onChange={change} />}
        />
        <ClearFields {...part} />
        {others !== undefined && <CauseFields {...part} others={others} />}
        <TellFields {...part} />
        <WhereFields {...part} />
        {others !== undefined && <TextFields {...part} />}
      </FieldProblemsContext>
      <Problem words={problem} />
      <div className="row wrap bar">
        <SubmitButton isBusy={isBusy} isDisabled={!isDirty}>
          {save}
        </SubmitButton>
        {isDirty && (
          <button type="button" className="btn" onClick={forget}>
            Discard changes
          </button>
        )}
        <span className="grow" />
        {actions}
      </div>
    </form>
  )
}

const none: FieldProblems = []

/** What is wrong with what stands there now; what is only not written yet is said when somebody wants to save it. */
function problemsOf({ result, isCurrent }: RuleChecked, refused: FieldProblems, showsAll: boolean): FieldProblems {
  const live = result?.problems ?? []
  if (!isCurrent) return [...live, ...refused.filter(({ field }) => !live.some((one) => one.field === field))]
  return showsAll ? live : live.filter(({ message }) => !/^(Invalid input|Too small)/.test(message))
}

function NameFields({ rule, onChange }: RulePartProps) {
  return (
    <div className="two">
      <Field label="Name" name="name">
        <input
          required
          maxLength={80}
          autoComplete="off"
          value={rule.name}
          onChange={(event) => onChange({ ...rule, name: event.target.value })}
        />
      </Field>
      <Field label="Class">
        <select value={rule.class} onChange={(event) => onChange({ ...rule, class: event.target.value as AlertClass })}>
          {alertClassNames.map((name) => (
            <option key={name} value={name}>
              {alertClassWords[name]}
            </option>
          ))}
        </select>
      </Field>
    </div>
  )
}

const texts = [
  { field: 'advice', label: 'What to do', hint: 'Stands below the alert' },
  { field: 'basis', label: 'Why it is so', hint: 'For whoever looks at the rule later' },
] as const

function TextFields({ rule, onChange }: RulePartProps) {
  return (
    <fieldset className="form">
      <legend>Say</legend>
      {texts.map(({ field, label, hint }) => (
        <Field key={field} label={label} hint={hint} name={field}>
          <input
            maxLength={300}
            autoComplete="off"
            value={rule[field]}
            onChange={(event) => onChange({ ...rule, [field]: event.target.value })}
          />
        </Field>
      ))}
    </fieldset>
  )
}
