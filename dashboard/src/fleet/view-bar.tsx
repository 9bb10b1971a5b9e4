import type { FleetSummary } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { exportAddress } from '../api/registry.ts'
import { useRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { formatNumber } from '../words/numbers.ts'
import { expectedTotal, type FleetSearch, filterCount, isSameChoice } from './fleet-search.ts'

const views: { name: string; filters: FleetSearch }[] = [
  { name: 'All boosters', filters: {} },
  { name: 'Needs attention', filters: { severity: ['critical', 'major', 'minor'] } },
  { name: 'Silent', filters: { presence: ['stale', 'offline', 'never-seen'] } },
]

/** Ready-made views with their counts, and the choice of table or tiles. */
export function ViewBar({ search, fleet }: { search: FleetSearch; fleet: FleetSummary | undefined }) {
  const isTiles = search.view === 'tiles'
  return (
    <div className="vbar">
      <nav className="tabs" aria-label="Views">
        {views.map(({ name, filters }) => {
          const isOn = isView(search, filters)
          return (
            <Link
              key={name}
              to="/"
              search={{ ...filters, sort: search.sort, direction: search.direction, view: search.view }}
              className={isOn ? 'on' : ''}
              activeProps={{}}
              aria-current={isOn}
            >
              {name} <span className="n">{formatNumber(fleet && expectedTotal(filters, fleet))}</span>
            </Link>
          )
        })}
      </nav>
      <span className="grow" />
      <FleetActions />
      <nav className="seg only-wide" aria-label="Show as">
        <Link
          to="/"
          search={{ ...search, view: undefined }}
          className={isTiles ? '' : 'on'}
          activeProps={{}}
          aria-current={!isTiles}
        >
          <Icon name="table" />
          Table
        </Link>
        <Link
          to="/"
          search={{ ...search, view: 'tiles' }}
          className={isTiles ? 'on' : ''}
          activeProps={{}}
          aria-current={isTiles}
        >
          <Icon name="grid" />
          Tiles
        </Link>
      </nav>
    </div>
  )
}

function isView(search: FleetSearch, filters: FleetSearch): boolean {
  const filterNumber = filterCount(filters)
  if (filterCount(search) !== filterNumber) return false
  if (filters.presence) return isSameChoice(search.presence, filters.presence)
  if (filters.severity) return isSameChoice(search.severity, filters.severity)
  return true
}

/** What can be done with the list as a whole, for whoever may. */
function FleetActions() {
  const { mayAnywhere } = useRights()
  return (
    <>
      {mayAnywhere('devices.import') && (
        <Link className="btn sm only-wide" to="/import">
          Import
        </Link>
      )}
      <a className="btn sm only-wide" href={exportAddress} download>
        <Icon name="save" />
        Export
      </a>
    </>
  )
}
