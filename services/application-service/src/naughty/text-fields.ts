import type { Answer, TestClient } from '../testing/test-client.ts'
import type { TextRule } from './naughty-strings.ts'

/** What the cases write to, and as whom. */
export interface Objects {
  maker: TestClient
  makerId: number
  organisationId: number
  siteId: number
  personId: number
  serial: string
  incidentId: string
  windowId: number
}

export interface TextField extends TextRule {
  /** What is written goes to one object, so that one waits for the other. */
  isOneObject?: boolean
  write(objects: Objects, text: string): Promise<Answer<unknown>>
  /** What the answer says was stored. */
  shown: (body: Record<string, unknown>) => unknown
}

const json = (client: TestClient, method: string, path: string, body: unknown) =>
  client.request<unknown>(method, path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

let made = 0
const deviceField = (name: 'name' | 'location' | 'notes', kind: TextRule['kind'], longest: number): TextField => ({
  ...{ kind, longest },
  write: ({ maker, serial }, text) => json(maker, 'PATCH', `/v1/registry/devices/${serial}`, { [name]: text }),
  shown: (body) => body[name],
})
const siteField = (name: 'name' | 'address', kind: TextRule['kind'], longest: number): Record<string, TextField> => ({
  [`POST /v1/sites ${name}`]: {
    ...{ kind, longest },
    write: ({ maker, organisationId }, text) => {
      const site = { organisationId, name: `site ${++made}`, timeZone: 'UTC', [name]: text }
      return json(maker, 'POST', '/v1/sites', site)
    },
    shown: (body) => body[name] ?? '',
  },
  [`PATCH /v1/sites/{id} ${name}`]: {
    ...{ kind, longest },
    write: ({ maker, siteId }, text) => json(maker, 'PATCH', `/v1/sites/${siteId}`, { [name]: text }),
    shown: (body) => body[name] ?? '',
  },
})
const reasonOf = (body: Record<string, unknown>) => body.reason
const nameOf = (body: Record<string, unknown>) => body.name

/** Every field of free text that people can write, by method, path and place in the body as OpenAPI writes them. */
export const textFields: Record<string, TextField> = {
  'PATCH /v1/me name': {
    ...{ kind: 'line', longest: 120 },
    write: ({ maker }, name) => json(maker, 'PATCH', '/v1/me', { name }),
    shown: nameOf,
  },
  'POST /v1/registry/devices name': {
    ...{ kind: 'line', longest: 120 },
    write: ({ maker, makerId: organisationId }, name) => {
      const device = { serial: `NAUGHTY-${++made}`, model: 'iR5', organisationId, name }
      return json(maker, 'POST', '/v1/registry/devices', device)
    },
    shown: nameOf,
  },
  'PATCH /v1/registry/devices/{serial} name': deviceField('name', 'line', 120),
  'PATCH /v1/registry/devices/{serial} location': deviceField('location', 'optional line', 200),
  'PATCH /v1/registry/devices/{serial} notes': deviceField('notes', 'paragraph', 4000),
  'PATCH /v1/registry/devices/{serial} tags[]': {
    ...{ kind: 'tag', longest: 40 },
    write: ({ maker, serial }, text) => json(maker, 'PATCH', `/v1/registry/devices/${serial}`, { tags: [text] }),
    shown: (body) => (body.tags as string[])[0],
  },
  'POST /v1/organisations name': {
    ...{ kind: 'line', longest: 120 },
    write: ({ maker, organisationId: parentId }, name) =>
      json(maker, 'POST', '/v1/organisations', { parentId, kind: 'customer', name }),
    shown: nameOf,
  },
  'PATCH /v1/organisations/{id} name': {
    ...{ kind: 'line', longest: 120 },
    write: ({ maker, organisationId: id }, name) => json(maker, 'PATCH', `/v1/organisations/${id}`, { name }),
    shown: nameOf,
  },
  ...siteField('name', 'line', 120),
  ...siteField('address', 'optional line', 300),
  'PATCH /v1/people/{id} name': {
    ...{ kind: 'line', longest: 120 },
    write: ({ maker, personId }, name) => json(maker, 'PATCH', `/v1/people/${personId}`, { name }),
    shown: nameOf,
  },
}

const windowFields: Record<string, TextField> = {
  'POST /v1/maintenance-windows reason': {
    ...{ kind: 'line', longest: 300 },
    write: ({ maker, organisationId }, reason) => {
      const [startsAt, endsAt] = [1, 2].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString())
      const window = { organisationId, startsAt, endsAt, timeZone: 'UTC', reason }
      return json(maker, 'POST', '/v1/maintenance-windows', window)
    },
    shown: reasonOf,
  },
  'PATCH /v1/maintenance-windows/{id} reason': {
    ...{ kind: 'line', longest: 300 },
    write: ({ maker, windowId }, reason) => json(maker, 'PATCH', `/v1/maintenance-windows/${windowId}`, { reason }),
    shown: reasonOf,
  },
}

