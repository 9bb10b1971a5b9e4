import {
  newOrganisationSchema,
  newSiteSchema,
  organisationListSchema,
  organisationSchema,
  siteChangeSchema,
  siteListSchema,
  siteSchema,
} from '@stellacontrol/protocol'
import { done, notFound, ok, type SignedIn } from './made-up-answer.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

export function answerOrganisations(registry: MadeUpRegistry, { method, body, person }: SignedIn, [id]: string[]) {
  if (method === 'GET') {
    const visible = registry.visibleTo(person)
    return ok(organisationListSchema.parse({ items: registry.organisations.filter((one) => visible.has(one.id)) }))
  }
  if (method === 'POST') {
    const made = {
      ...newOrganisationSchema.parse(body),
      id: 100 + registry.organisations.length,
      devices: 0,
      people: 0,
      sites: 0,
      createdAt: new Date().toISOString(),
    }
    registry.organisations.push(made)
    return { status: 201, body: organisationSchema.parse(made) }
  }
  const organisation = registry.organisations.find((one) => one.id === Number(id))
  if (organisation === undefined) return notFound
  organisation.name = newOrganisationSchema.shape.name.parse((body as { name: unknown }).name)
  return ok(organisationSchema.parse(organisation))
}

export function answerSites(registry: MadeUpRegistry, { method, body, person }: SignedIn, [id]: string[]) {
  if (method === 'GET') {
    const visible = registry.visibleTo(person)
    return ok(siteListSchema.parse({ items: registry.sites.filter((site) => visible.has(site.organisation.id)) }))
  }
  if (method === 'POST') {
    const { organisationId, ...site } = newSiteSchema.parse(body)
    const made = {
      ...site,
      id: 100 + registry.sites.length,
      organisation: registry.referenceOf(organisationId),
      devices: 0,
    }
    registry.sites.push(made)
    return { status: 201, body: siteSchema.parse(made) }
  }
  const index = registry.sites.findIndex((site) => site.id === Number(id))
  const site = registry.sites[index]
  if (site === undefined) return notFound
  if (method === 'DELETE') {
    registry.sites.splice(index, 1)
    return done
  }
  Object.assign(site, siteChangeSchema.parse(body))
  return ok(siteSchema.parse(site))
}
