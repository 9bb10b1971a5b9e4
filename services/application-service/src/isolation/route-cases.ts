import type { Permission } from '@stellacontrol/protocol'
import { alertRouteCases } from './alert-route-cases.ts'
import type { Tenant } from './tenants.ts'

/** What belongs to somebody in a request: the same request is made with one's own, with another customer's, with nobody's. */
export interface Target {
  organisationId: number
  siteId: number
  serial: string
  setAsideId: number
  userId: number
  invitationId: number
  incidentId: string
  ruleId: string
  windowId: number
}

/** Valid in form, and nobody's. */
export const nobody: Target = {
  organisationId: 2_000_000_001,
  siteId: 2_000_000_001,
  serial: 'NOBODY-1',
  setAsideId: 2_000_000_001,
  userId: 2_000_000_001,
  invitationId: 2_000_000_001,
  incidentId: '00000000-0000-4000-8000-000000000000',
  ruleId: 'own-2000000001-nobody',
  windowId: 2_000_000_001,
}

export interface RouteCase {
  /** Reached without a session. */
  isPublic?: true
  /** The request with this target in it. Absent = the route names nothing of anybody's. */
  request?: (target: Target) => { path: string; body?: unknown; headers?: Record<string, string> }
  /** Needed in the organisation of the target. Absent = every signed-in person may. */
  permission?: Permission
  /** Only members of the manufacturer. */
  isForManufacturer?: true
  /** Must not be made with one's own target: it would change what the other cases need. */
  isDestructive?: true
}

const day = () => {
  const to = new Date()
  return `from=${new Date(to.getTime() - 86_400_000).toISOString()}&to=${to.toISOString()}`
}

const credentialsOf = (serial: string) => `/v1/registry/devices/${serial}/credentials`

/**
 * Every route of the API, by method and path as OpenAPI writes it. A route that is missing here fails the test: whoever adds one
 * says what of whose it names.
 */
