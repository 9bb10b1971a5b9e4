import {
  accountChangeSchema,
  accountSchema,
  auditListSchema,
  auditQuerySchema,
  claimCodeSchema,
  claimSchema,
  createdCredentialSchema,
  createdInvitationSchema,
  credentialListSchema,
  deviceChangeSchema,
  deviceEventListSchema,
  importQuerySchema,
  importReportSchema,
  invitationAcceptanceSchema,
  invitationListSchema,
  invitationPreviewSchema,
  linkTokenSchema,
  membershipChangeSchema,
  newInvitationSchema,
  newOrganisationSchema,
  newSiteSchema,
  organisationListSchema,
  organisationSchema,
  ownSessionListSchema,
  passwordChangeSchema,
  personChangeSchema,
  personListSchema,
  proofSchema,
  recoveryCodesSchema,
  registryDeviceSchema,
  secondFactorConfirmationSchema,
  secondFactorSetUpSchema,
  signInMethodsSchema,
  siteChangeSchema,
  siteListSchema,
  siteSchema,
  stateChangeSchema,
  transferSchema,
} from '@stellacontrol/protocol'
import type { MadeUpPerson, MadeUpRegistry } from './made-up-registry.ts'

export interface MadeUpRequest {
  method: string
  url: URL
  /** Parsed JSON, or the text of anything else. */
  body: unknown
  /** Undefined where nobody is signed in. */
  person: MadeUpPerson | undefined
}
export interface MadeUpAnswer {
  status: number
  /** A code of a problem where `status` is 400 or more. */
  body?: unknown
}

const problem = (status: number, code: string): MadeUpAnswer => ({ status, body: code })
const ok = (body: unknown): MadeUpAnswer => ({ status: 200, body })
const done: MadeUpAnswer = { status: 204 }
const notFound = problem(404, 'not-found')
const provenMs = 60_000

/** Answers of the registry, of people and of accounts by the API's schemas; undefined for what is not theirs. */
export function answerMadeUp(registry: MadeUpRegistry, request: MadeUpRequest): MadeUpAnswer | undefined {
  const [, , resource, ...rest] = request.url.pathname.split('/')
  const open = answerLinks(registry, request, `${resource}/${rest.join('/')}`)
  if (open !== undefined || request.person === undefined) return open
  const signedIn = { ...request, person: request.person }
  switch (resource) {
    case 'organisations':
      return answerOrganisations(registry, signedIn, rest)
    case 'sites':
      return answerSites(registry, signedIn, rest)
    case 'people':
      return answerPeople(registry, signedIn, rest)
    case 'invitations':
      return answerInvitations(registry, signedIn, rest)
    case 'audit':
      return answerAudit(registry, signedIn)
    case 'outbox':
      return ok({ items: [], hasMailServer: false })
    case 'me':
      return answerAccount(signedIn, rest.join('/'))
    case 'registry':
      return answerRegistry(registry, signedIn, rest)
    default:
      return undefined
  }
}

type SignedIn = MadeUpRequest & { person: MadeUpPerson }

function answerLinks(registry: MadeUpRegistry, { method, body }: MadeUpRequest, path: string) {
  if (path === 'session/methods') {
    const openIdConnect = { name: 'Northquay Networks', url: '/v1/session/oidc' }
    return ok(signInMethodsSchema.parse({ password: true, openIdConnect }))
  }
  if (method !== 'POST') return undefined
  if (path === 'password-resets/') return { status: 202 }
  if (path === 'password-resets/complete') return done
  if (path === 'invitations/preview') {
    const { token } = linkTokenSchema.parse(body)
    const invitation = registry.invitations.find((known) => known.token === token)
    if (invitation === undefined) return problem(404, 'link-invalid')
    const { email, organisation, role } = invitation
    return ok(invitationPreviewSchema.parse({ email, organisation: organisation.name, role, hasAccount: false }))
  }
  if (path !== 'invitations/accept') return undefined
  const { token, name, password } = invitationAcceptanceSchema.parse(body)
  const index = registry.invitations.findIndex((known) => known.token === token)
  const [invitation] = index < 0 ? [] : registry.invitations.splice(index, 1)
  if (invitation === undefined || name === undefined) return problem(404, 'link-invalid')
  const { email, organisation, role } = invitation
  registry.people.push(registry.newPerson(registry.people.length + 1, email, name, password, organisation.id, role))
  return done
}

