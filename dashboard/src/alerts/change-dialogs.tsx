import type { Incident } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { assigneesQuery } from '../api/alerts.ts'
import { Field } from '../forms/form.tsx'
import { FormDialog, textOf } from '../forms/form-dialog.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { count } from '../words/numbers.ts'
import { type ChangeAction, shelves } from './incident-changes.ts'
import type { IncidentChanges } from './use-incident-changes.ts'

export interface OpenDialog {
  action: Extract<ChangeAction, 'shelve' | 'assign' | 'comment' | 'clear'>
  incidents: readonly Incident[]
}

interface DialogProps {
  incidents: readonly Incident[]
  changes: IncidentChanges
  onDone: () => void
  onClose: () => void
}

/** Asks what an action needs to know. */
export function ChangeDialog({ dialog, ...props }: { dialog: OpenDialog } & Omit<DialogProps, 'incidents'>) {
  const { action, incidents } = dialog
  if (action === 'shelve') return <ShelveDialog {...props} incidents={incidents} />
  if (action === 'assign') return <AssignDialog {...props} incidents={incidents} />
  if (action === 'comment') return <CommentDialog {...props} incidents={incidents} />
  return <ClearDialog {...props} incidents={incidents} />
}

const these = (incidents: readonly Incident[]) => count(incidents.length, 'alert')

/** What is meant, where it is one. */
function Meant({ incidents }: { incidents: readonly Incident[] }) {
  const [only] = incidents
  return incidents.length === 1 && only !== undefined ? <p className="t2">{only.text}</p> : null
}

const other = 'other'

function ShelveDialog({ incidents, changes, onDone, onClose }: DialogProps) {
  const [choices] = useState(() => shelves(Date.now()))
  const [chosen, setChosen] = useState(String(choices[0]?.until))
  async function onSubmit(form: FormData): Promise<void> {
    const until = new Date(chosen === other ? textOf(form, 'until') : Number(chosen)).toISOString()
    await changes.apply(incidents, { action: 'shelve', until })
    onDone()
  }
  return (
    <FormDialog
      title={`Shelve ${these(incidents)}`}
      action={`Shelve ${these(incidents)}`}
      onClose={onClose}
      onSubmit={onSubmit}
    >
      <Meant incidents={incidents} />
      <fieldset className="choices bare">
        <legend>Nobody is told until</legend>
        {[
          ...choices.map(({ words, until }) => ({ words, value: String(until) })),
          { words: 'another time', value: other },
        ].map(({ words, value }) => (
          <label key={value}>
            <input
              className="rb"
              type="radio"
              name="shelf"
              value={value}
              checked={chosen === value}
              onChange={() => setChosen(value)}
            />
            {words}
          </label>
        ))}
      </fieldset>
      {chosen === other && (
        <Field label="Until" hint="At most 30 days ahead, by your own clock.">
          <input type="datetime-local" name="until" required />
        </Field>
      )}
      <p className="t3">It stays here, and is open again when the time is over.</p>
    </FormDialog>
  )
}

function AssignDialog({ incidents, changes, onDone, onClose }: DialogProps) {
  const first = incidents[0]?.id ?? ''
  const { data, error, refetch } = useQuery(assigneesQuery(first))
  async function onSubmit(form: FormData): Promise<void> {
    const person = data?.items.find(({ id }) => String(id) === textOf(form, 'person')) ?? null
    await changes.apply(incidents, { action: 'assign', userId: person?.id ?? null }, person)
    onDone()
  }
  return (
    <FormDialog
      title={`Assign ${these(incidents)}`}
      action={`Assign ${these(incidents)}`}
      isDisabled={data === undefined}
      onClose={onClose}
      onSubmit={onSubmit}
    >
      <Meant incidents={incidents} />
      <Loaded data={data?.items} error={error} what="the people" onRetry={() => void refetch()}>
        {(people) => (
          <Field label="Who takes care of it" hint="People who see it and may act on it.">
            <select name="person" defaultValue={incidents[0]?.assignee?.id ?? ''}>
              <option value="">Nobody</option>
              {people.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
        )}
      </Loaded>
    </FormDialog>
  )
}

/** The most that a comment may be. */
export const longestComment = 2000

function CommentDialog({ incidents, changes, onDone, onClose }: DialogProps) {
  async function onSubmit(form: FormData): Promise<void> {
    await changes.apply(incidents, { action: 'comment', text: textOf(form, 'text') })
    onDone()
  }
  return (
    <FormDialog title={`Comment on ${these(incidents)}`} action="Add comment" onClose={onClose} onSubmit={onSubmit}>
      <Meant incidents={incidents} />
      <Field label="What you know or did">
        <textarea name="text" rows={4} maxLength={longestComment} required />
      </Field>
    </FormDialog>
  )
}

function ClearDialog({ incidents, changes, onDone, onClose }: DialogProps) {
  async function onSubmit(): Promise<void> {
    await changes.apply(incidents, { action: 'clear' })
    onDone()
  }
  return (
    <FormDialog
      title={`Clear ${these(incidents)}`}
      action={`Clear ${these(incidents)}`}
      isDanger
      onClose={onClose}
      onSubmit={onSubmit}
    >
      <Meant incidents={incidents} />
      <p className="t2">
        It ends now, by hand. If its reason is still there, the next report that says so raises it again.
      </p>
    </FormDialog>
  )
}
