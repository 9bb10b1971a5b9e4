import type { MaintenanceWindow, NewWindow, WindowChange } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

export const windowsQuery = (organisation: number | undefined) =>
  queryOptions({
    queryKey: ['maintenance', organisation],
    queryFn: async ({ signal }) => {
      const query = organisation === undefined ? '' : `?organisation=${organisation}`
      return (await request<{ items: MaintenanceWindow[] }>(`/v1/maintenance-windows${query}`, { signal })).items
    },
    // Windows begin and end by themselves.
    refetchInterval: 30_000,
    staleTime: 10_000,
  })

export const planWindow = (window: NewWindow) =>
  request<MaintenanceWindow>('/v1/maintenance-windows', { method: 'POST', body: window })

export const changeWindow = (id: number, change: WindowChange) =>
  request<MaintenanceWindow>(`/v1/maintenance-windows/${id}`, { method: 'PATCH', body: change })

/** Ends it now; one that has not begun is taken away. */
export const endWindow = (id: number) =>
  request<MaintenanceWindow>(`/v1/maintenance-windows/${id}/end`, { method: 'POST' })
