import type { BulkRequest, BulkResult, Incident, IncidentDetail, IncidentList } from '@stellacontrol/protocol'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

const address = (query: string) => `/v1/alerts?${query}`

/** The order of rows changes only when the reader asks for it, so a loaded list is never refreshed behind their back. */
export const incidentListQuery = (query: string) =>
  infiniteQueryOptions({
    queryKey: ['alerts', 'list', query],
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === null ? '' : `&cursor=${encodeURIComponent(pageParam)}`
      return request<IncidentList>(address(query) + cursor, { signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })

/** The first page as it is now, to know what a list that holds still lacks. Asked for by hand. */
export const freshIncidentsQuery = (query: string) =>
  queryOptions({
    queryKey: ['alerts', 'fresh', query],
    queryFn: ({ signal }) => request<IncidentList>(address(query), { signal }),
    enabled: false,
  })

/** What is wrong with one booster now, also what another incident explains; the worst few. */
export const deviceIncidentsQuery = (serial: string) =>
  queryOptions({
    queryKey: ['alerts', 'of-device', serial],
    queryFn: ({ signal }) => {
      const query = {
        device: serial,
        state: 'open,acknowledged,shelved',
        members: 'true',
        sort: 'severity',
        limit: '20',
      }
      return request<IncidentList>(address(new URLSearchParams(query).toString()), { signal })
    },
    staleTime: 10_000,
  })

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'incident', id],
    queryFn: ({ signal }) => request<IncidentDetail>(`/v1/alerts/${id}`, { signal }),
    staleTime: 10_000,
  })

/** Whom the incident can be given to. */
export const assigneesQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'assignees', id],
    queryFn: ({ signal }) =>
      request<{ items: NonNullable<Incident['assignee']>[] }>(`/v1/alerts/${id}/assignees`, { signal }),
    staleTime: 60_000,
  })

export type IncidentChange = BulkRequest extends infer Change
  ? Change extends unknown
    ? Omit<Change, 'ids'>
    : never
  : never

/** The most that one request may name. */
const mostAtOnce = 500

/** Does the same to each of them; throws ApiError only if it could be done to none of the first 500. */
export async function changeIncidents(ids: readonly string[], change: IncidentChange): Promise<BulkResult> {
  const results: BulkResult['results'] = []
  for (let from = 0; from < ids.length; from += mostAtOnce) {
    const body = { ids: ids.slice(from, from + mostAtOnce), ...change }
    const result = await request<BulkResult>('/v1/alerts/bulk', { method: 'POST', body })
    results.push(...result.results)
  }
  return { done: results.filter(({ ok }) => ok).length, results }
}
