import type { Session } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { ApiError, request } from './http.ts'

/** Who is signed in; null if nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await request<Session>('/v1/session', { signal })
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export function signIn(email: string, password: string): Promise<Session> {
  return request<Session>('/v1/session', { method: 'POST', body: { email, password } })
}

export async function signOut(): Promise<void> {
  await request<void>('/v1/session', { method: 'DELETE' })
}
