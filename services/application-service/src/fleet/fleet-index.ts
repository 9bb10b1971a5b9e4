import type { DeviceStatus } from '@stellacontrol/protocol'
import {
  type FleetDevice,
  isSameRegistration,
  type OpenConnection,
  presenceAt,
  type RegisteredDevice,
  searchTextOf,
} from './fleet-device.ts'
import { isNewer, liveStateOf } from './live-state.ts'

/** Told of every change that a summary shows; `statusJson` is there when a newer status is the reason. */
export type ChangeListener = (device: FleetDevice, statusJson: string | undefined) => void

/**
 * All devices of the installation with their latest state, in memory. It is filled from outside (registry, statuses,
 * connections) and decides nothing about where they come from. No I/O, no clock of its own.
 */
export class FleetIndex {
  private readonly devices = new Map<string, FleetDevice>()
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

  values(): IterableIterator<FleetDevice> {
    return this.devices.values()
  }

  serials(): string[] {
    return [...this.devices.keys()]
  }

  onChange(listener: ChangeListener): void {
    this.listeners.add(listener)
  }

  /** Makes the index hold exactly these devices. Returns the serials that are new to it and still without status. */
  replaceRegistry(registered: Iterable<RegisteredDevice>): string[] {
    const added: string[] = []
    const present = new Set<string>()
    for (const device of registered) {
      present.add(device.serial)
      const known = this.devices.get(device.serial)
      if (known) this.renew(known, device)
      else {
        this.devices.set(device.serial, newDevice(device))
        added.push(device.serial)
      }
    }
    for (const serial of this.devices.keys()) if (!present.has(serial)) this.devices.delete(serial)
    this.registryIsLoaded = true
    return added
  }

  private renew(device: FleetDevice, registered: RegisteredDevice): void {
    // An equal record is dropped: the one that is kept is old, and old memory costs the garbage collector nothing.
    if (isSameRegistration(device.registered, registered)) return
    device.registered = registered
    device.searchText = searchTextOf(registered)
    this.changed(device, undefined)
  }

  /**
   * Takes a status as JSON. Returns whether it was newer than the known one. A serial that is not registered changes nothing.
   * @throws SyntaxError if it is not JSON
   */
  applyStatus(serial: string, statusJson: string, now: number): boolean {
    const device = this.devices.get(serial)
    if (device === undefined) return false
    const status = JSON.parse(statusJson) as DeviceStatus
    if (!isNewer(status, device.live)) return false
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