const alertFields: Record<string, TextField> = {
  'POST /v1/alerts/{id}/comments text': {
    ...{ kind: 'comment', longest: 2000 },
    isOneObject: true,
    write: async ({ maker, incidentId }, text) => {
      const answer = await json(maker, 'POST', `/v1/alerts/${incidentId}/comments`, { text })
      return answer.status < 300 ? maker.get(`/v1/alerts/${incidentId}`) : answer
    },
    shown: (body) =>
      (body.events as { id: number; text: string }[]).toSorted((one, other) => other.id - one.id)[0]?.text,
  },
}
Object.assign(textFields, windowFields, alertFields)

/** Strings that are no free text, each with what it may only be. */
export const otherStrings: Record<string, string> = {
  'PATCH /v1/maintenance-windows/{id} endsAt': 'moment',
  'PATCH /v1/maintenance-windows/{id} repeats': 'one of a few words',
  'PATCH /v1/maintenance-windows/{id} repeatsUntil': 'moment',
  'PATCH /v1/maintenance-windows/{id} startsAt': 'moment',
  'PATCH /v1/maintenance-windows/{id} timeZone': 'name of a time zone',
  'POST /v1/maintenance-windows endsAt': 'moment',
  'POST /v1/maintenance-windows repeats': 'one of a few words',
  'POST /v1/maintenance-windows repeatsUntil': 'moment',
  'POST /v1/maintenance-windows serial': 'serial number',
  'POST /v1/maintenance-windows startsAt': 'moment',
  'POST /v1/maintenance-windows timeZone': 'name of a time zone',
  'POST /v1/alert-rules/check id': 'name of a rule',
  'POST /v1/alert-rules/check place.device': 'serial number',
  'POST /v1/alert-rules/backtest id': 'name of a rule',
  'POST /v1/alert-rules/backtest replaces': 'name of a rule',
  'POST /v1/alert-rules/backtest place.device': 'serial number',
  'POST /v1/alert-rules/backtest model': 'name of a model',
  'POST /v1/alert-rules/backtest from': 'moment',
  'POST /v1/alert-rules/backtest to': 'moment',
  'POST /v1/alerts/bulk action': 'one of a few words',
  'POST /v1/alerts/bulk ids[]': 'UUID',
  'POST /v1/alerts/bulk text': 'a comment, as for one alert',
  'POST /v1/alerts/bulk until': 'moment',
  'POST /v1/alerts/{id}/shelve until': 'moment',
  'PUT /v1/me/notifications leastSeverity': 'one of a few words',
  'PUT /v1/me/notifications classes[]': 'one of a few words',
  'PUT /v1/me/notifications rules[]': 'name of a rule',
  'PUT /v1/me/notifications phone': 'phone number',
  'PUT /v1/me/notifications smsFrom': 'one of a few words',
  'PUT /v1/me/notifications atOnceFrom': 'one of a few words',
  'PUT /v1/me/notifications frequency': 'one of a few words',
  'PUT /v1/me/notifications dailyAt': 'time of the day',
  'PUT /v1/me/notifications timeZone': 'name of a time zone',
  'PUT /v1/me/notifications quietHours.from': 'time of the day',
  'PUT /v1/me/notifications quietHours.to': 'time of the day',
  'PUT /v1/me/notifications reminders': 'one of a few words',
  'POST /v1/session email': 'compared, never stored',
  'POST /v1/session password': 'secret',
  'POST /v1/session code': 'secret',
  'POST /v1/me/proof password': 'secret',
  'POST /v1/me/proof code': 'secret',
  'POST /v1/me/password password': 'secret',
  'POST /v1/me/second-factor/confirm code': 'digits',
  'POST /v1/registry/devices serial': 'serial number',
  'POST /v1/registry/devices model': 'name of a model',
  'POST /v1/registry/devices/{serial}/state state': 'one of a few words',
  'POST /v1/registry/claims serial': 'serial number',
  'POST /v1/registry/claims code': 'claim code',
  'POST /v1/registry/claims name': 'free text that a code is spent for: everywhere.test.ts',
  'POST /v1/registry/devices/{serial}/credentials kind': 'one of a few words',
  'POST /v1/registry/devices/{serial}/credentials certificatePem': 'certificate',
  'POST /v1/organisations kind': 'one of a few words',
  'POST /v1/sites kind': 'one of a few words',
  'POST /v1/sites timeZone': 'name of a time zone',
  'PATCH /v1/sites/{id} kind': 'one of a few words',
  'PATCH /v1/sites/{id} timeZone': 'name of a time zone',
  'PUT /v1/people/{id}/memberships/{organisationId} role': 'one of a few words',
  'POST /v1/invitations email': 'address of ASCII',
  'POST /v1/invitations role': 'one of a few words',
  'POST /v1/invitations/preview token': 'secret',
  'POST /v1/invitations/accept token': 'secret',
  'POST /v1/invitations/accept name': 'free text that a link is spent for: everywhere.test.ts',
  'POST /v1/invitations/accept password': 'secret',
  'POST /v1/invitations/accept code': 'secret',
  'POST /v1/password-resets email': 'address of ASCII',
  'POST /v1/password-resets/complete token': 'secret',
  'POST /v1/password-resets/complete password': 'secret',
}
