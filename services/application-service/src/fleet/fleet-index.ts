import type { DeviceStatus } from '@stellacontrol/protocol'
import {
  type FleetDevice,
  isOfEarlierOwner,
  isSameRegistration,
  type OpenConnection,
  presenceAt,
  type RegisteredDevice,
  searchTextOf,
} from './fleet-device.ts'
import { isNewer, liveStateOf } from './live-state.ts'

/** Told of every change that a summary shows; `statusJson` is there when a newer status is the reason. */
export type ChangeListener = (device: FleetDevice, statusJson: string | undefined) => void

/** Organisations whose devices somebody may see; undefined = all. */
export type VisibleOrganisations = ReadonlySet<number> | undefined

/** The devices that somebody may see. */
export interface VisibleFleet {
  get(serial: string): FleetDevice | undefined
  values(): Iterable<FleetDevice>
}

/** What serves people has of the index: no way to a device but through what the person may see. */
export type FleetView = Pick<FleetIndex, 'isLoaded' | 'areConnectionsKnown' | 'size' | 'onChange' | 'visibleTo'>

/**
 * All devices of the installation with their latest state, in memory. It is filled from outside (registry, statuses,
 * connections) and decides nothing about where they come from. No I/O, no clock of its own.
 */
export class FleetIndex {
  private readonly devices = new Map<string, FleetDevice>()
  /** The same devices: a customer's list does not look at everybody else's. */
  private readonly byOrganisation = new Map<number, Set<FleetDevice>>()
  private readonly listeners = new Set<ChangeListener>()
  private registryIsLoaded = false
  private connectionsAreKnown = false
  private nextPresenceChangeAt = Number.POSITIVE_INFINITY

  get size(): number {
    return this.devices.size
  }

  /** False until the registry was read once: an empty fleet and an unknown one are not the same. */
  get isLoaded(): boolean {
    return this.registryIsLoaded
  }

  /** True as soon as any receiver announced a connection. */
  get areConnectionsKnown(): boolean {
    return this.connectionsAreKnown
  }

  get(serial: string): FleetDevice | undefined {
    return this.devices.get(serial)
  }

  /** The devices of these organisations, and no way to any other. */
  visibleTo({ visible }: { visible: VisibleOrganisations }): VisibleFleet {
    if (visible === undefined) return { get: (serial) => this.devices.get(serial), values: () => this.devices.values() }
    return {
      get: (serial) => {
        const device = this.devices.get(serial)
        return device && visible.has(device.registered.organisation.id) ? device : undefined
      },
      values: () => this.valuesOf(visible),
    }
  }

  private *valuesOf(visible: ReadonlySet<number>): Generator<FleetDevice> {
    for (const id of visible) yield* this.byOrganisation.get(id) ?? []
  }

  serials(): string[] {
    return [...this.devices.keys()]
  }

  onChange(listener: ChangeListener): void {
    this.listeners.add(listener)
  }

  /**
   * Makes the index hold exactly these devices; those of `newer` stay as they are, because the index knows better. Returns the
   * serials that are new to it and still without status.
   */
  replaceRegistry(registered: Iterable<RegisteredDevice>, newer: ReadonlySet<string> = new Set()): string[] {
    const added: string[] = []
    const present = new Set<string>(newer)
    for (const device of registered) {
      present.add(device.serial)
      if (!newer.has(device.serial) && this.put(device)) added.push(device.serial)
    }
    for (const serial of this.devices.keys()) if (!present.has(serial)) this.remove(serial)
    this.registryIsLoaded = true
    return added
  }

  /** Takes over what the registry says of one device. True if it is new to the index and still without status. */
  put(registered: RegisteredDevice): boolean {
    const known = this.devices.get(registered.serial)
    if (known) {
      this.renew(known, registered)
      return false
    }
    const device = newDevice(registered)
    this.devices.set(registered.serial, device)
    this.own(device)
    return true
  }

