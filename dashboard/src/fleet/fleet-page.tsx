import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useLiveFleet } from '../live/live-context.tsx'
import { FeedBanner } from '../shell/feed-status.tsx'
import { useIsPhone } from '../shell/is-phone.ts'
import { FleetFilters } from './fleet-filters.tsx'
import { useFleetList, useWaitingUpdates } from './fleet-list.ts'
import { directionOf, type FleetSearch } from './fleet-search.ts'
import { FleetEmpty, FleetError, FleetSkeleton } from './fleet-states.tsx'
import { FleetTable } from './fleet-table.tsx'
import { FleetTiles } from './fleet-tiles.tsx'
import { TruthLine } from './truth-line.tsx'
import { ViewBar } from './view-bar.tsx'

const route = getRouteApi('/app/')

/** The home page: the whole fleet as it is now, worst first. */
export function FleetPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const fleet = useLiveFleet()
  const isPhone = useIsPhone()
  const list = useFleetList(search)
  const waiting = useWaitingUpdates(list, search)
  useEffect(() => {
    document.title = 'Fleet · StellaControl'
  }, [])

  // Where there was nothing, nothing can jump: the first booster shows up by itself.
  const isNewHere = list.devices?.length === 0 && waiting > 0
  const reorder = useRef(list.reorder)
  reorder.current = list.reorder
  useEffect(() => {
    if (isNewHere) reorder.current()
  }, [isNewHere])

  const change = (next: FleetSearch) => void navigate({ search: next })
  const sortBy = (sort: NonNullable<FleetSearch['sort']>) => {
    const isSame = (search.sort ?? 'severity') === sort
    const reversed = directionOf(search) === 'ascending' ? 'descending' : 'ascending'
    change({ ...search, sort, direction: isSame ? reversed : undefined })
  }
  return (
    <main id="main" className="grow fleet">
      <h1 className="vh">Fleet</h1>
      <FeedBanner />
      <TruthLine />
      <ViewBar search={search} fleet={fleet} />
      <FleetFilters
        search={search}
        siteName={list.devices?.find(({ site }) => site?.id === search.site)?.site?.name}
        waiting={waiting}
        onChange={change}
        onReorder={list.reorder}
      />
      {list.devices === undefined ? (
        list.error === null ? (
          <FleetSkeleton />
        ) : (
          <FleetError error={list.error} onRetry={list.reorder} />
        )
      ) : list.devices.length === 0 ? (
        <FleetEmpty search={search} onChange={change} />
      ) : isPhone || search.view === 'tiles' ? (
        <FleetTiles list={list} />
      ) : (
        <FleetTable list={list} search={search} onSort={sortBy} />
      )}
    </main>
  )
}
