import type { OrganisationView } from '@stellacontrol/protocol'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type CSSProperties, useEffect, useState } from 'react'
import { pagesQuery } from '../api/pages.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { ListSearch, ShowMore, useSettled } from '../shell/paged-list.tsx'
import { formatNumber } from '../words/numbers.ts'
import { organisationKindWords } from '../words/people-words.ts'
import { EscalationDialog } from './escalation-dialog.tsx'
import { AddOrganisationDialog, RenameOrganisationDialog } from './organisation-dialogs.tsx'
import { type TreeRow, treeRows } from './organisation-tree.ts'

/** The organisations that the reader may see: as a tree where one page holds them all, else by name. */
export function OrganisationsPage() {
  const [text, setText] = useState('')
  const search = useSettled(text.trim())
  const list = useInfiniteQuery(pagesQuery<OrganisationView>('organisations', { search }))
  const queryClient = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [renamed, setRenamed] = useState<OrganisationView>()
  const [escalated, setEscalated] = useState<OrganisationView>()
  useEffect(() => {
    document.title = 'Organisations · StellaControl'
  }, [])
  const changed = () => queryClient.invalidateQueries({ queryKey: ['organisations'] })
  const organisations = list.data?.pages.flatMap(({ items }) => items)
  const isWhole = search === '' && list.data?.pages[0]?.nextCursor === null
  const rows = isWhole
    ? treeRows(organisations ?? [])
    : organisations?.map((organisation) => ({ organisation, depth: 0 }))
  return (
    <section className="card clip" aria-label="Organisations">
      <header>
        <h2>Organisations</h2>
        <ListSearch label="Search organisations" value={text} onChange={setText} />
        <span className="t3">A role in one covers everything below it</span>
        <span className="grow" />
        <button type="button" className="btn sm pri" onClick={() => setAdding(true)}>
          <Icon name="plus" />
          Add organisation
        </button>
      </header>
      <Loaded data={rows} error={list.error} what="the organisations" onRetry={list.refetch}>
        {(shown) =>
          shown.length === 0 ? (
            <EmptyState icon="people" title="No organisation matches">
              The search looks at names.
            </EmptyState>
          ) : (
            <OrganisationTable rows={shown} isTree={isWhole} onRename={setRenamed} onEscalation={setEscalated} />
          )
        }
      </Loaded>
      <ShowMore list={list} />
      {isAdding && <AddOrganisationDialog onDone={changed} onClose={() => setAdding(false)} />}
      {renamed !== undefined && (
        <RenameOrganisationDialog organisation={renamed} onDone={changed} onClose={() => setRenamed(undefined)} />
      )}
      {escalated !== undefined && <EscalationDialog organisation={escalated} onClose={() => setEscalated(undefined)} />}
    </section>
  )
}

interface OrganisationTableProps {
  rows: readonly TreeRow[]
  /** False = each stands alone and says what it belongs to. */
  isTree: boolean
  onRename: (organisation: OrganisationView) => void
  onEscalation: (organisation: OrganisationView) => void
}

function OrganisationTable({ rows, isTree, onRename, onEscalation }: OrganisationTableProps) {
  const { organisations, mayIn } = useOrganisationRights()
  const parentOf = ({ parentId }: OrganisationView) => organisations?.find(({ id }) => id === parentId)?.name
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
        {rows.map(({ organisation, depth }) => (
          <tr key={organisation.id}>
            <td className="branches" style={{ '--depth': depth } as CSSProperties}>
              {depth > 0 && (
                <span className="t3 branch" aria-hidden="true">
                  └{' '}
                </span>
              )}
              <b>{organisation.name}</b>
              {!isTree && parentOf(organisation) && <small className="t3 under">below {parentOf(organisation)}</small>}
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
              {mayIn('rules.edit', organisation.id) && (
                <button type="button" className="btn sm" onClick={() => onEscalation(organisation)}>
                  Escalation<span className="vh"> of {organisation.name}</span>
                </button>
              )}{' '}
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
