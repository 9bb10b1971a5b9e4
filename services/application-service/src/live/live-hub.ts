import type { Redis } from '@stellacontrol/redis'
import { type FleetDevice, summaryOf } from '../fleet/fleet-device.ts'
import type { FleetFigures } from '../fleet/fleet-figures.ts'
import type { FleetView } from '../fleet/fleet-index.ts'
import type { Access } from '../session/access.ts'
import { closeCodes, type LiveConnection, type LiveSources } from './live-connection.ts'
import { StatusStore } from './status-store.ts'

/** How often news that had to wait is looked at again: the price of coalescing is at most this much added delay. */
const flushEveryMs = 25
const fleetEveryMs = 1_000

interface CachedSummary {
  revision: number
  json: string
}

/** Brings changes of the fleet index to the pages that watch. One set of timers for all of them. */
export class LiveHub implements AsyncDisposable {
  readonly connections = new Set<LiveConnection>()
  /** Counted for the metrics. */
  sentFlushes = 0
  skippedFlushes = 0
  private readonly index: FleetView
  private readonly statuses: StatusStore
  private readonly watchers = new Map<string, Set<LiveConnection>>()
  private readonly summaries = new Map<string, CachedSummary>()
  private readonly touched = new Set<LiveConnection>()
  private readonly timers: NodeJS.Timeout[]
  private readonly sources: LiveSources

  constructor(options: { index: FleetView; figures: FleetFigures; redis: Redis }) {
    const { figures } = options
    this.index = options.index
    this.statuses = new StatusStore(options.redis)
    this.sources = {
      summaryJson: (serial, access) => this.summaryJson(serial, access),
      statusMessage: (serial, access) => {
        const device = this.visibleDevice(serial, access)
        return device && this.statuses.messageOf(serial, device.registered.ownedSince)
      },
      fleetMessage: (access) => JSON.stringify({ type: 'fleet', fleet: figures.summary(access, Date.now()) }),
    }
    this.index.onChange((device, statusJson) => this.changed(device, statusJson))
    this.timers = [setInterval(() => this.flush(), flushEveryMs), setInterval(() => this.everySecond(), fleetEveryMs)]
  }

  add(connection: LiveConnection): void {
    this.connections.add(connection)
  }

  remove(connection: LiveConnection): void {
    if (!this.connections.delete(connection)) return
    this.touched.delete(connection)
    for (const serial of connection.statuses.serials) this.statuses.release(serial)
    this.unwatch(connection, connection.statuses.serials)
    this.unwatch(connection, connection.summaries.serials)
  }

  /**
   * Does what a page asked for, and sends the present state of it. Whoever may not see a device is sent nothing about it.
   * @throws `redis-unavailable`; what could not be read then is read and sent later
   */
  async request(connection: LiveConnection, message: Parameters<LiveConnection['request']>[0]): Promise<void> {
    const before = [...connection.summaries.serials, ...connection.statuses.serials]
    const { added, removed } = connection.request(message)
    for (const serial of added) this.statuses.hold(serial)
    for (const serial of removed) this.statuses.release(serial)
    this.unwatch(connection, before)
    this.watch(connection, connection.summaries.serials)
    this.watch(connection, connection.statuses.serials)
    this.touched.add(connection)
    this.flush()
    if (added.length > 0) await this.loadStatuses()
  }

  /** Notes that a connection has news of another kind. */
  touch(connection: LiveConnection): void {
    if (this.connections.has(connection)) this.touched.add(connection)
  }

  /** Sends what is due. Called when news has come in and is in the index. */
  flush(): void {
    const now = Date.now()
    for (const connection of this.touched) {
      if (!connection.isOpen) this.touched.delete(connection)
      const outcome = connection.flush(this.sources, now)
      if (outcome === 'sent') this.sentFlushes++
      if (outcome === 'behind') this.skippedFlushes++
      if (!connection.hasNews) this.touched.delete(connection)
    }
  }

  /** From now on the connection shows what its person may see now; it is told, because what it shows already may be too much. */
  setAccess(connection: LiveConnection, access: Access): void {
    if (connection.access === access) return
    connection.access = access
    connection.sendRightsChanged()
    for (const serial of connection.summaries.serials) connection.summaries.mark(serial)
    for (const serial of connection.statuses.serials) connection.statuses.mark(serial)
    connection.markFleet()
    if (connection.alerts.isWatching) connection.alerts.watch(true, Date.now())
    this.touched.add(connection)
  }

  closeSession(tokenHash: string): void {
    for (const connection of this.connections) {
      if (connection.tokenHash === tokenHash) connection.socket.close(closeCodes.policyViolation, 'signed out')
    }
  }

  /** The same session goes on under another token. */
  replaceSession(tokenHash: string, by: string): void {
    for (const connection of this.connections) {
      if (connection.tokenHash === tokenHash) connection.tokenHash = by
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.timers) clearInterval(timer)
    for (const { socket } of this.connections) socket.close(closeCodes.goingAway, 'the service stops')
  }

  private changed(device: FleetDevice, statusJson: string | undefined): void {
    const { serial } = device.registered
    const watching = this.watchers.get(serial)
    if (watching === undefined) return
    if (statusJson !== undefined) this.statuses.put(serial, statusJson)
    for (const connection of watching) {
      connection.summaries.mark(serial)
      if (statusJson !== undefined) connection.statuses.mark(serial)
      this.touched.add(connection)
    }
  }

  /** Reads what is watched in full and not known yet, and tells those who wait for it. */
  private async loadStatuses(): Promise<void> {
    for (const serial of await this.statuses.load()) {
      for (const connection of this.watchers.get(serial) ?? []) {
        connection.statuses.mark(serial)
        this.touched.add(connection)
      }
    }
    this.flush()
  }

  private everySecond(): void {
    this.markFleet()
    // Redis was away when somebody began to watch. While it stays away the next second tries again.
    if (this.statuses.isIncomplete) this.loadStatuses().catch(() => {})
  }

  private markFleet(): void {
    for (const connection of this.connections) {
      connection.markFleet()
      if (connection.watchesFleet) this.touched.add(connection)
    }
  }

  private watch(connection: LiveConnection, serials: Iterable<string>): void {
    for (const serial of serials) {
      const watching = this.watchers.get(serial)
      if (watching) watching.add(connection)
      else this.watchers.set(serial, new Set([connection]))
    }
  }

  private unwatch(connection: LiveConnection, serials: Iterable<string>): void {
    for (const serial of serials) {
      const watching = this.watchers.get(serial)
      watching?.delete(connection)
      if (watching?.size !== 0) continue
      this.watchers.delete(serial)
      this.summaries.delete(serial)
    }
  }

  private summaryJson(serial: string, access: Access): string | undefined {
    const device = this.visibleDevice(serial, access)
    if (device === undefined) return undefined
    const known = this.summaries.get(serial)
    if (known?.revision === device.revision) return known.json
    const json = JSON.stringify(summaryOf(device, this.index.areConnectionsKnown))
    this.summaries.set(serial, { revision: device.revision, json })
    return json
  }

  private visibleDevice(serial: string, access: Access): FleetDevice | undefined {
    return this.index.visibleTo(access).get(serial)
  }
}
