import type { Person } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { invitationsQuery, peopleQuery } from '../api/people.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { InvitationsCard } from './invitations-card.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { OrganisationFilter } from './organisation-select.tsx'
import { PeopleTable } from './people-table.tsx'
import { PersonDialog } from './person-dialog.tsx'

const route = getRouteApi('/app/administration/people')

/** Who may see and do what, and who is invited to. */
export function PeoplePage() {
  const { organisation, person: openedId } = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const people = useQuery(peopleQuery)
  const { organisations, mayIn } = useOrganisationRights()
  const [isInviting, setInviting] = useState(false)
  useEffect(() => {
    document.title = 'People · StellaControl'
  }, [])
  const editable = (organisations ?? []).filter(({ id }) => mayIn('people.edit', id))
  const shown = people.data?.filter((person) => organisation === undefined || belongsTo(person, organisation))
  const opened = people.data?.find(({ id }) => id === openedId)
  const changed = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: peopleQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: ['organisations'] }),
    ])
  const open = (person: number | undefined) => void navigate({ search: { organisation, person }, replace: true })
  return (
    <>
      <section className="card clip" aria-label="People">
        <header>
          <h2>People</h2>
          <OrganisationFilter
            organisations={organisations}
            value={organisation}
            onChange={(id) => void navigate({ search: { organisation: id }, replace: true })}
          />
          <span className="grow" />
          <button type="button" className="btn sm pri" onClick={() => setInviting(true)}>
            <Icon name="plus" />
            Invite person
          </button>
        </header>
        <Loaded data={shown} error={people.error} what="the people" onRetry={people.refetch}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon="people" title="Nobody here yet">
                Invite the first person: they choose their own password.
              </EmptyState>
            ) : (
              <PeopleTable people={list} onOpen={(person) => open(person.id)} />
            )
          }
        </Loaded>
      </section>
      <InvitationsCard organisation={organisation} onChanged={changed} />
      {isInviting && (
        <InviteDialog
          organisations={editable}
          organisation={organisation}
          onDone={changed}
          onClose={() => setInviting(false)}
        />
      )}
      {opened !== undefined && (
        <PersonDialog person={opened} organisations={editable} onChanged={changed} onClose={() => open(undefined)} />
      )}
    </>
  )
}

function belongsTo(person: Person, organisation: number): boolean {
  return (
    person.organisation.id === organisation ||
    person.memberships.some((membership) => membership.organisation.id === organisation)
  )
}