export const routeCases: Record<string, RouteCase> = {
  'POST /v1/session': { isPublic: true },
  'GET /v1/session': {},
  'DELETE /v1/session': { isDestructive: true },
  'GET /v1/session/methods': { isPublic: true },
  'GET /v1/session/oidc': { isPublic: true },
  'GET /v1/session/oidc/callback': { isPublic: true },
  // One's own account: the routes name nobody. That somebody else's session is none is tested beside them.
  'GET /v1/me': {},
  'PATCH /v1/me': {},
  'POST /v1/me/proof': { isDestructive: true },
  'POST /v1/me/password': {},
  'GET /v1/me/sessions': {},
  'DELETE /v1/me/sessions': {},
  'DELETE /v1/me/sessions/{id}': { isDestructive: true },
  'GET /v1/me/notifications': {},
  'PUT /v1/me/notifications': {},
  'POST /v1/me/notifications/test': {},
  'GET /v1/me/notifications/deliveries': {},
  'GET /v1/organisations/{id}/escalation': {
    request: ({ organisationId }) => ({ path: `/v1/organisations/${organisationId}/escalation` }),
  },
  'PUT /v1/organisations/{id}/escalation': {
    request: ({ organisationId }) => ({ path: `/v1/organisations/${organisationId}/escalation`, body: { steps: [] } }),
    permission: 'rules.edit',
  },
  'POST /v1/sms/status': { isPublic: true },
  'POST /v1/me/second-factor': {},
  'POST /v1/me/second-factor/confirm': {},
  'DELETE /v1/me/second-factor': {},
  'GET /v1/devices': {},
  'GET /v1/devices/{serial}': { request: ({ serial }) => ({ path: `/v1/devices/${serial}` }) },
  'GET /v1/devices/{serial}/status': { request: ({ serial }) => ({ path: `/v1/devices/${serial}/status` }) },
  'GET /v1/devices/{serial}/history': {
    request: ({ serial }) => ({ path: `/v1/devices/${serial}/history?${day()}&metrics=boardCelsius` }),
  },
  'GET /v1/registry/devices/{serial}': { request: ({ serial }) => ({ path: `/v1/registry/devices/${serial}` }) },
  'GET /v1/registry/devices/{serial}/events': {
    request: ({ serial }) => ({ path: `/v1/registry/devices/${serial}/events` }),
  },
  'POST /v1/registry/devices': {
    request: ({ organisationId }) => ({
      path: '/v1/registry/devices',
      body: { serial: 'ISOLATION-1', model: 'iR5', organisationId },
    }),
    isForManufacturer: true,
  },
  'PATCH /v1/registry/devices/{serial}': {
    request: ({ serial }) => ({ path: `/v1/registry/devices/${serial}`, body: { location: 'hall' } }),
    permission: 'devices.edit',
  },
  'POST /v1/registry/devices/{serial}/state': {
    request: ({ serial }) => ({ path: `/v1/registry/devices/${serial}/state`, body: { state: 'suspended' } }),
    permission: 'devices.operate',
    isDestructive: true,
  },
  'POST /v1/registry/devices/{serial}/transfer': {
    request: ({ serial, organisationId }) => ({
      path: `/v1/registry/devices/${serial}/transfer`,
      body: { organisationId },
    }),
    permission: 'devices.transfer',
    isDestructive: true,
  },
  'POST /v1/registry/devices/{serial}/claim-code': {
    request: ({ serial }) => ({ path: `/v1/registry/devices/${serial}/claim-code` }),
    permission: 'devices.transfer',
  },
  'POST /v1/registry/claims': {
    request: ({ serial, organisationId }) => ({
      path: '/v1/registry/claims',
      body: { serial, organisationId, code: 'AAAA-BBBB-CCCC-DDDD' },
    }),
    permission: 'devices.claim',
  },
  'POST /v1/registry/import': {
    request: ({ organisationId, serial }) => ({
      path: `/v1/registry/import?organisation=${organisationId}&dryRun=true`,
      body: `serial,location\n${serial},hall\n`,
    }),
    permission: 'devices.import',
  },
  'GET /v1/registry/export.csv': {},
  'GET /v1/registry/devices/{serial}/credentials': {
    request: ({ serial }) => ({ path: credentialsOf(serial) }),
    permission: 'devices.credentials',
  },
  'POST /v1/registry/devices/{serial}/credentials': {
    request: ({ serial }) => ({ path: credentialsOf(serial), body: { kind: 'secret' } }),
    permission: 'devices.credentials',
  },
  'DELETE /v1/registry/devices/{serial}/credentials/{id}': {
    request: ({ serial }) => ({ path: `${credentialsOf(serial)}/1` }),
    permission: 'devices.credentials',
    isDestructive: true,
  },
  'GET /v1/fleet': {},
  'GET /v1/models': {},
  'GET /v1/ledger': { isForManufacturer: true },
  'GET /v1/set-aside': {},
  'GET /v1/set-aside/{id}': { request: ({ setAsideId }) => ({ path: `/v1/set-aside/${setAsideId}` }) },
  'POST /v1/set-aside/{id}/replay': {
    request: ({ setAsideId }) => ({ path: `/v1/set-aside/${setAsideId}/replay` }),
    isForManufacturer: true,
    isDestructive: true,
  },
  'GET /v1/organisations': {},
  'GET /v1/organisations/{id}': { request: ({ organisationId: id }) => ({ path: `/v1/organisations/${id}` }) },
  'POST /v1/organisations': {
    request: ({ organisationId: parentId }) => ({
      ...{ path: '/v1/organisations', body: { parentId, kind: 'customer', name: 'Below' } },
    }),
    permission: 'organisations.edit',
  },
  'PATCH /v1/organisations/{id}': {
    request: ({ organisationId: id }) => ({ path: `/v1/organisations/${id}`, body: { name: 'Renamed' } }),
    permission: 'organisations.edit',
  },
  'GET /v1/sites': {},
  'GET /v1/sites/{id}': { request: ({ siteId }) => ({ path: `/v1/sites/${siteId}` }) },
  'POST /v1/sites': {
    request: ({ organisationId }) => ({
      ...{ path: '/v1/sites', body: { organisationId, name: 'Another', timeZone: 'UTC' } },
    }),
    permission: 'sites.edit',
  },
  'PATCH /v1/sites/{id}': {
    request: ({ siteId }) => ({ path: `/v1/sites/${siteId}`, body: { name: 'Renamed' } }),
    permission: 'sites.edit',
  },
  // Devices stand at everybody's: it answers 409 and removes nothing.
  'DELETE /v1/sites/{id}': { request: ({ siteId }) => ({ path: `/v1/sites/${siteId}` }), permission: 'sites.edit' },
  'GET /v1/people': { permission: 'people.edit' },
  'GET /v1/people/{id}': { request: ({ userId }) => ({ path: `/v1/people/${userId}` }), permission: 'people.edit' },
  'PATCH /v1/people/{id}': {
    request: ({ userId }) => ({ path: `/v1/people/${userId}`, body: { name: 'Renamed' } }),
    permission: 'people.edit',
  },
  'PUT /v1/people/{id}/memberships/{organisationId}': {
    request: ({ userId, organisationId }) => ({
      ...{ path: `/v1/people/${userId}/memberships/${organisationId}`, body: { role: 'viewer' } },
    }),
    permission: 'people.edit',
  },
  'DELETE /v1/people/{id}/memberships/{organisationId}': {
    request: ({ userId, organisationId }) => ({ path: `/v1/people/${userId}/memberships/${organisationId}` }),
    permission: 'people.edit',
  },
  'GET /v1/invitations': { permission: 'people.edit' },
  'POST /v1/invitations': {
    request: ({ organisationId }) => ({
      ...{ path: '/v1/invitations', body: { email: 'invited@example.com', organisationId, role: 'viewer' } },
    }),
    permission: 'people.edit',
  },
  'DELETE /v1/invitations/{id}': {
    request: ({ invitationId }) => ({ path: `/v1/invitations/${invitationId}` }),
    permission: 'people.edit',
    isDestructive: true,
  },
  'POST /v1/invitations/preview': { isPublic: true },
  'POST /v1/invitations/accept': { isPublic: true },
  'POST /v1/password-resets': { isPublic: true },
  'POST /v1/password-resets/complete': { isPublic: true },
  'GET /v1/audit': { permission: 'audit.read' },
  'GET /v1/audit.csv': { permission: 'audit.read' },
  'GET /v1/outbox/{id}/html': { request: () => ({ path: '/v1/outbox/1/html' }), isForManufacturer: true },
  'GET /v1/outbox': { isForManufacturer: true },
  ...alertRouteCases,
}

/** What a tenant's own target is. */
export function targetOf(tenant: Tenant): Target {
  const { canary: _, clients: __, ...target } = tenant
  return target
}
