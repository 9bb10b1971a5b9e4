import type { Credential, DeviceChange, ImportReport, RegistryDeviceView } from '@stellacontrol/protocol'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

const pathOf = (serial: string, part = '') => `/v1/registry/devices/${encodeURIComponent(serial)}${part}`

export const registryDeviceQuery = (serial: string) =>
  queryOptions({
    queryKey: ['registry', serial],
    queryFn: ({ signal }) => request<RegistryDeviceView>(pathOf(serial), { signal }),
    staleTime: 10_000,
  })

export const changeDevice = (serial: string, change: DeviceChange) =>
  request<RegistryDeviceView>(pathOf(serial), { method: 'PATCH', body: change })

/** The states that people give a device; the others come by themselves. */
export type ChosenState = 'active' | 'suspended' | 'revoked' | 'retired'

export const changeDeviceState = (serial: string, state: ChosenState) =>
  request<unknown>(pathOf(serial, '/state'), { method: 'POST', body: { state } })

export const transferDevice = (serial: string, organisationId: number, siteId: number | null) =>
  request<unknown>(pathOf(serial, '/transfer'), { method: 'POST', body: { organisationId, siteId } })

export const makeClaimCode = (serial: string) =>
  request<{ serial: string; code: string; expiresAt: string }>(pathOf(serial, '/claim-code'), { method: 'POST' })

export interface Claim {
  serial: string
  code: string
  organisationId: number
  siteId: number | null
  name?: string
}
export const claimDevice = (claim: Claim) =>
  request<RegistryDeviceView>('/v1/registry/claims', { method: 'POST', body: claim })

/** What happened to a device, newest first. */
export interface DeviceEvent {
  at: string
  actor: string
  action: string
  before: unknown
  after: unknown
}
export const deviceEventsQuery = (serial: string) =>
  infiniteQueryOptions({
    queryKey: ['registry', serial, 'events'],
    queryFn: ({ pageParam, signal }) => {
      const parameters = new URLSearchParams({ limit: '10' })
      if (pageParam !== null) parameters.set('cursor', pageParam)
      return request<{ items: DeviceEvent[]; nextCursor: string | null }>(pathOf(serial, `/events?${parameters}`), {
        signal,
      })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 10_000,
  })

export const credentialsQuery = (serial: string) =>
  queryOptions({
    queryKey: ['registry', serial, 'credentials'],
    queryFn: async ({ signal }) =>
      (await request<{ items: Credential[] }>(pathOf(serial, '/credentials'), { signal })).items,
    staleTime: 10_000,
  })

type NewCredential = { kind: 'secret' } | { kind: 'certificate'; certificatePem: string }
/** The answer holds the secret, which nobody can read again. */
export const addCredential = (serial: string, credential: NewCredential) =>
  request<Credential & { secret: string | null }>(pathOf(serial, '/credentials'), { method: 'POST', body: credential })

export const revokeCredential = (serial: string, id: number) =>
  request<void>(pathOf(serial, `/credentials/${id}`), { method: 'DELETE' })

/** A dry run changes nothing and answers with every bad line, as the real import does. */
export const importDevices = (organisation: number, csv: string, dryRun: boolean) =>
  request<ImportReport>(`/v1/registry/import?organisation=${organisation}&dryRun=${dryRun}`, { method: 'POST', csv })

export const exportAddress = '/v1/registry/export.csv'
