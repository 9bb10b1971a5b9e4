import type { OutboxKind, OutboxMailView } from '@stellacontrol/protocol'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

const pageLength = 50

interface OutboxPage {
  items: OutboxMailView[]
  nextCursor: string | null
  hasMailServer: boolean
}

/** For the manufacturer's administrators: mails and text messages, the newest first. */
export const outboxQuery = (kind: OutboxKind | undefined) =>
  infiniteQueryOptions({
    queryKey: ['outbox', kind],
    queryFn: ({ pageParam, signal }) => {
      const parameters = { limit: String(pageLength), ...(kind && { kind }), ...(pageParam && { cursor: pageParam }) }
      return request<OutboxPage>(`/v1/outbox?${new URLSearchParams(parameters)}`, { signal })
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 5_000,
  })

/** A mail as its reader sees it, for a frame. */
export const mailAddress = (id: number) => `/v1/outbox/${id}/html`
