import type { Escalation, EscalationChange } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

const pathOf = (organisationId: number) => `/v1/organisations/${organisationId}/escalation`

/** Who is told next while nobody acknowledges. */
export const escalationQuery = (organisationId: number) =>
  queryOptions({
    queryKey: ['escalation', organisationId],
    queryFn: ({ signal }) => request<Escalation>(pathOf(organisationId), { signal }),
  })

export const putEscalation = (organisationId: number, change: EscalationChange) =>
  request<Escalation>(pathOf(organisationId), { method: 'PUT', body: change })
