import {
  type DeviceChange,
  type DeviceLifeState,
  firstState,
  mayBecome,
  stateAfterHandover,
} from '@stellacontrol/protocol'
import { CodedError } from '@stellacontrol/runtime'
import { type Actor, recordAudit } from './audit.ts'
import { handOverCredentials } from './change-credentials.ts'
import type { Queries } from './database.ts'
import { addSecret } from './device-credentials.ts'
import { type DeviceRecord, findDeviceRecord, lockDeviceRecord } from './device-records.ts'
import { findOrganisation } from './organisations.ts'
import type { Scope } from './scope.ts'

/**
 * What people do with devices of the registry. Every function belongs into a transaction, records who did it, and throws a
 * CodedError with one of these codes where it cannot be done; nothing of the transaction must then stay.
 */
export type DeviceRefusal =
  | 'device-not-found'
  | 'organisation-not-found'
  | 'site-not-found'
  | 'serial-taken'
  | 'position-incomplete'
  | 'state-change-refused'

function refuse(code: DeviceRefusal, message: string): never {
  throw new CodedError(code, message)
}

export interface AddedDevice {
  serial: string
  model: string
  organisationId: number
  siteId: number | null
  name?: string | undefined
}

/**
 * Adds one device. With the manufacturer it is `manufactured` and can be claimed, with anybody else it is `claimed`.
 * @returns the device and its secret, which is not kept
 */
export async function addNewDevice(
  queries: Queries,
  scope: Scope,
  actor: Actor,
  device: AddedDevice,
): Promise<{ device: DeviceRecord; secret: string }> {
  const { serial, model, organisationId, siteId, name = serial } = device
  const organisation = await findOrganisation(queries, scope, organisationId)
  if (organisation === undefined) refuse('organisation-not-found', `no organisation ${organisationId}`)
  await requireSite(queries, organisationId, siteId)
  const [added] = await queries.query<{ id: number }>(
    `insert into device (serial, organisation_id, site_id, model, name, state) values ($1, $2, $3, $4, $5, $6)
     on conflict (serial) do nothing returning id`,
    [serial, organisationId, siteId, model, name, firstState(organisation.kind)],
  )
  if (added === undefined) refuse('serial-taken', `there is a device ${serial} already`)
  const secret = await addSecret(queries, added.id)
  const record = await requireDevice(findDeviceRecord(queries, scope, serial), serial)
  const after = { model, name, site: record.site?.name ?? null, state: record.state }
  await recordAudit(queries, actor, [eventOf(organisationId, 'device.added', serial, undefined, after)])
  return { device: record, secret }
}

/** Changes what people say of a device. A change that changes nothing is none. */
export async function editDevice(
  queries: Queries,
  scope: Scope,
  actor: Actor,
  serial: string,
  change: DeviceChange,
): Promise<DeviceRecord> {
  const before = await requireDevice(lockDeviceRecord(queries, scope, serial), serial)
  const { siteId = before.site?.id ?? null } = change
  const next = {
    name: change.name ?? before.name,
    location: change.location ?? before.location,
    latitude: change.latitude === undefined ? before.latitude : change.latitude,
    longitude: change.longitude === undefined ? before.longitude : change.longitude,
    tags: change.tags === undefined ? before.tags : [...new Set(change.tags)],
    notes: change.notes ?? before.notes,
  }
  if ((next.latitude === null) !== (next.longitude === null)) {
    refuse('position-incomplete', 'a position has a latitude and a longitude, or neither')
  }
  if (siteId !== (before.site?.id ?? null)) await requireSite(queries, before.organisation.id, siteId)
  await queries.execute(
    `update device set name = $2, site_id = $3, location = $4, latitude = $5, longitude = $6, tags = $7, notes = $8
     where id = $1`,
    [before.id, next.name, siteId, next.location, next.latitude, next.longitude, next.tags, next.notes],
  )
  const after = await requireDevice(findDeviceRecord(queries, scope, serial), serial)
  const difference = differenceOf(before, after)
  if (difference === undefined) return after
  const event = eventOf(before.organisation.id, 'device.changed', serial, difference.before, difference.after)
  await recordAudit(queries, actor, [event])
  return after
}

/** Suspends, activates again, revokes or retires a device. Asking for the state it is in changes nothing. */
export async function changeDeviceState(
  queries: Queries,
  scope: Scope,
  actor: Actor,
  serial: string,
  state: DeviceLifeState,
): Promise<DeviceRecord> {
  const before = await requireDevice(lockDeviceRecord(queries, scope, serial), serial)
  if (before.state === state) return before
  if (!mayBecome(before.state, state)) {
    refuse('state-change-refused', `a device that is ${before.state} cannot become ${state}`)
  }
  await queries.execute('update device set state = $2 where id = $1', [before.id, state])
  const event = eventOf(before.organisation.id, 'device.stateChanged', serial, { state: before.state }, { state })
  await recordAudit(queries, actor, [event])
  return requireDevice(findDeviceRecord(queries, scope, serial), serial)
}

