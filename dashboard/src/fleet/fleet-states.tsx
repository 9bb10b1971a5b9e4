import { AfterDelay, EmptyState } from '../shell/page-states.tsx'
import { count } from '../words/numbers.ts'
import { FirstSteps } from './first-steps.tsx'
import { type FleetSearch, filterCount, withoutFilters } from './fleet-search.ts'

/** Widths of a name and a site in each row that is not there yet, in percent. */
const skeletonRows = [
  [14, 12],
  [21, 17],
  [19, 15],
  [17, 13],
  [15, 18],
  [22, 16],
  [20, 14],
  [18, 12],
  [16, 17],
] as const

export function FleetSkeleton() {
  return (
    <AfterDelay>
      <div className="skeletons" role="status" aria-busy="true">
        <span className="vh">Loading boosters</span>
        {skeletonRows.map(([name, site]) => (
          <div className="row" key={name}>
            <span className="skel" style={{ width: '9%' }} />
            <span className="skel" style={{ width: '8%' }} />
            <span className="skel" style={{ width: `${name}%` }} />
            <span className="skel" style={{ width: `${site}%` }} />
            <span className="skel" style={{ width: '22%' }} />
          </div>
        ))}
      </div>
    </AfterDelay>
  )
}

export function FleetError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <EmptyState
      icon="info"
      title="The fleet did not load"
      actions={
        <button type="button" className="btn sm" onClick={onRetry}>
          Try again
        </button>
      }
    >
      {error.message}. The boosters go on reporting; nothing they send is lost.
    </EmptyState>
  )
}

/** No rows: either the filters leave none, or there are no boosters yet. */
export function FleetEmpty({ search, onChange }: { search: FleetSearch; onChange: (search: FleetSearch) => void }) {
  const filters = filterCount(search)
  if (filters === 0) return <FirstSteps />
  return (
    <EmptyState
      icon="search"
      title={search.search === undefined ? 'No booster matches these filters' : `No booster matches “${search.search}”`}
      actions={
        <button type="button" className="btn sm" onClick={() => onChange(withoutFilters(search))}>
          Clear {count(filters, 'filter')}
        </button>
      }
    >
      {search.search === undefined
        ? 'That can be good news.'
        : 'The search looks for parts of serials, names, sites and customers.'}
    </EmptyState>
  )
}
