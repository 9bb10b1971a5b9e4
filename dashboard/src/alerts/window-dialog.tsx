import type { MaintenanceWindow, WindowChange } from '@stellacontrol/protocol'
import { useState } from 'react'
import { changeWindow, planWindow } from '../api/maintenance.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog, textOf } from '../forms/form-dialog.tsx'
import { formatLength } from '../words/time-length.ts'
import { fromClock, isTimeZone, toClock } from '../words/zoned-time.ts'
import { type ChosenPlace, PlaceFields } from './place-fields.tsx'
import { ownTimeZone, placeWords } from './window-words.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** What a visit takes, mostly. */
const firstLengthMs = 120 * minuteMs

interface WindowDialogProps {
  /** The window to change; without it one is planned. */
  window?: MaintenanceWindow
  /** What is proposed for a new one. */
  place?: ChosenPlace
  timeZone?: string | undefined
  onDone: () => unknown
  onClose: () => void
}

/** When, why and for what alerts are expected: they are recorded, and nobody is told. */
export function WindowDialog({ window, place: proposed, timeZone, onDone, onClose }: WindowDialogProps) {
  const [place, setPlace] = useState<ChosenPlace>(
    proposed ?? { kind: 'organisation', organisation: undefined, site: undefined, device: undefined },
  )
  const times = useTimes(window, timeZone)
  async function save(form: FormData): Promise<void> {
    const facts = { ...times.given(), reason: textOf(form, 'reason') }
    if (window !== undefined) await changeWindow(window.id, facts)
    else await planWindow({ ...facts, ...placeOfWindow(place) })
    await onDone()
  }
  return (
    <FormDialog
      title={window === undefined ? 'Plan maintenance' : 'Change maintenance'}
      action={window === undefined ? 'Plan maintenance' : 'Save maintenance'}
      onClose={onClose}
      onSubmit={save}
    >
      {window === undefined ? (
        <PlaceFields place={place} permission="maintenance.edit" needsOwner onChange={setPlace} />
      ) : (
        <p className="t2">For {placeWords(window)}. To mute something else, plan another one.</p>
      )}
      <TimeFields times={times} />
      <Field label="Reason" name="reason" hint="Stands beside what is muted">
        <input name="reason" required maxLength={300} defaultValue={window?.reason} autoComplete="off" />
      </Field>
    </FormDialog>
  )
}

type Typed = Record<'from' | 'until' | 'lastDay' | 'timeZone', string> & { repeats: MaintenanceWindow['repeats'] }

/** The times as they are typed: by the clock of the zone that is chosen beside them. */
function useTimes(window: MaintenanceWindow | undefined, proposedZone: string | undefined) {
  const [typed, setTyped] = useState((): Typed => {
    const zone = window?.timeZone ?? proposedZone ?? ownTimeZone()
    const now = Math.floor(Date.now() / minuteMs) * minuteMs
    const from = window === undefined ? now : Date.parse(window.startsAt)
    const until = window === undefined ? now + firstLengthMs : Date.parse(window.endsAt)
    const ends = window?.repeatsUntil ?? null
    return {
      ...{
        from: toClock(from, zone),
        until: toClock(until, zone),
        timeZone: zone,
        repeats: window?.repeats ?? 'never',
      },
      // It ends at the first moment that is no longer part of it.
      lastDay: ends === null ? '' : toClock(Date.parse(ends) - 1, zone).slice(0, 10),
    }
  })
  const momentOf = (clock: string) => fromClock(clock, typed.timeZone)
  const isoOf = (clock: string) => new Date(momentOf(clock) ?? Number.NaN).toISOString()
  const given = (): Omit<Required<WindowChange>, 'reason'> => ({
    ...{ startsAt: isoOf(typed.from), endsAt: isoOf(typed.until), repeats: typed.repeats, timeZone: typed.timeZone },
    repeatsUntil: typed.repeats === 'never' || typed.lastDay === '' ? null : isoOf(`${nextDay(typed.lastDay)}T00:00`),
  })
  return { typed, change: (part: Partial<Typed>) => setTyped({ ...typed, ...part }), momentOf, given }
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00Z`) + dayMs).toISOString().slice(0, 10)
}

function TimeFields({ times }: { times: ReturnType<typeof useTimes> }) {
  const { typed, change, momentOf } = times
  const [from, until] = [momentOf(typed.from), momentOf(typed.until)]
  const zone = typed.timeZone
  const length = from !== undefined && until !== undefined && until > from ? formatLength(until - from) : undefined
  return (
    <>
      <div className="two times">
        {(['from', 'until'] as const).map((name) => (
          <Field key={name} label={name === 'from' ? 'From' : 'Until'} name={name === 'from' ? 'startsAt' : 'endsAt'}>
            <input
              type="datetime-local"
              required
              value={typed[name]}
              onChange={(event) => change({ [name]: event.target.value })}
            />
          </Field>
        ))}
      </div>
      <Field label="Time zone" name="timeZone" hint={zoneWords(zone, from, length)}>
        <input
          list="time-zones"
          required
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          value={zone}
          ref={(input) => input?.setCustomValidity(isTimeZone(zone) ? '' : 'There is no such time zone.')}
          onChange={(event) => change({ timeZone: event.target.value })}
        />
      </Field>
      <datalist id="time-zones">
        {Intl.supportedValuesOf('timeZone').map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div className="two times">
        <Field label="Again" name="repeats">
          <select
            value={typed.repeats}
            onChange={(event) => change({ repeats: event.target.value === 'weekly' ? 'weekly' : 'never' })}
          >
            <option value="never">Once</option>
            <option value="weekly">Every week</option>
          </select>
        </Field>
        {typed.repeats === 'weekly' && (
          <Field label="Last day" name="repeatsUntil" hint="Empty = for ever">
            <input type="date" value={typed.lastDay} onChange={(event) => change({ lastDay: event.target.value })} />
          </Field>
        )}
      </div>
    </>
  )
}

/** How long it is, and what the reader's own clock shows where it is another one. */
function zoneWords(zone: string, from: number | undefined, length: string | undefined): string {
  const own = ownTimeZone()
  const parts = [
    ...(length === undefined ? [] : [`Lasts ${length}`]),
    ...(from === undefined || !isTimeZone(zone) || toClock(from, zone) === toClock(from, own)
      ? []
      : [`begins ${toClock(from, own).replace('T', ' ')} by your clock (${own})`]),
  ]
  return parts.length === 0 ? 'The times above are of this zone' : parts.join(', ')
}

function placeOfWindow({ kind, organisation, site, device }: ChosenPlace) {
  return {
    organisationId: Number(organisation),
    siteId: kind === 'site' ? (site?.id ?? null) : null,
    serial: kind === 'device' ? (device?.id ?? null) : null,
  }
}
