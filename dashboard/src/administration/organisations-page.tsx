import type { OrganisationView } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type CSSProperties, useEffect, useState } from 'react'
import { organisationsQuery } from '../api/organisations.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { formatNumber } from '../words/numbers.ts'
import { organisationKindWords } from '../words/people-words.ts'
import { AddOrganisationDialog, RenameOrganisationDialog } from './organisation-dialogs.tsx'
import { treeRows } from './organisation-tree.ts'

/** The tree of organisations that the reader may see. */
export function OrganisationsPage() {
  const { data, error, refetch } = useQuery(organisationsQuery)
  const queryClient = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [renamed, setRenamed] = useState<OrganisationView>()
  useEffect(() => {
    document.title = 'Organisations · StellaControl'
  }, [])
  const changed = () => queryClient.invalidateQueries({ queryKey: organisationsQuery.queryKey })
  return (
    <section className="card clip" aria-label="Organisations">
      <header>
        <h2>Organisations</h2>
        <span className="t3">A role in one covers everything below it</span>
        <span className="grow" />
        <button type="button" className="btn sm pri" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          Add organisation
        </button>
      </header>
      <Loaded data={data} error={error} what="the organisations" onRetry={refetch}>
        {(organisations) => <OrganisationTable organisations={organisations} onRename={setRenamed} />}
      </Loaded>
      {isAdding && data !== undefined && (
        <AddOrganisationDialog organisations={data} onDone={changed} onClose={() => setAdding(false)} />
      )}
      {renamed !== undefined && (
        <RenameOrganisationDialog organisation={renamed} onDone={changed} onClose={() => setRenamed(undefined)} />
      )}
    </section>
  )
}

interface OrganisationTableProps {
  organisations: readonly OrganisationView[]
  onRename: (organisation: OrganisationView) => void
}

function OrganisationTable({ organisations, onRename }: OrganisationTableProps) {
  const { mayIn } = useOrganisationRights()
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>Name</th>
          <th>Kind</th>
          <th className="num">Boosters</th>
          <th className="num">Sites</th>
          <th className="num">People</th>
          <th>
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {treeRows(organisations).map(({ organisation, depth }) => (
          <tr key={organisation.id}>
            <td className="branches" style={{ '--depth': depth } as CSSProperties}>
              {depth > 0 && (
                <span className="t3 branch" aria-hidden="true">
                  └{' '}
                </span>
              )}
              <b>{organisation.name}</b>
            </td>
            <td className="t2">{organisationKindWords[organisation.kind]}</td>
            <td className="num" data-name="boosters">
              <Link className="link" to="/" search={{ organisation: organisation.id }}>
                {formatNumber(organisation.devices)}
                <span className="vh"> boosters of {organisation.name}</span>
              </Link>
            </td>
            <td className="num" data-name="sites">
              <Link className="link" to="/administration/sites" search={{ organisation: organisation.id }}>
                {formatNumber(organisation.sites)}
                <span className="vh"> sites of {organisation.name}</span>
              </Link>
            </td>
            <td className="num" data-name="people">
              <Link className="link" to="/administration/people" search={{ organisation: organisation.id }}>
                {formatNumber(organisation.people)}
                <span className="vh"> people of {organisation.name}</span>
              </Link>
            </td>
            <td className="num">
              {mayIn('organisations.edit', organisation.id) && (
                <button type="button" className="btn sm" onClick={() => onRename(organisation)}>
                  Rename<span className="vh"> {organisation.name}</span>
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
