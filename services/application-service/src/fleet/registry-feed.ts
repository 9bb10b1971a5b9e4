import type { Database } from '@stellacontrol/database'
import { MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage, type Redis } from '@stellacontrol/redis'
import { backOffMs, describe, type Log, pause } from '@stellacontrol/runtime'
import { DeviceActivation } from './activate-devices.ts'
import type { FleetIndex } from './fleet-index.ts'
import { loadDevices, loadRegistry } from './load-registry.ts'

const registryEveryMs = 60_000
const registryAtMostEveryMs = 500
/** Devices are often changed by the hundred: their announcements ask for one reading, not for hundreds. */
const changesEveryMs = 200
const devicesPerRead = 5_000

export interface RegistryFeedOptions {
  index: FleetIndex
  redis: Redis
  database: Database
  log: Log
  signal: AbortSignal
  /** Told how every reading of the whole registry went. */
  onRegistry(error?: unknown): void
  onApplied(): void
  readStatuses(serials: readonly string[]): Promise<void>
  readConnections(): Promise<void>
}

/** Keeps the index in step with the registry in PostgreSQL: the whole of it every minute, and at once what was announced. */
export class RegistryFeed {
  private readonly options: RegistryFeedOptions
  /** Serials whose stored status was not read yet. */
  private readonly unread = new Set<string>()
  private refresh = new AbortController()
  /** Serials that were announced as changed, or heard of without being known. */
  private changed = new Set<string>()
  /** Serials that were read while a reading of the whole registry was under way, which may know less of them. */
  private readMeanwhile: Set<string> | undefined
  /** Readings of single devices, one after the other: what was read later is what holds. */
  private reading: Promise<void> = Promise.resolve()
  private readonly activation = new DeviceActivation()

  constructor(options: RegistryFeedOptions) {
    this.options = options
  }

  /** Runs until the signal aborts. */
  async run(): Promise<void> {
    const onActivated = (serials: readonly string[]) => announce(serials)
    await Promise.all([
      this.followRegistry(),
      this.followChanges(),
      this.activation.run({ ...this.options, onActivated }),
    ])
  }

  /** Asks for the registry to be read again now. */
  requestRefresh(): void {
    this.refresh.abort()
  }

  /** Asks for this device to be read again soon. */
  noteChanged(serial: string): void {
    this.changed.add(serial)
  }

  /** @throws when PostgreSQL or Redis is away; what was read until then is in the index */
  readDevices(serials: readonly string[]): Promise<void> {
    const reading = this.reading.then(() => this.readNow(serials))
    this.reading = reading.catch(() => {})
    return reading
  }

  activateIfHeardOf(serial: string): void {
    const device = this.options.index.get(serial)
    if (device?.registered.state === 'claimed' && device.live !== undefined) this.activation.note(serial)
  }

  private async readNow(serials: readonly string[]): Promise<void> {
    const { index, database, onApplied } = this.options
    for (let from = 0; from < serials.length; from += devicesPerRead) {
      const part = serials.slice(from, from + devicesPerRead)
      const registered = await loadDevices(database, part)
      const found = new Map(registered.map((device) => [device.serial, device]))
      for (const serial of part) {
        this.readMeanwhile?.add(serial)
        const device = found.get(serial)
        if (device === undefined) index.remove(serial)
        else if (index.put(device)) this.unread.add(serial)
        this.activateIfHeardOf(serial)
      }
    }
    onApplied()
    await this.readUnread()
  }

  private async followChanges(): Promise<void> {
    const { signal, log } = this.options
    while (!signal.aborted) {
      await pause(changesEveryMs, signal)
      if (this.changed.size === 0) continue
      const serials = [...this.changed]
      this.changed = new Set()
      try {
        await this.readDevices(serials)
      } catch (error) {
        log.warn({ devices: serials.length, error: describe(error) }, 'fleet.changes-failed')
        for (const serial of serials) this.changed.add(serial)
      }
    }
  }

  private async followRegistry(): Promise<void> {
    const { signal, log } = this.options
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.readRegistry()
        failures = 0
        await pause(registryAtMostEveryMs, signal)
        await pause(registryEveryMs, AbortSignal.any([signal, this.refresh.signal]))
      } catch (error) {
        this.options.onRegistry(error)
        log.warn({ failures, error: describe(error) }, 'fleet.registry-failed')
        await pause(backOffMs(failures++, 5_000), signal)
      }
    }
  }

  private async readRegistry(): Promise<void> {
    const { index, database, onRegistry, readConnections } = this.options
    this.refresh = new AbortController()
    const meanwhile = new Set<string>()
    this.readMeanwhile = meanwhile
    try {
      const registered = await loadRegistry(database)
      for (const serial of index.replaceRegistry(registered, meanwhile)) this.unread.add(serial)
    } finally {
      this.readMeanwhile = undefined
    }
    onRegistry()
    for (const serial of index.serials()) this.activateIfHeardOf(serial)
    await this.readUnread()
    await readConnections()
  }

  private async readUnread(): Promise<void> {
    const { redis, readStatuses } = this.options
    if (this.unread.size === 0) return
    await redis.state.ready()
    const serials = [...this.unread]
    await readStatuses(serials)
    for (const serial of serials) this.unread.delete(serial)
  }
}

async function announce(serials: readonly string[]): Promise<void> {
  for (const serialNumber of serials) {
    await publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber }) })
  }
}
