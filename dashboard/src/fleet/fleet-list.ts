import type { DeviceSummary } from '@stellacontrol/protocol'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { deviceListQuery } from '../api/devices.ts'
import { useLive, useLiveFleet, useServerNow } from '../live/live-context.tsx'
import { directionOf, expectedTotal, type FleetSearch, toListQuery } from './fleet-search.ts'
import { countWaiting } from './waiting-updates.ts'

const pageSize = 100

export interface FleetList {
  /** The rows in the order of the last load; undefined while the first page is on its way. */
  devices: DeviceSummary[] | undefined
  /** How many match, on all pages. */
  total: number
  error: Error | null
  hasMore: boolean
  loadMore: () => void
  /** Loads the first page anew: the one moment at which rows may move. */
  reorder: () => void
}

/** The list that a search asks for, loaded page by page; live values of its rows are in the live store. */
export function useFleetList(search: FleetSearch): FleetList {
  const { store } = useLive()
  const queryClient = useQueryClient()
  const options = deviceListQuery(toListQuery(search, pageSize))
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery(options)
  const pages = data?.pages
  const devices = useMemo(() => pages?.flatMap((page) => page.items), [pages])

  useEffect(() => {
    for (const device of pages?.at(-1)?.items ?? []) store.putSummary(device)
  }, [pages, store])

  return {
    devices,
    total: pages?.at(-1)?.total ?? 0,
    error,
    hasMore: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetching) void fetchNextPage()
    },
    reorder: () => {
      queryClient.setQueryData(
        options.queryKey,
        (old) => old && { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) },
      )
      void refetch()
    },
  }
}

/** How many rows "Reorder now" would move or bring, worked out once a second. */
export function useWaitingUpdates(list: FleetList, search: FleetSearch): number {
  const { store } = useLive()
  const fleet = useLiveFleet()
  const second = useServerNow()
  const { devices, total } = list
  return useMemo(() => {
    if (devices === undefined || second === 0) return 0
    const latest = devices.map((device) => store.summary(device.serial) ?? device)
    const expected = fleet === undefined ? undefined : expectedTotal(search, fleet)
    return countWaiting(devices, latest, search, directionOf(search), { listed: total, expected })
  }, [devices, total, fleet, search, store, second])
}
