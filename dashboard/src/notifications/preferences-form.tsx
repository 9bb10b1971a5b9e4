import type { NotificationPreferences, OwnNotifications } from '@stellacontrol/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { ownNotificationsQuery, savePreferences } from '../api/notifications.ts'
import { FieldProblemsContext, useFirstBadField } from '../forms/field-problems.ts'
import { Problem, SubmitButton } from '../forms/form.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { useChoiceNames } from './choice-names.ts'
import { choiceWords } from './choice-words.ts'
import { phoneOf } from './phone-number.ts'
import { WayFields } from './way-fields.tsx'
import { WhatFields } from './what-fields.tsx'
import { WhenFields } from './when-fields.tsx'

/** The choices, and what they mean while they are made. */
export function PreferencesForm({ own, children }: { own: OwnNotifications; children: ReactNode }) {
  const queryClient = useQueryClient()
  const [draft, setDraft] = useState(own.preferences)
  const [isSaved, setSaved] = useState(false)
  const { isBusy, problem, fields, submit } = useSubmit()
  const form = useRef<HTMLFormElement>(null)
  const names = useChoiceNames(draft.sites)
  useFirstBadField(form, fields)
  const isChanged = JSON.stringify(draft) !== JSON.stringify(own.preferences)
  function change(part: Partial<NotificationPreferences>): void {
    setSaved(false)
    setDraft((before) => ({ ...before, ...part }))
  }
  async function save(): Promise<void> {
    const phone = draft.sms ? phoneOf(draft.phone ?? '') : own.preferences.phone
    const worked = await submit(async () => {
      const saved = await savePreferences({ ...draft, phone })
      queryClient.setQueryData(ownNotificationsQuery.queryKey, saved)
      setDraft(saved.preferences)
    })
    setSaved(worked)
  }
  return (
    <>
      <Meaning words={choiceWords(draft, names)} isDefault={own.isDefault && !isChanged} isDraft={isChanged} />
      <div className="cols">
        <form
          ref={form}
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <FieldProblemsContext value={fields}>
            <Part title="What">
              <WhatFields draft={draft} onChange={change} names={names} />
            </Part>
            <Part title="How">
              <WayFields draft={draft} onChange={change} email={own.email} />
            </Part>
            <Part title="When">
              <WhenFields draft={draft} onChange={change} />
            </Part>
          </FieldProblemsContext>
          <div className="save-bar">
            <Problem words={problem} />
            <div className="row wrap">
              <SubmitButton isBusy={isBusy}>Save choices</SubmitButton>
              <span className="t2" role="status">
                {isSaved && !isChanged && 'Saved. It holds from now on.'}
                {isChanged && problem === undefined && 'Not saved yet'}
              </span>
            </div>
          </div>
        </form>
        {children}
      </div>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      <div className="pad form">{children}</div>
    </section>
  )
}

/** The first sentence says the most. */
function Meaning(props: { words: readonly string[]; isDefault: boolean; isDraft: boolean }) {
  const { words, isDefault, isDraft } = props
  const [first, ...others] = words
  return (
    <section className="card meaning" aria-label="What this means">
      <h2>{first}</h2>
      <p className="t2">{others.join(' ')}</p>
      {isDefault && <p className="t3">You have not chosen yet: this is what everybody gets until they do.</p>}
      {isDraft && <p className="t3">This is what it would be: it is not saved yet.</p>}
    </section>
  )
}
