import type { OrganisationView, Person, Role } from '@stellacontrol/protocol'
import { useState } from 'react'
import { removeMembership, setMembership } from '../api/people.ts'
import { Problem } from '../forms/form.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { roleWords } from '../words/people-words.ts'
import { OrganisationField } from './organisation-field.tsx'
import { RoleSelect } from './role-field.tsx'

interface MembershipListProps {
  person: Person
  organisations: readonly OrganisationView[]
  isSelf: boolean
  onChanged: () => void
}

/** What somebody may do where; a change holds at once, also on pages that are open. */
export function MembershipList({ person, organisations, isSelf, onChanged }: MembershipListProps) {
  const { roleIn } = useOrganisationRights()
  const { isBusy, problem, submit } = useSubmit()
  const change = (action: () => Promise<unknown>) => void submit(action).then((worked) => worked && onChanged())
  const mayChange = (id: number) => !isSelf && organisations.some((organisation) => organisation.id === id)
  return (
    <section className="form parted" aria-label="Roles" aria-busy={isBusy}>
      <h3>Roles</h3>
      {isSelf && <p className="t3">Your own roles are changed by somebody else.</p>}
      <ul className="roles">
        {person.memberships.map(({ organisation, role }) => (
          <li key={organisation.id} className="row wrap">
            <span className="grow">{organisation.name}</span>
            {mayChange(organisation.id) ? (
              <>
                <span className="pick">
                  <RoleSelect
                    name="role"
                    label={`Role in ${organisation.name}`}
                    value={role}
                    highest={roleIn(organisation.id)}
                    onChange={(next) => change(() => setMembership(person.id, organisation.id, next))}
                  />
                </span>
                {organisation.id !== person.organisation.id && (
                  <button
                    type="button"
                    className="btn sm ghost icon"
                    aria-label={`Take the role in ${organisation.name} away`}
                    onClick={() => change(() => removeMembership(person.id, organisation.id))}
                  >
                    <Icon name="x" />
                  </button>
                )}
              </>
            ) : (
              <span className="t2">{roleWords[role].word}</span>
            )}
          </li>
        ))}
      </ul>
      {!isSelf && organisations.length > 1 && (
        <AddMembership
          without={person.memberships.map(({ organisation }) => organisation.id)}
          onAdd={(id, role) => change(() => setMembership(person.id, id, role))}
        />
      )}
      <Problem words={problem} />
    </section>
  )
}

interface AddMembershipProps {
  without: readonly number[]
  onAdd: (organisation: number, role: Role) => void
}

function AddMembership({ without, onAdd }: AddMembershipProps) {
  const { roleIn } = useOrganisationRights()
  const [chosen, setChosen] = useState<number>()
  const [role, setRole] = useState<Role>('viewer')
  return (
    <div className="row wrap bottom">
      <OrganisationField
        label="Another organisation"
        permission="people.edit"
        without={without}
        value={chosen}
        onChange={setChosen}
        none="Choose one"
      />
      {chosen !== undefined && (
        <>
          <span className="pick">
            <RoleSelect name="new-role" label="Role there" value={role} highest={roleIn(chosen)} onChange={setRole} />
          </span>
          <button
            type="button"
            className="btn"
            onClick={() => {
              onAdd(chosen, role)
              setChosen(undefined)
            }}
          >
            Give role
          </button>
        </>
      )}
    </div>
  )
}
