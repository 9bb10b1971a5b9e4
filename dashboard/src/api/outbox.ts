import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

/** A mail that was sent or waits; `text` is empty where a mail server is set, because a mail holds its link. */
export interface OutboxMail {
  id: number
  recipient: string
  subject: string
  text: string
  state: 'waiting' | 'sent' | 'failed'
  attempts: number
  failure: string | null
  createdAt: string
  sentAt: string | null
}

/** For the manufacturer's administrators. */
export const outboxQuery = queryOptions({
  queryKey: ['outbox'],
  queryFn: ({ signal }) => request<{ items: OutboxMail[]; hasMailServer: boolean }>('/v1/outbox', { signal }),
  staleTime: 5_000,
})
