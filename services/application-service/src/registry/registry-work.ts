import {
  type Database,
  type DeviceRecord,
  findDeviceRecord,
  findOrganisation,
  type Scope,
  type Transaction,
  withScope,
} from '@stellacontrol/database'
import { MessageType, type Permission, type RegistryDeviceView } from '@stellacontrol/protocol'
import { createMessage, publishMessage } from '@stellacontrol/redis'
import { CodedError, describe } from '@stellacontrol/runtime'
import type { Application } from '../application.ts'
import type { RegisteredDevice } from '../fleet/fleet-device.ts'
import type { ErrorCode } from '../http/error-codes.ts'
import { ApiProblem } from '../http/problem.ts'
import { type Access, requirePermission } from '../session/access.ts'

/** What the database says of a change that cannot be, as the API says it; false = without the words, which name ids. */
const refusals: Record<string, { code: ErrorCode; isDetailed: boolean }> = {
  'device-not-found': { code: 'device-not-found', isDetailed: false },
  'organisation-not-found': { code: 'organisation-not-found', isDetailed: false },
  'site-not-found': { code: 'site-not-found', isDetailed: false },
  'serial-taken': { code: 'serial-taken', isDetailed: false },
  'position-incomplete': { code: 'request-invalid', isDetailed: true },
  'state-change-refused': { code: 'state-change-refused', isDetailed: true },
}

/** Runs `work` in a transaction of this scope; what the registry refuses becomes a problem. */
export async function inRegistry<Result>(
  database: Database,
  scope: Scope,
  work: (queries: Transaction) => Promise<Result>,
  limits: { statementTimeoutMs?: number } = {},
): Promise<Result> {
  try {
    return await withScope(database, scope, work, limits)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '23505') throw new ApiProblem('serial-taken')
    const refusal = error instanceof CodedError ? refusals[error.code] : undefined
    if (refusal === undefined || error instanceof ApiProblem) throw error
    const detail = refusal.isDetailed ? (error as Error).message : undefined
    throw new ApiProblem(refusal.code, detail, { cause: error })
  }
}

/**
 * The device, if the caller may see it and may do this with it.
 * @throws ApiProblem `device-not-found`, `forbidden`
 */
export async function findOwnDevice(
  queries: Transaction,
  access: Access,
  serial: string,
  permission: Permission = 'read',
): Promise<DeviceRecord> {
  const device = await findDeviceRecord(queries, access.scope, serial)
  if (device === undefined) throw new ApiProblem('device-not-found')
  requirePermission(access, permission, device.organisation.id)
  return device
}

/** @throws ApiProblem `organisation-not-found` if the caller may not see it, `forbidden` */
export async function requireOrganisation(
  queries: Transaction,
  access: Access,
  organisationId: number,
  permission: Permission,
): Promise<void> {
  const organisation = await findOrganisation(queries, access.scope, organisationId)
  if (organisation === undefined) throw new ApiProblem('organisation-not-found')
  requirePermission(access, permission, organisationId)
}

/** So many announcements are on their way to Redis at once. */
const announcementsAtOnce = 500

/**
 * Brings a change to the index here at once and to every other instance by the bus. It is committed already: if the news does not get
 * through, the next reading of the whole registry brings it.
 */
export async function announceDevices({ feed, log }: Application, serials: readonly string[]): Promise<void> {
  for (const outcome of await Promise.allSettled([feed.readDevices(serials), publish(serials)])) {
    if (outcome.status === 'fulfilled') continue
    log.warn({ devices: serials.length, error: describe(outcome.reason) }, 'registry.announcement-failed')
  }
}

/** So many devices learn at once that their site or organisation has another name; where there are more, within a minute. */
const announcedTogether = 5_000

/** Announces the devices that the person may see and that match. */
export function announceWhere(
  application: Application,
  access: Access,
  matches: (registered: RegisteredDevice) => boolean,
): Promise<void> {
  const devices = [...application.index.visibleTo(access).values()].filter(({ registered }) => matches(registered))
  return announceDevices(
    application,
    devices.slice(0, announcedTogether).map(({ registered }) => registered.serial),
  )
}

async function publish(serials: readonly string[]): Promise<void> {
  for (let from = 0; from < serials.length; from += announcementsAtOnce) {
    const part = serials.slice(from, from + announcementsAtOnce)
    await Promise.all(
      part.map((serialNumber) =>
        publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber }) }),
      ),
    )
  }
}

/** True if a report of the device was ever accepted. */
export function wasHeardOf({ feed }: Application, serial: string): boolean {
  return feed.wasHeardOf(serial)
}

export function viewOf(device: DeviceRecord): RegistryDeviceView {
  const { id: _, ...shown } = device
  return {
    ...shown,
    stateChangedAt: new Date(device.stateChangedAt).toISOString(),
    createdAt: new Date(device.createdAt).toISOString(),
    activatedAt: device.activatedAt === null ? null : new Date(device.activatedAt).toISOString(),
  }
}
