import type { DeviceDetail, DeviceList, DeviceStatus, FleetSummary, Ledger } from '@stellacontrol/protocol'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ApiError, request } from './http.ts'

/** The order of rows changes only when the reader asks for it, so a loaded list is never refreshed behind their back. */
export const deviceListQuery = (query: string) =>
  infiniteQueryOptions({
    queryKey: ['devices', query],
    queryFn: ({ pageParam, signal }): Promise<DeviceList> => {
      const parameters = new URLSearchParams(query)
      if (pageParam !== null) parameters.set('cursor', pageParam)
      return request<DeviceList>(`/v1/devices?${parameters}`, { signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })

export const deviceQuery = (serial: string) =>
  queryOptions({
    queryKey: ['device', serial],
    queryFn: ({ signal }) => request<DeviceDetail>(`/v1/devices/${encodeURIComponent(serial)}`, { signal }),
    staleTime: 30_000,
  })

/** The latest status; null if the device has never reported. */
export const deviceStatusQuery = (serial: string) =>
  queryOptions({
    queryKey: ['status', serial],
    queryFn: async ({ signal }): Promise<DeviceStatus | null> => {
      try {
        return await request<DeviceStatus>(`/v1/devices/${encodeURIComponent(serial)}/status`, { signal })
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null
        throw error
      }
    },
    staleTime: 0,
  })

export const fleetQuery = queryOptions({
  queryKey: ['fleet'],
  queryFn: ({ signal }) => request<FleetSummary>('/v1/fleet', { signal }),
  staleTime: 10_000,
})

export const ledgerQuery = queryOptions({
  queryKey: ['ledger'],
  queryFn: ({ signal }) => request<Ledger>('/v1/ledger', { signal }),
  refetchInterval: 2_000,
})
