import type { Account, OwnSession } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => request<Account>('/v1/me', { signal }),
  staleTime: 10_000,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await request<{ items: OwnSession[] }>('/v1/me/sessions', { signal })).items,
  staleTime: 10_000,
})

export const changeOwnName = (name: string) => request<Account>('/v1/me', { method: 'PATCH', body: { name } })

/** Proves that it is still the same person; sensitive changes work for some minutes afterwards. */
export const prove = (proof: { password?: string; code?: string }) =>
  request<unknown>('/v1/me/proof', { method: 'POST', body: proof })

export const changeOwnPassword = (password: string) =>
  request<unknown>('/v1/me/password', { method: 'POST', body: { password } })

export const endSession = (id: string) =>
  request<void>(`/v1/me/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })

export const endOtherSessions = () => request<void>('/v1/me/sessions', { method: 'DELETE' })

export const beginSecondFactor = () =>
  request<{ secret: string; uri: string }>('/v1/me/second-factor', { method: 'POST' })

export const confirmSecondFactor = (code: string) =>
  request<{ codes: string[] }>('/v1/me/second-factor/confirm', { method: 'POST', body: { code } })

export const removeSecondFactor = () => request<void>('/v1/me/second-factor', { method: 'DELETE' })
