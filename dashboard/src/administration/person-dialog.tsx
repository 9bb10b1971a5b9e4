import type { OrganisationView, Person } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { changePerson } from '../api/people.ts'
import { sessionQuery } from '../api/session.ts'
import { Actions, Field, Problem, SubmitButton } from '../forms/form.tsx'
import { textOf } from '../forms/form-dialog.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Dialog } from '../shell/dialog.tsx'
import { MembershipList } from './membership-list.tsx'

interface PersonDialogProps {
  person: Person
  /** Where the reader may look after people. */
  organisations: readonly OrganisationView[]
  onChanged: () => void
  onClose: () => void
}

/** One person: their name, their roles, and whether the account works at all. */
export function PersonDialog({ person, organisations, onChanged, onClose }: PersonDialogProps) {
  const { data: session } = useQuery(sessionQuery)
  const isSelf = session?.user.id === person.id
  const mayEditAccount = organisations.some(({ id }) => id === person.organisation.id)
  return (
    <Dialog title={person.name} onClose={onClose}>
      <div className="form">
        <p className="t3">
          {person.email}, account of {person.organisation.name}
        </p>
        {mayEditAccount && <NameForm person={person} onChanged={onChanged} />}
        <MembershipList person={person} organisations={organisations} isSelf={isSelf} onChanged={onChanged} />
        {mayEditAccount && !isSelf && <AccountSwitch person={person} onChanged={onChanged} />}
      </div>
    </Dialog>
  )
}

function NameForm({ person, onChanged }: { person: Person; onChanged: () => void }) {
  const { isBusy, problem, submit } = useSubmit()
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        const name = textOf(new FormData(event.currentTarget), 'name')
        void submit(() => changePerson(person.id, { name })).then((worked) => worked && onChanged())
      }}
    >
      <div className="row bottom">
        <Field label="Name">
          <input name="name" required maxLength={120} defaultValue={person.name} autoComplete="off" />
        </Field>
        <SubmitButton isBusy={isBusy}>Save name</SubmitButton>
      </div>
      <Problem words={problem} />
    </form>
  )
}

function AccountSwitch({ person, onChanged }: { person: Person; onChanged: () => void }) {
  const { isBusy, problem, submit } = useSubmit()
  const { disabled } = person
  return (
    <section className="form parted">
      <p className="t2">
        {disabled
          ? 'The account is disabled: this person cannot sign in. Roles are kept.'
          : 'Disabling the account signs this person out everywhere at once. Roles are kept, and it can be undone.'}
      </p>
      <Problem words={problem} />
      <Actions>
        <button
          type="button"
          className={`btn ${disabled ? '' : 'danger'} ${isBusy ? 'busy' : ''}`}
          aria-busy={isBusy}
          onClick={() =>
            void submit(() => changePerson(person.id, { disabled: !disabled })).then((worked) => worked && onChanged())
          }
        >
          {disabled ? 'Enable account' : 'Disable account'}
        </button>
      </Actions>
    </section>
  )
}
