import type { Session, SignInMethods } from '@stellacontrol/protocol'
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

/** How people can sign in here. */
export const signInMethodsQuery = queryOptions({
  queryKey: ['session', 'methods'],
  queryFn: ({ signal }) => request<SignInMethods>('/v1/session/methods', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** `code` is that of the second factor, once it is asked for. */
export function signIn(credentials: { email: string; password: string; code?: string }): Promise<Session> {
  return request<Session>('/v1/session', { method: 'POST', body: credentials })
}

export async function signOut(): Promise<void> {
  await request<void>('/v1/session', { method: 'DELETE' })
}
