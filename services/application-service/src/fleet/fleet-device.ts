import {
  type DeviceDetail,
  type DeviceLifeState,
  type DeviceSummary,
  defaultIntervalSeconds,
  offlineAfterMs,
  type Presence,
  presenceOf,
  staleAfterIntervals,
} from '@stellacontrol/protocol'
import type { LiveState } from './live-state.ts'

/** What the registry says of a device. Organisations and sites are shared objects, one per organisation and site. */
export interface RegisteredDevice {
  serial: string
  name: string
  model: string
  organisation: { id: number; name: string }
  /** Epoch ms: since when it has been theirs; null = from its beginning. */
  ownedSince: number | null
  site: RegisteredSite | null
  state: DeviceLifeState
  tags: readonly string[]
  /** Epoch ms. */
  createdAt: number
}

export interface RegisteredSite {
  id: number
  name: string
  timeZone: string
  address: string | null
  latitude: number | null
  longitude: number | null
}

export interface OpenConnection {
  epoch: number
  /** Epoch ms. */
  since: number
}

/** One device in the fleet index. */
export interface FleetDevice {
  registered: RegisteredDevice
  /** Lower case: what a search looks through. */
  searchText: string
  live: LiveState | undefined
  presence: Presence
  /** Epoch ms from which another presence holds if no report comes; Infinity = never by itself. */
  presenceChangesAt: number
  connection: OpenConnection | undefined
  /** Grows with every change that a summary shows. */
  revision: number
}

export function searchTextOf({ serial, name, site, organisation, tags }: RegisteredDevice): string {
  return [serial, name, site?.name ?? '', organisation.name, ...tags].join('\n').toLowerCase()
}

/** True of what a device reported while it was somebody else's: its present owner is not shown it. `receivedAt` in epoch ms. */
export function isOfEarlierOwner({ ownedSince }: RegisteredDevice, receivedAt: number): boolean {
  return ownedSince !== null && receivedAt < ownedSince
}

/** True if both say the same of a device. */
export function isSameRegistration(left: RegisteredDevice, right: RegisteredDevice): boolean {
  return (
    left.name === right.name &&
    left.model === right.model &&
    left.createdAt === right.createdAt &&
    left.state === right.state &&
    left.tags.join() === right.tags.join() &&
    left.organisation.id === right.organisation.id &&
    left.organisation.name === right.organisation.name &&
    left.ownedSince === right.ownedSince &&
    isSameSite(left.site, right.site)
  )
}

function isSameSite(left: RegisteredSite | null, right: RegisteredSite | null): boolean {
  if (left === null || right === null) return left === right
  return (
    left.id === right.id &&
    left.name === right.name &&
    left.timeZone === right.timeZone &&
    left.address === right.address &&
    left.latitude === right.latitude &&
    left.longitude === right.longitude
  )
}

/** The presence at `now`, and until when it holds if nothing is heard. Pure. */
export function presenceAt(live: LiveState | undefined, now: number): { presence: Presence; changesAt: number } {
  if (live === undefined) return { presence: 'never-seen', changesAt: Number.POSITIVE_INFINITY }
  const intervalSeconds = live.intervalSeconds ?? defaultIntervalSeconds
  const presence = presenceOf(live.lastReportAt, intervalSeconds, now, live.mode === 'live')
  if (presence === 'offline') return { presence, changesAt: Number.POSITIVE_INFINITY }
  const staleAt = live.lastReportAt + intervalSeconds * staleAfterIntervals * 1000
  const offlineAt = live.lastReportAt + offlineAfterMs
  // The limits themselves still belong to the earlier presence.
  return { presence, changesAt: (presence === 'stale' ? offlineAt : Math.min(staleAt, offlineAt)) + 1 }
}

/**
 * A row of the fleet table. `areConnectionsKnown` is false where no receiver of this installation announces connections (an
 * external broker): `connected` is then null, not false.
 */
export function summaryOf(device: FleetDevice, areConnectionsKnown: boolean): DeviceSummary {
  const { registered, live, presence, connection } = device
  const { serial, name, model, organisation, site, state, tags } = registered
  return {
    serial,
    name,
    model,
    organisation,
    site: site && { id: site.id, name: site.name, timeZone: site.timeZone },
    firmwareVersion: live?.firmwareVersion ?? null,
    presence,
    connected: areConnectionsKnown ? connection !== undefined : null,
    lastReportAt: live === undefined ? null : new Date(live.lastReportAt).toISOString(),
    mode: live?.mode ?? null,
    intervalSeconds: live?.intervalSeconds ?? null,
    severity: live?.severity ?? 'normal',
    findings: live === undefined ? [] : [...live.findings],
    boardCelsius: live?.boardCelsius ?? null,
    worstBand: live?.worstBand ?? null,
    minimumIsolationMarginDb: live?.minimumIsolationMarginDb ?? null,
    bands: live?.bands ?? [],
    state,
    tags: [...tags],
  }
}

export function detailOf(device: FleetDevice, areConnectionsKnown: boolean): DeviceDetail {
  const { registered, connection } = device
  return {
    ...summaryOf(device, areConnectionsKnown),
    site: registered.site,
    createdAt: new Date(registered.createdAt).toISOString(),
    connectedSince: connection === undefined ? null : new Date(connection.since).toISOString(),
  }
}
