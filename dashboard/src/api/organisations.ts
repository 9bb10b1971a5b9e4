import type { NewOrganisation, NewSite, OrganisationView, SiteChange, SiteView } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'

/** The organisations that the reader may see, with the tree they form. */
export const organisationsQuery = queryOptions({
  queryKey: ['organisations'],
  queryFn: async ({ signal }) => (await request<{ items: OrganisationView[] }>('/v1/organisations', { signal })).items,
  staleTime: 30_000,
})

export const addOrganisation = (organisation: NewOrganisation) =>
  request<OrganisationView>('/v1/organisations', { method: 'POST', body: organisation })

export const renameOrganisation = (id: number, name: string) =>
  request<OrganisationView>(`/v1/organisations/${id}`, { method: 'PATCH', body: { name } })

export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: async ({ signal }) => (await request<{ items: SiteView[] }>('/v1/sites', { signal })).items,
  staleTime: 30_000,
})

export const addSite = (site: NewSite) => request<SiteView>('/v1/sites', { method: 'POST', body: site })

export const changeSite = (id: number, change: SiteChange) =>
  request<SiteView>(`/v1/sites/${id}`, { method: 'PATCH', body: change })

export const removeSite = (id: number) => request<void>(`/v1/sites/${id}`, { method: 'DELETE' })
