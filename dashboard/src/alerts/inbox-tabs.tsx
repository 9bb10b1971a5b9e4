import type { IncidentList } from '@stellacontrol/protocol'
import { getRouteApi } from '@tanstack/react-router'
import { formatNumber } from '../words/numbers.ts'
import { type InboxSearch, type InboxState, inboxStates } from './inbox-search.ts'

const route = getRouteApi('/app/alerts/')

const names: Record<InboxState, string> = {
  open: 'Needs action',
  acknowledged: 'Acknowledged',
  shelved: 'Shelved',
  cleared: 'Cleared',
  any: 'All',
}

/** The states of incidents with their counts; each leads to exactly the rows it counted. */
export function InboxTabs({ search, counts }: { search: InboxSearch; counts: IncidentList['counts'] | undefined }) {
  const shown = search.state ?? 'open'
  return (
    <nav className="seg" aria-label="States">
      {inboxStates.map((state) => (
        <route.Link
          key={state}
          search={(old) => ({ ...old, state: state === 'open' ? undefined : state, incident: undefined })}
          className={shown === state ? 'on' : ''}
          activeProps={{}}
          aria-current={shown === state ? 'true' : undefined}
        >
          {names[state]} <span className="n">{formatNumber(counts && countOf(counts, state))}</span>
        </route.Link>
      ))}
    </nav>
  )
}

function countOf(counts: IncidentList['counts'], state: InboxState): number {
  return state === 'any' ? Object.values(counts).reduce((sum, count) => sum + count, 0) : (counts[state] ?? 0)
}
