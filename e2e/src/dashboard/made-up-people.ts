import {
  auditListSchema,
  auditQuerySchema,
  createdInvitationSchema,
  invitationListSchema,
  membershipChangeSchema,
  newInvitationSchema,
  personChangeSchema,
  personListQuerySchema,
  personListSchema,
} from '@stellacontrol/protocol'
import { done, notFound, ok, pageOf, type SignedIn } from './made-up-answer.ts'
import type { MadeUpRegistry } from './made-up-registry.ts'

export function answerPeople(
  registry: MadeUpRegistry,
  { method, body, url, person }: SignedIn,
  [id, , organisation]: string[],
) {
  if (method === 'GET' && id === undefined) {
    const { organisation: wanted } = personListQuerySchema.parse(Object.fromEntries(url.searchParams))
    const visible = registry.visibleTo(person)
    const items = registry.people.filter(
      ({ organisation: home, memberships }) =>
        visible.has(home.id) && (wanted === undefined || memberships.some((one) => one.organisation.id === wanted)),
    )
    return ok(personListSchema.parse(pageOf(items, url, ({ name, email }) => `${name} ${email}`)))
  }
  const found = registry.people.find((one) => one.id === Number(id))
  if (found === undefined) return notFound
  if (method === 'GET') return ok(personListSchema.shape.items.element.parse(found))
  if (organisation === undefined) {
    Object.assign(found, personChangeSchema.parse(body))
    return ok(personListSchema.shape.items.element.parse(found))
  }
  found.memberships = found.memberships.filter((one) => one.organisation.id !== Number(organisation))
  if (method === 'PUT') {
    const { role } = membershipChangeSchema.parse(body)
    found.memberships.push({ organisation: registry.referenceOf(Number(organisation)), role })
  }
  return done
}

export function answerInvitations(registry: MadeUpRegistry, { method, body, url, person }: SignedIn, [id]: string[]) {
  if (method === 'GET') return ok(invitationListSchema.parse(pageOf(registry.invitations, url, ({ email }) => email)))
  if (method === 'DELETE') {
    const index = registry.invitations.findIndex((one) => one.id === Number(id))
    if (index < 0) return notFound
    registry.invitations.splice(index, 1)
    return done
  }
  const { email, organisationId, role } = newInvitationSchema.parse(body)
  const made = {
    id: registry.audit.length + registry.invitations.length + 1,
    email,
    organisation: registry.referenceOf(organisationId),
    role,
    invitedBy: person.name,
    createdAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    token: `made-up-token-of-${organisationId}-${registry.invitations.length}`,
  }
  registry.invitations.push(made)
  registry.write(person.email, 'user.invited', 'user', email, organisationId)
  const link = new URL(`/invitation?token=${made.token}`, url).href
  return { status: 201, body: createdInvitationSchema.parse({ ...made, link }) }
}

export function answerAudit(registry: MadeUpRegistry, { url, person }: SignedIn) {
  const query = auditQuerySchema.parse(Object.fromEntries(url.searchParams))
  const visible = registry.visibleTo(person)
  const items = registry.audit.filter(
    (event) =>
      visible.has(event.organisation.id) &&
      (query.organisation === undefined || event.organisation.id === query.organisation) &&
      (query.action === undefined || event.action === query.action),
  )
  return ok(auditListSchema.parse({ items, nextCursor: null }))
}
