import type { AlertSeverity, NotificationPreferences } from '@stellacontrol/protocol'
import { Field } from '../forms/form.tsx'
import { SeverityOptions } from './severity-select.tsx'
import { Tick } from './tick.tsx'
import type { PreferenceFieldsProps } from './what-fields.tsx'

const frequencyWords: Record<NotificationPreferences['frequency'], string> = {
  'at-once': 'At once too',
  hourly: 'Once an hour',
  'every-4-hours': 'Every four hours',
  daily: 'Once a day',
}

const ownTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
const usualQuietHours = { from: '22:00', to: '07:00', holdCritical: false }

/** When somebody is told, and when not. */
export function WhenFields({ draft, onChange }: PreferenceFieldsProps) {
  const { atOnceFrom, frequency } = draft
  return (
    <>
      <div className="two">
        <Field label="Within half a minute" name="atOnceFrom">
          <select
            value={atOnceFrom ?? ''}
            onChange={({ target }) =>
              onChange({ atOnceFrom: target.value === '' ? null : (target.value as AlertSeverity) })
            }
          >
            <option value="">Nothing</option>
            <SeverityOptions />
          </select>
        </Field>
        <Field label="Everything else" name="frequency">
          <select
            value={frequency}
            onChange={({ target }) => onChange({ frequency: target.value as NotificationPreferences['frequency'] })}
          >
            {Object.entries(frequencyWords).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <div className="two">
        {frequency === 'daily' && (
          <TimeField label="At" name="dailyAt" value={draft.dailyAt} onChange={(dailyAt) => onChange({ dailyAt })} />
        )}
        <TimeZoneField value={draft.timeZone} onChange={(timeZone) => onChange({ timeZone })} />
      </div>
      <QuietFields draft={draft} onChange={onChange} />
      <Tick
        label="Remind me of what lasts, as often as its rule says"
        isOn={draft.reminders === 'rule'}
        onChange={(isOn) => onChange({ reminders: isOn ? 'rule' : 'never' })}
      />
      <Field label="At most so many messages a day" name="dailyCap" hint="What is more waits until the next day">
        <input
          type="number"
          required
          min={1}
          max={500}
          value={Number.isNaN(draft.dailyCap) ? '' : draft.dailyCap}
          onChange={({ target }) => onChange({ dailyCap: target.valueAsNumber })}
        />
      </Field>
    </>
  )
}

function QuietFields({ draft: { quietHours }, onChange }: PreferenceFieldsProps) {
  return (
    <>
      <Tick
        label="Quiet hours"
        isOn={quietHours !== null}
        onChange={(isOn) => onChange({ quietHours: isOn ? usualQuietHours : null })}
      />
      {quietHours !== null && (
        <div className="form under-tick">
          <div className="two">
            <TimeField
              label="From"
              name="quietHours.from"
              value={quietHours.from}
              onChange={(begin) => onChange({ quietHours: { ...quietHours, from: begin } })}
            />
            <TimeField
              label="Until"
              name="quietHours.to"
              value={quietHours.to}
              onChange={(to) => onChange({ quietHours: { ...quietHours, to } })}
            />
          </div>
          <Tick
            label="Hold critical alerts back too"
            isOn={quietHours.holdCritical}
            onChange={(holdCritical) => onChange({ quietHours: { ...quietHours, holdCritical } })}
          />
        </div>
      )}
    </>
  )
}

interface TextFieldProps {
  value: string
  onChange: (value: string) => void
}

function TimeField({ label, name, value, onChange }: TextFieldProps & { label: string; name: string }) {
  return (
    <Field label={label} name={name}>
      <input type="time" required value={value} onChange={({ target }) => onChange(target.value)} />
    </Field>
  )
}

function TimeZoneField({ value, onChange }: TextFieldProps) {
  const own = ownTimeZone()
  return (
    <div className="form">
      <Field label="Time zone" name="timeZone">
        <input
          list="time-zones"
          required
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      </Field>
      <datalist id="time-zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {value !== own && (
        <button type="button" className="btn sm self-start" onClick={() => onChange(own)}>
          Use {own}
        </button>
      )}
    </div>
  )
}
