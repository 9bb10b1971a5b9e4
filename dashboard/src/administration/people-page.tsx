import type { Person } from '@stellacontrol/protocol'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { pagesQuery } from '../api/pages.ts'
import { personQuery } from '../api/people.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { ListSearch, ShowMore, useSettled } from '../shell/paged-list.tsx'
import { InvitationsCard } from './invitations-card.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { OrganisationFilter } from './organisation-field.tsx'
import { PeopleTable } from './people-table.tsx'
import { PersonDialog } from './person-dialog.tsx'

const route = getRouteApi('/app/administration/people')

/** Who may see and do what, and who is invited to. */
export function PeoplePage() {
  const { organisation, person: openedId } = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const [text, setText] = useState('')
  const search = useSettled(text.trim())
  const people = useInfiniteQuery(pagesQuery<Person>('people', { organisation, search }))
  const { data: opened } = useQuery({ ...personQuery(openedId ?? 0), enabled: openedId !== undefined })
  const { organisations, mayIn } = useOrganisationRights()
  const [isInviting, setInviting] = useState(false)
  useEffect(() => {
    document.title = 'People · StellaControl'
  }, [])
  const editable = (organisations ?? []).filter(({ id }) => mayIn('people.edit', id))
  const changed = () =>
    Promise.all(
      ['people', 'invitations', 'organisations'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
    )
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
          <ListSearch label="Search people" value={text} onChange={setText} />
          <span className="grow" />
          <button type="button" className="btn sm pri" onClick={() => setInviting(true)}>
            <Icon name="plus" />
            Invite person
          </button>
        </header>
        <Loaded
          data={people.data?.pages.flatMap(({ items }) => items)}
          error={people.error}
          what="the people"
          onRetry={people.refetch}
        >
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon="people" title={search === '' ? 'Nobody here yet' : 'Nobody matches'}>
                Invite the first person: they choose their own password.
              </EmptyState>
            ) : (
              <PeopleTable people={list} onOpen={(person) => open(person.id)} />
            )
          }
        </Loaded>
        <ShowMore list={people} />
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
      {openedId !== undefined && opened !== undefined && (
        <PersonDialog person={opened} organisations={editable} onChanged={changed} onClose={() => open(undefined)} />
      )}
    </>
  )
}
