import type { NewOrganisation, NewSite, OrganisationView, SiteChange, SiteView } from '@stellacontrol/protocol'
import { queryOptions } from '@tanstack/react-query'
import { request } from './http.ts'
import { readEveryPage } from './pages.ts'

/** All organisations that the reader may see: roles run down the tree they form. */
export const organisationsQuery = queryOptions({
  queryKey: ['organisations'],
  queryFn: ({ signal }) => readEveryPage<OrganisationView>('organisations', signal),
  staleTime: 30_000,
})

export const siteQuery = (id: number) =>
  queryOptions({
    queryKey: ['sites', 'one', id],
    queryFn: ({ signal }) => request<SiteView>(`/v1/sites/${id}`, { signal }),
    staleTime: 30_000,
  })

export const addOrganisation = (organisation: NewOrganisation) =>
  request<OrganisationView>('/v1/organisations', { method: 'POST', body: organisation })

export const renameOrganisation = (id: number, name: string) =>
  request<OrganisationView>(`/v1/organisations/${id}`, { method: 'PATCH', body: { name } })

export const addSite = (site: NewSite) => request<SiteView>('/v1/sites', { method: 'POST', body: site })

export const changeSite = (id: number, change: SiteChange) =>
  request<SiteView>(`/v1/sites/${id}`, { method: 'PATCH', body: change })

export const removeSite = (id: number) => request<void>(`/v1/sites/${id}`, { method: 'DELETE' })
