import type { AlertSeverity, Incident, IncidentList } from '@stellacontrol/protocol'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { freshIncidentsQuery, incidentListQuery } from '../api/alerts.ts'
import { useAlertNews, useLive } from '../live/live-context.tsx'
import type { ListPages } from '../shell/paged-list.tsx'
import { type InboxSearch, toIncidentQuery } from './inbox-search.ts'
import { type Waiting, waitingOf, withAlert } from './latest-incident.ts'

const pageSize = 100
const nothingWaits: Waiting = { arrived: 0, left: 0 }

export interface InboxList {
  /** The rows in the order of the last load, each as it is now; undefined while the first page is on its way. */
  incidents: Incident[] | undefined
  /** The severity with which each row was loaded. */
  loadedAs: AlertSeverity[]
  /** Per state, with the filters; as new as what the list was last compared with. */
  counts: IncidentList['counts'] | undefined
  waiting: Waiting
  error: Error | null
  pages: ListPages
  hasMore: boolean
  /** Loads the first page anew: the one moment at which rows may move. */
  update: () => void
}

/** The list that a search asks for. Values change in place; what came or went since waits until it is let in. */
export function useInboxList(search: InboxSearch): InboxList {
  const queryClient = useQueryClient()
  const { incident: _, ...listed } = search
  const query = toIncidentQuery(listed, pageSize)
  const options = incidentListQuery(query)
  const list = useInfiniteQuery(options)
  const fresh = useQuery(freshIncidentsQuery(query))
  useAlertNews('alerts', () => void fresh.refetch())
  const loaded = list.data?.pages
  // What was read before the list itself says nothing about it.
  const newer = fresh.data !== undefined && fresh.dataUpdatedAt > list.dataUpdatedAt ? fresh.data : undefined
  const incidents = useLatest(loaded, newer)
  const loadedAs = useMemo(() => loaded?.flatMap(({ items }) => items.map(({ severity }) => severity)) ?? [], [loaded])
  const waiting = useMemo(
    () =>
      incidents === undefined || list.isPlaceholderData
        ? nothingWaits
        : waitingOf(incidents, list.hasNextPage, newer?.items ?? [], search),
    [incidents, list.isPlaceholderData, list.hasNextPage, newer, search],
  )
  const update = () => {
    queryClient.setQueryData(
      options.queryKey,
      (old) => old && { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
    )
    void list.refetch()
  }
  useLetIn(incidents, waiting, update)
  return {
    incidents,
    loadedAs,
    counts: newer?.counts ?? loaded?.at(-1)?.counts,
    waiting,
    error: list.error,
    pages: list,
    hasMore: list.hasNextPage,
    update,
  }
}

/** The loaded rows with what the bus, or a later look at the first page, says of them. */
function useLatest(loaded: IncidentList[] | undefined, newer: IncidentList | undefined): Incident[] | undefined {
  const { store } = useLive()
  const version = useRef(0)
  const beat = useSyncExternalStore(
    (listener) =>
      store.subscribe('alerts', () => {
        version.current++
        listener()
      }),
    () => version.current,
  )
  return useMemo(() => {
    if (loaded === undefined || beat < 0) return undefined
    const later = new Map(newer?.items.map((incident) => [incident.id, incident]))
    return loaded
      .flatMap(({ items }) => items)
      .map((incident) => {
        const known = later.get(incident.id)
        return withAlert(
          known !== undefined && known.version >= incident.version ? known : incident,
          store.alert(incident.id),
        )
      })
  }, [loaded, newer, store, beat])
}

/** Where there was nothing, nothing can jump: the first incident shows up by itself. */
function useLetIn(incidents: Incident[] | undefined, { arrived }: Waiting, update: () => void): void {
  const isNewHere = incidents?.length === 0 && arrived > 0
  const latest = useRef(update)
  latest.current = update
  useEffect(() => {
    if (isNewHere) latest.current()
  }, [isNewHere])
}