  /** Forgets a device that is no longer in the registry. */
  remove(serial: string): void {
    const device = this.devices.get(serial)
    if (device === undefined) return
    this.devices.delete(serial)
    this.disown(device)
  }

  private own(device: FleetDevice): void {
    const { id } = device.registered.organisation
    const owned = this.byOrganisation.get(id)
    if (owned) owned.add(device)
    else this.byOrganisation.set(id, new Set([device]))
  }

  private disown(device: FleetDevice): void {
    const { id } = device.registered.organisation
    const owned = this.byOrganisation.get(id)
    owned?.delete(device)
    if (owned?.size === 0) this.byOrganisation.delete(id)
  }

  private renew(device: FleetDevice, registered: RegisteredDevice): void {
    // An equal record is dropped: the one that is kept is old, and old memory costs the garbage collector nothing.
    if (isSameRegistration(device.registered, registered)) return
    const moves = device.registered.organisation.id !== registered.organisation.id
    if (moves) this.disown(device)
    device.registered = registered
    if (moves) this.own(device)
    if (device.live && isOfEarlierOwner(registered, device.live.lastReportAt)) {
      device.live = undefined
      this.setPresence(device, 0)
    }
    device.searchText = searchTextOf(registered)
    this.changed(device, undefined)
  }

  /**
   * Takes a status as JSON. Returns whether it was newer than the known one. A serial that is not registered changes nothing, nor
   * does what a device reported before it was its present owner's.
   * @throws SyntaxError if it is not JSON
   */
  applyStatus(serial: string, statusJson: string, now: number): boolean {
    const device = this.devices.get(serial)
    if (device === undefined) return false
    const status = JSON.parse(statusJson) as DeviceStatus
    if (!isNewer(status, device.live) || isOfEarlierOwner(device.registered, Date.parse(status.receivedAt)))
      return false
    device.live = liveStateOf(status)
    this.setPresence(device, now)
    this.changed(device, statusJson)
    return true
  }

  /** Records who holds a device's connection; undefined = nobody. The end of an older connection changes nothing. */
  applyConnection(serial: string, connection: OpenConnection | undefined, endedEpoch?: number): void {
    this.connectionsAreKnown ||= connection !== undefined || endedEpoch !== undefined
    const device = this.devices.get(serial)
    if (device === undefined) return
    const known = device.connection
    if (connection === undefined) {
      if (known === undefined || (endedEpoch !== undefined && known.epoch > endedEpoch)) return
    } else if (known !== undefined && known.epoch >= connection.epoch) return
    device.connection = connection
    this.changed(device, undefined)
  }

  /** Finds the devices whose presence changed by nothing but time. Cheap: most calls look at one number. */
  tick(now: number): void {
    if (now < this.nextPresenceChangeAt) return
    this.nextPresenceChangeAt = Number.POSITIVE_INFINITY
    for (const device of this.devices.values()) {
      if (device.presenceChangesAt <= now) {
        const before = device.presence
        this.setPresence(device, now)
        if (device.presence !== before) this.changed(device, undefined)
      } else if (device.presenceChangesAt < this.nextPresenceChangeAt) {
        this.nextPresenceChangeAt = device.presenceChangesAt
      }
    }
  }

  private setPresence(device: FleetDevice, now: number): void {
    const { presence, changesAt } = presenceAt(device.live, now)
    device.presence = presence
    device.presenceChangesAt = changesAt
    if (changesAt < this.nextPresenceChangeAt) this.nextPresenceChangeAt = changesAt
  }

  private changed(device: FleetDevice, statusJson: string | undefined): void {
    device.revision++
    for (const listener of this.listeners) listener(device, statusJson)
  }
}

function newDevice(registered: RegisteredDevice): FleetDevice {
  return {
    registered,
    searchText: searchTextOf(registered),
    live: undefined,
    presence: 'never-seen',
    presenceChangesAt: Number.POSITIVE_INFINITY,
    connection: undefined,
    revision: 0,
  }
}