function answerOrganisations(registry: MadeUpRegistry, { method, body, person }: SignedIn, [id]: string[]) {
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

function answerSites(registry: MadeUpRegistry, { method, body, person }: SignedIn, [id]: string[]) {
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

function answerPeople(registry: MadeUpRegistry, { method, body, person }: SignedIn, [id, , organisation]: string[]) {
  if (method === 'GET') {
    const visible = registry.visibleTo(person)
    return ok(personListSchema.parse({ items: registry.people.filter((one) => visible.has(one.organisation.id)) }))
  }
  const found = registry.people.find((one) => one.id === Number(id))
  if (found === undefined) return notFound
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

function answerInvitations(registry: MadeUpRegistry, { method, body, url, person }: SignedIn, [id]: string[]) {
  if (method === 'GET') return ok(invitationListSchema.parse({ items: registry.invitations }))
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

function answerAudit(registry: MadeUpRegistry, { url, person }: SignedIn) {
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

function answerAccount({ method, body, person }: SignedIn, path: string): MadeUpAnswer {
  const account = () =>
    ok(
      accountSchema.parse({
        email: person.email,
        name: person.name,
        hasPassword: true,
        secondFactor: { enabled: person.hasSecondFactor, recoveryCodesLeft: person.hasSecondFactor ? 10 : 0 },
        provenUntil: null,
      }),
    )
  if (path === '' && method === 'GET') return account()
  if (path === '') {
    person.name = accountChangeSchema.parse(body).name
    return account()
  }
  if (path === 'proof') {
    if (proofSchema.parse(body).password !== person.password) return problem(401, 'sign-in-refused')
    person.provenUntil = Date.now() + provenMs
    return done
  }
  if (path === 'sessions' && method === 'GET') return ok(ownSessionListSchema.parse({ items: madeUpSessions }))
  if (path.startsWith('sessions')) return done
  if (person.provenUntil < Date.now()) return problem(403, 'proof-required')
  if (path === 'password') {
    person.password = passwordChangeSchema.parse(body).password
    return done
  }
  if (path === 'second-factor/confirm') {
    if (secondFactorConfirmationSchema.parse(body).code !== '123456') return problem(401, 'sign-in-refused')
    person.hasSecondFactor = true
    return ok(recoveryCodesSchema.parse({ codes: Array.from({ length: 10 }, (_, index) => `made-up-${index}`) }))
  }
  person.hasSecondFactor = false
  if (method === 'DELETE') return done
  const uri = `otpauth://totp/StellaControl:${person.email}?secret=JBSWY3DPEHPK3PXP&issuer=StellaControl`
  return ok(secondFactorSetUpSchema.parse({ secret: 'JBSWY3DPEHPK3PXP', uri }))
}

const madeUpSessions = [
  {
    id: 'a',
    isThisOne: true,
    createdAt: '2026-11-23T08:00:00.000Z',
    lastUsedAt: '2026-11-23T12:00:00.000Z',
    address: '203.0.113.7',
    agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  },
  {
    id: 'b',
    isThisOne: false,
    createdAt: '2026-11-20T08:00:00.000Z',
    lastUsedAt: '2026-11-22T12:00:00.000Z',
    address: '198.51.100.4',
    agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
  },
]

function answerRegistry(registry: MadeUpRegistry, request: SignedIn, [kind, serial, part, id]: string[]) {
  const { method, body, url, person } = request
  if (kind === 'claims') {
    const { serial, code, organisationId, siteId, name } = claimSchema.parse(body)
    const device = registry.claim(serial, code, organisationId, siteId, name)
    if (device === undefined) return problem(404, 'claim-refused')
    registry.write(person.email, 'device.claimed', 'device', serial, organisationId)
    return ok(registryDeviceSchema.parse(device))
  }
  if (kind === 'import')
    return answerImport(importQuerySchema.parse(Object.fromEntries(url.searchParams)), String(body))
  const device = registry.device(serial ?? '')
  if (device === undefined || !registry.visibleTo(person).has(device.organisation.id))
    return problem(404, 'device-not-found')
  if (part === undefined && method === 'GET') return ok(registryDeviceSchema.parse(device))
  if (part === undefined) {
    const { siteId, ...change } = deviceChangeSchema.parse(body)
    const site = registry.sites.find((one) => one.id === siteId)
    registry.changeDevice(device.serial, { ...change, site: site ? { id: site.id, name: site.name } : null })
    registry.write(person.email, 'device.changed', 'device', device.serial, device.organisation.id)
    return ok(registryDeviceSchema.parse(registry.device(device.serial)))
  }
  if (part === 'state') {
    registry.changeDevice(device.serial, stateChangeSchema.parse(body))
    return done
  }
  if (part === 'transfer') {
    const { organisationId } = transferSchema.parse(body)
    registry.changeDevice(device.serial, { organisation: registry.referenceOf(organisationId), site: null })
    return done
  }
  if (part === 'claim-code') {
    const expiresAt = new Date(Date.now() + 900_000).toISOString()
    return ok(claimCodeSchema.parse({ serial: device.serial, code: '2B4H-W8DE-7K3M-9QZX', expiresAt }))
  }
  if (part === 'events') {
    const items = registry.audit.filter(({ objectId }) => objectId === device.serial)
    return ok(deviceEventListSchema.parse({ items, nextCursor: null }))
  }
  return answerCredentials(registry, request, device.serial, Number(id))
}

function answerCredentials(registry: MadeUpRegistry, { method }: SignedIn, serial: string, id: number): MadeUpAnswer {
  const credentials = registry.credentials.get(serial) ?? []
  if (method === 'GET') return ok(credentialListSchema.parse({ items: credentials }))
  if (method === 'DELETE') {
    registry.credentials.set(
      serial,
      credentials.filter((one) => one.id !== id),
    )
    return done
  }
  const made = {
    id: credentials.length + 1,
    kind: 'secret' as const,
    createdAt: new Date().toISOString(),
    expiresAt: null,
    lastUsedAt: null,
    isKnownToEarlierOwner: false,
    isClaimOnly: false,
    fingerprint: null,
  }
  registry.credentials.set(serial, [...credentials, made])
  return { status: 201, body: createdCredentialSchema.parse({ ...made, secret: 'made-up-secret-shown-once' }) }
}

/** Every line with the word "bad" in it is a bad one. */
function answerImport({ dryRun }: { dryRun: 'true' | 'false' }, csv: string): MadeUpAnswer {
  const lines = csv.trim().split('\n').slice(1)
  const problems = lines.flatMap((line, index) =>
    line.includes('bad')
      ? [{ line: index + 2, column: 'model', value: line.split(',')[1] ?? '', problem: 'there is no such model' }]
      : [],
  )
  const added = problems.length === 0 ? lines.length : 0
  return ok(
    importReportSchema.parse({
      dryRun: dryRun === 'true',
      lines: lines.length,
      added,
      changed: 0,
      unchanged: 0,
      problems,
    }),
  )
}
