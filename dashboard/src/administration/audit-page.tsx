import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { auditQuery } from '../api/audit.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { actionNames, wordsOfAction } from '../words/action-words.ts'
import { AuditEvents } from './audit-events.tsx'
import { type AuditSearch, toAuditQuery } from './audit-search.ts'
import { OrganisationFilter } from './organisation-field.tsx'

const route = getRouteApi('/app/administration/audit')

/** Who did what, newest first. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const query = toAuditQuery(search)
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(auditQuery(query))
  useEffect(() => {
    document.title = 'Audit · StellaControl'
  }, [])
  const isFiltered = Object.keys(search).length > 0
  return (
    <section className="card clip" aria-label="Audit log">
      <header>
        <h2>Audit log</h2>
        <span className="t3">Nothing here can be changed or removed</span>
        <span className="grow" />
        <a className="btn sm" href={`/v1/audit.csv${query === '' ? '' : `?${query}`}`} download>
          <Icon name="save" />
          Save as CSV
        </a>
      </header>
      <AuditFilters search={search} onChange={(next) => void navigate({ search: next, replace: true })} />
      <Loaded
        data={data?.pages.flatMap(({ items }) => items)}
        error={error}
        what="the audit log"
        onRetry={() => void refetch()}
      >
        {(events) =>
          events.length === 0 ? (
            <EmptyState
              icon="audit"
              title={isFiltered ? 'Nothing matches these filters' : 'Nothing has been done yet'}
              actions={
                isFiltered && (
                  <button type="button" className="btn sm" onClick={() => void navigate({ search: {} })}>
                    Clear filters
                  </button>
                )
              }
            >
              Every change of boosters, sites, people and rights is written down here.
            </EmptyState>
          ) : (
            <AuditEvents events={events} />
          )
        }
      </Loaded>
      {hasNextPage && (
        <div className="pad">
          <button
            type="button"
            className={`btn ${isFetchingNextPage ? 'busy' : ''}`}
            onClick={() => void fetchNextPage()}
          >
            Show older
          </button>
        </div>
      )}
    </section>
  )
}

interface AuditFiltersProps {
  search: AuditSearch
  onChange: (search: AuditSearch) => void
}

function AuditFilters({ search, onChange }: AuditFiltersProps) {
  const { organisations } = useOrganisationRights()
  const change = (next: AuditSearch) =>
    onChange(Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value)))
  return (
    <search className="filters row wrap">
      <OrganisationFilter
        organisations={organisations}
        value={search.organisation}
        onChange={(id) => change({ organisation: id })}
      />
      <label className="pick">
        <span className="vh">What was done</span>
        <select value={search.action ?? ''} onChange={(event) => change({ action: event.target.value })}>
          <option value="">Everything</option>
          {actionNames.map((action) => (
            <option key={action} value={action}>
              {wordsOfAction(action)}
            </option>
          ))}
        </select>
      </label>
      <label className="pick">
        <span>From</span>
        <input type="date" value={search.from ?? ''} onChange={(event) => change({ from: event.target.value })} />
      </label>
      <label className="pick">
        <span>to</span>
        <input type="date" value={search.to ?? ''} onChange={(event) => change({ to: event.target.value })} />
      </label>
      {search.objectId !== undefined && (
        <button type="button" className="chip" onClick={() => change({ objectId: undefined, objectKind: undefined })}>
          {search.objectKind ?? 'object'} <b>{search.objectId}</b>
          <Icon name="x" label="Remove this filter" />
        </button>
      )}
    </search>
  )
}
