import type { AuditEventView } from '@stellacontrol/protocol'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

/** `query`: the filters as a query string, see auditQuerySchema. */
export const auditQuery = (query: string) =>
  infiniteQueryOptions({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, signal }) => {
      const parameters = new URLSearchParams(query)
      if (pageParam !== null) parameters.set('cursor', pageParam)
      return request<{ items: AuditEventView[]; nextCursor: string | null }>(`/v1/audit?${parameters}`, { signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 5_000,
  })
