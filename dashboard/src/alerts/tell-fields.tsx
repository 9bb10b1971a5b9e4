import type { Recurrence } from '@stellacontrol/protocol'
import type { RulePartProps } from './raise-fields.tsx'
import { BandSlot, LengthSlot, SelectSlot } from './rule-slots.tsx'
import { recurrenceWords, subjectOf } from './rule-words.ts'

const recurrenceOptions = Object.entries(recurrenceWords) as [Recurrence, string][]

/** How often people hear of it. Who they are is for each person to choose. */
export function TellFields({ rule, inherited, onChange }: RulePartProps) {
  return (
    <fieldset>
      <legend>Tell</legend>
      <p className="sent">
        The same alert at most once in{' '}
        <LengthSlot
          label="Announced at most once in"
          name="throttleMs"
          valueMs={rule.throttleMs}
          isChanged={rule.throttleMs !== inherited.throttleMs}
          onChange={(throttleMs) => onChange({ ...rule, throttleMs })}
        />
      </p>
      <p className="sent">
        Remind{' '}
        <SelectSlot<Recurrence>
          label="Reminders"
          name="recurrence"
          value={rule.recurrence}
          options={recurrenceOptions}
          isChanged={rule.recurrence !== inherited.recurrence}
          onChange={(recurrence) => onChange({ ...rule, recurrence })}
        />{' '}
        while it lasts
        {rule.recurrence !== 'never' && (
          <>
            , stop after{' '}
            <LengthSlot
              label="Reminders stop after"
              name="recurrenceEndsAfterMs"
              valueMs={rule.recurrenceEndsAfterMs}
              isChanged={rule.recurrenceEndsAfterMs !== inherited.recurrenceEndsAfterMs}
              onChange={(recurrenceEndsAfterMs) => onChange({ ...rule, recurrenceEndsAfterMs })}
            />
          </>
        )}
      </p>
    </fieldset>
  )
}

/** Whether it is on, and for which bands. */
export function WhereFields({ rule, inherited, onChange }: RulePartProps) {
  return (
    <fieldset>
      <legend>State</legend>
      <label className="row option-line">
        <input
          className="cb"
          type="checkbox"
          checked={rule.enabled}
          onChange={(event) => onChange({ ...rule, enabled: event.target.checked })}
        />
        Switched on
      </label>
      {subjectOf(rule.looksAt) === 'band' && (
        <p className="sent">
          For{' '}
          <BandSlot
            label="Bands"
            name="onlyBands"
            bands={rule.onlyBands}
            isChanged={rule.onlyBands?.join() !== inherited.onlyBands?.join()}
            onChange={(onlyBands) => onChange({ ...rule, onlyBands })}
          />
        </p>
      )}
    </fieldset>
  )
}
