import {
  escalationChangeSchema,
  escalationSchema,
  mayDo,
  newOrganisationSchema,
  newSiteSchema,
  organisationListQuerySchema,
  organisationListSchema,
  organisationSchema,
  siteChangeSchema,
  siteListQuerySchema,
  siteListSchema,
  siteSchema,
} from '@stellacontrol/protocol'
import { done, notFound, ok, pageOf, type SignedIn } from './made-up-answer.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

export function answerOrganisations(registry: MadeUpRegistry, signedIn: SignedIn, [id, part]: string[]) {
  const { method, body, url, person } = signedIn
  if (part === 'escalation') return answerEscalation(registry, signedIn, Number(id))
  if (method === 'GET') {
    const visible = registry.visibleTo(person)
    const { permission = 'read', isParent } = organisationListQuerySchema.parse(Object.fromEntries(url.searchParams))
    const items = registry.organisations.filter(
      ({ id, kind }) => visible.has(id) && (isParent === undefined || kind !== 'customer'),
    )
    const allowed = person.memberships.some(({ role }) => mayDo(role, permission)) ? items : []
    return ok(organisationListSchema.parse(pageOf(allowed, url, ({ name }) => name)))
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

function answerEscalation(registry: MadeUpRegistry, { method, body }: SignedIn, organisationId: number) {
  const { steps } = method === 'PUT' ? escalationChangeSchema.parse(body) : { steps: undefined }
  if (steps !== undefined) registry.escalation.set(organisationId, steps)
  const possible = registry.people.map(({ id, name }) => ({ id, name }))
  const list = registry.escalation.get(organisationId) ?? []
  return ok(
    escalationSchema.parse({
      steps: list.map(({ userId, afterMinutes }) => ({
        person: possible.find(({ id }) => id === userId) ?? null,
        afterMinutes,
      })),
      possible,
    }),
  )
}

export function answerSites(registry: MadeUpRegistry, { method, body, url, person }: SignedIn, [id]: string[]) {
  if (method === 'GET' && id !== undefined) {
    const found = registry.sites.find((site) => site.id === Number(id))
    const isSeen = found !== undefined && registry.visibleTo(person).has(found.organisation.id)
    return isSeen ? ok(siteSchema.parse(found)) : notFound
  }
  if (method === 'GET') {
    const visible = registry.visibleTo(person)
    const { organisation: wanted } = siteListQuerySchema.parse(Object.fromEntries(url.searchParams))
    const items = registry.sites.filter(
      ({ organisation: { id } }) => visible.has(id) && (wanted === undefined || id === wanted),
    )
    return ok(siteListSchema.parse(pageOf(items, url, ({ name }) => name)))
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
