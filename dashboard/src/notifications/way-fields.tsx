import { Field } from '../forms/form.tsx'
import { SeveritySelect } from './severity-select.tsx'
import { Tick } from './tick.tsx'
import type { PreferenceFieldsProps } from './what-fields.tsx'

/** By which way somebody is told. */
export function WayFields({ draft, onChange, email }: PreferenceFieldsProps & { email: string }) {
  return (
    <>
      <Tick label={`E-mail to ${email}`} isOn={draft.email} onChange={(isOn) => onChange({ email: isOn })} />
      <Tick label="Text message" isOn={draft.sms} onChange={(isOn) => onChange({ sms: isOn })} />
      {draft.sms && (
        <div className="two under-tick">
          <Field label="Phone" name="phone" hint="With the country, such as +32 2 555 01 00">
            <input
              type="tel"
              name="phone"
              required
              maxLength={40}
              autoComplete="tel"
              value={draft.phone ?? ''}
              onChange={({ target }) => onChange({ phone: target.value })}
            />
          </Field>
          <Field label="Worth a text message" name="smsFrom">
            <SeveritySelect name="smsFrom" value={draft.smsFrom} onChange={(smsFrom) => onChange({ smsFrom })} />
          </Field>
        </div>
      )}
      <Tick
        label="The report of the month, by e-mail on the first of the next one"
        isOn={draft.monthlyReport}
        onChange={(monthlyReport) => onChange({ monthlyReport })}
      />
    </>
  )
}