/** Marks devices as active that were claimed and have now been heard of. Returns their serials; safe to repeat. */
export async function activateReportingDevices(queries: Queries, serials: readonly string[]): Promise<string[]> {
  const rows = await queries.query<{ serial: string; organisationId: number }>(
    `update device set state = 'active', activated_at = coalesce(activated_at, now())
     where serial = any($1) and state = 'claimed' returning serial, organisation_id as "organisationId"`,
    [serials],
  )
  const events = rows.map(({ serial, organisationId }) =>
    eventOf(organisationId, 'device.stateChanged', serial, { state: 'claimed' }, { state: 'active' }),
  )
  await recordAudit(queries, { userId: null, actor: 'its first report', address: null }, events)
  return rows.map(({ serial }) => serial)
}

export interface Handover {
  organisationId: number
  siteId: number | null
  /** The serial unless given: also the name is what the owner before called it. */
  name?: string | undefined
  wasHeardOf: boolean
}

/**
 * Gives a device to another organisation. What the owner before wrote about it stays behind: name, site, place, tags and notes.
 * Both are told, each in their own log and only of their own time: neither learns who the other is.
 */
export async function transferDevice(
  queries: Queries,
  scope: Scope,
  actor: Actor,
  serial: string,
  to: Handover,
): Promise<DeviceRecord> {
  const before = await requireDevice(lockDeviceRecord(queries, scope, serial), serial)
  const organisation = await findOrganisation(queries, scope, to.organisationId)
  if (organisation === undefined) refuse('organisation-not-found', `no organisation ${to.organisationId}`)
  const after = await handOver(queries, scope, actor, before, to)
  if (before.organisation.id === after.organisation.id) return after
  await recordAudit(queries, actor, [
    eventOf(before.organisation.id, 'device.transferred', serial, facts(before), undefined),
    eventOf(organisation.id, 'device.transferred', serial, undefined, facts(after)),
  ])
  return after
}

/** Moves the device and takes from its owner what they know of its secrets; who is told of the move is the caller's business. */
export async function handOver(
  queries: Queries,
  scope: Scope,
  actor: Actor,
  before: DeviceRecord,
  { organisationId, siteId, name = before.serial, wasHeardOf }: Handover,
): Promise<DeviceRecord> {
  await requireSite(queries, organisationId, siteId)
  if (before.organisation.id === organisationId) return before
  await handOverCredentials(queries, actor, before, organisationId)
  const state = stateAfterHandover(before.state, wasHeardOf)
  await queries.execute(
    `update device set organisation_id = $2, site_id = $3, name = $4, state = $5, location = '', latitude = null,
       longitude = null, tags = '{}', notes = '',
       activated_at = case when $5 = 'active' then coalesce(activated_at, now()) else activated_at end
     where id = $1`,
    [before.id, organisationId, siteId, name, state],
  )
  return requireDevice(findDeviceRecord(queries, scope, before.serial), before.serial)
}

/** What an audit event about a device says of it. */
export function facts({ name, model, state, organisation, site }: DeviceRecord) {
  return { name, model, state, organisation: organisation.name, site: site?.name ?? null }
}

export function eventOf(organisationId: number, action: string, serial: string, before: unknown, after: unknown) {
  return { organisationId, action, objectKind: 'device', objectId: serial, before, after }
}

async function requireDevice(found: Promise<DeviceRecord | undefined>, serial: string): Promise<DeviceRecord> {
  return (await found) ?? refuse('device-not-found', `no device ${serial}`)
}

async function requireSite(queries: Queries, organisationId: number, siteId: number | null): Promise<void> {
  if (siteId === null) return
  const sites = await queries.query('select id from site where id = $1 and organisation_id = $2', [
    siteId,
    organisationId,
  ])
  if (sites.length === 0) refuse('site-not-found', `no site ${siteId} of that organisation`)
}

const editable = ['name', 'site', 'location', 'latitude', 'longitude', 'tags', 'notes'] as const

/** The fields that differ, as they were and as they are; undefined if none does. */
function differenceOf(before: DeviceRecord, after: DeviceRecord) {
  const changed = editable.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
  if (changed.length === 0) return undefined
  const pick = (record: DeviceRecord) => Object.fromEntries(changed.map((field) => [field, record[field]]))
  return { before: pick(before), after: pick(after) }
}
