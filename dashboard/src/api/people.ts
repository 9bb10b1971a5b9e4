import type { Invitation, NewInvitation, Person, Role } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

export const personQuery = (id: number) =>
  queryOptions({
    queryKey: ['people', id],
    queryFn: ({ signal }) => request<Person>(`/v1/people/${id}`, { signal }),
    staleTime: 30_000,
  })

export const changePerson = (id: number, change: { name?: string; disabled?: boolean }) =>
  request<Person>(`/v1/people/${id}`, { method: 'PATCH', body: change })

const membershipPath = (person: number, organisation: number) => `/v1/people/${person}/memberships/${organisation}`

export const setMembership = (person: number, organisation: number, role: Role) =>
  request<void>(membershipPath(person, organisation), { method: 'PUT', body: { role } })

export const removeMembership = (person: number, organisation: number) =>
  request<void>(membershipPath(person, organisation), { method: 'DELETE' })

/** `link` is null where the invitation went out by e-mail. */
export const invite = (invitation: NewInvitation) =>
  request<Invitation & { link: string | null }>('/v1/invitations', { method: 'POST', body: invitation })

export const revokeInvitation = (id: number) => request<void>(`/v1/invitations/${id}`, { method: 'DELETE' })
