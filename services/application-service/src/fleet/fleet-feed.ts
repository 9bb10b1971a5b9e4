import type { Database } from '@stellacontrol/database'
import { type MessagePayloads, MessageType } from '@stellacontrol/protocol'
import {
  createMessage,
  type PartitionBatch,
  publishMessage,
  type Redis,
  readConnection,
  readStatuses,
  statusLog,
  subscribeMessage,
  tailTopic,
} from '@stellacontrol/redis'
import { backOffMs, describe, type Log, pause } from '@stellacontrol/runtime'
import { DeviceActivation } from './activate-devices.ts'
import type { FleetIndex } from './fleet-index.ts'
import type { AcceptedRates } from './fleet-summary.ts'
import { loadDevices, loadRegistry } from './load-registry.ts'

const registryEveryMs = 60_000
const registryAtMostEveryMs = 500
/** Devices are often changed by the hundred: their announcements ask for one reading, not for hundreds. */
const changesEveryMs = 200
const devicesPerRead = 5_000
/** An MGET of so many statuses is about half a megabyte. */
const statusesPerRead = 200
const connectionsPerRead = 500
const tickEveryMs = 1_000

export interface FleetFeedOptions {
  index: FleetIndex
  redis: Redis
  database: Database
  rates: AcceptedRates
  log: Log
  signal: AbortSignal
  onTailRead(): void
  onGap(): void
  /** Told how every reading of the registry went. */
  onRegistry(error?: unknown): void
  /** Told after everything one read brought is in the index. */
  onApplied(): void
}

/**
 * Keeps the fleet index true: the registry from PostgreSQL, statuses and connections from Redis. Each of them may be away; what
 * is known stays, and what was missed is read again.
 */
export class FleetFeed {
  private readonly options: FleetFeedOptions
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

  constructor(options: FleetFeedOptions) {
    this.options = options
  }

  /** Runs until the signal aborts. `databaseIsPrepared` is awaited before the registry is read. */
  async run(databaseIsPrepared: Promise<void>): Promise<void> {
    const ticking = setInterval(() => this.options.index.tick(Date.now()), tickEveryMs)
    try {
      await Promise.all([
        databaseIsPrepared.then(() => this.followRegistry()),
        databaseIsPrepared.then(() => this.followChanges()),
        databaseIsPrepared.then(() =>
          this.activation.run({ ...this.options, onActivated: (serials) => this.announce(serials) }),
        ),
        this.followStatuses(),
        this.followConnections(),
      ])
    } finally {
      clearInterval(ticking)
    }
  }

  /** Asks for the registry to be read again now. */
  requestRefresh(): void {
    this.refresh.abort()
  }

  /**
   * Reads these devices from the registry into the index: they are as they are now when it resolves.
   * @throws when PostgreSQL is away
   */
  readDevices(serials: readonly string[]): Promise<void> {
    const reading = this.reading.then(() => this.readNow(serials))
    this.reading = reading.catch(() => {})
    return reading
  }

  /** True if a report of the device was ever accepted, as far as is known here. */
  wasHeardOf(serial: string): boolean {
    return this.options.index.get(serial)?.live !== undefined
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
    if (this.unread.size > 0) await this.readStatuses([...this.unread])
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

  private async announce(serials: readonly string[]): Promise<void> {
    for (const serialNumber of serials) {
      await publishMessage({ message: createMessage(MessageType.DeviceActivated, { serialNumber }) })
    }
  }

  private activateIfHeardOf(serial: string): void {
    const device = this.options.index.get(serial)
    if (device?.registered.state === 'claimed' && device.live !== undefined) this.activation.note(serial)
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
    const { index, database, redis, onRegistry } = this.options
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
    if (this.unread.size > 0) await redis.state.ready()
    await this.readStatuses([...this.unread])
    await this.readConnections()
  }

  private async followStatuses(): Promise<void> {
    const { redis, signal, index, onTailRead, onGap } = this.options
    await tailTopic({
      redis,
      log: statusLog,
      name: 'fleet',
      signal,
      onRead: onTailRead,
      onEntries: (batches) => this.applyEntries(batches),
      onGap: async (partitions) => {
        onGap()
        const missed = new Set(partitions)
        await redis.state.ready()
        await this.readStatuses(index.serials().filter((serial) => missed.has(redis.keys.partitionOf(serial))))
      },
    })
  }

  /** Of several statuses of one device in one read only the newest is looked at. */
  private applyEntries(batches: PartitionBatch[]): void {
    const { index, rates, onApplied } = this.options
    const now = Date.now()
    const newest = new Map<string, Buffer>()
    for (const { entries } of batches) {
      for (const { serial, fields } of entries) {
        const organisationId = index.get(serial)?.registered.organisation.id
        if (organisationId === undefined) this.meetUnknownDevice(serial)
        else rates.count(organisationId, now)
        const json = fields.get('m')
        if (json) newest.set(serial, json)
      }
    }
    for (const [serial, json] of newest) this.apply(serial, json.toString(), now)
    onApplied()
  }

  /** Before the first reading every device is unknown. */
  private meetUnknownDevice(serial: string): void {
    if (this.options.index.isLoaded) this.changed.add(serial)
  }

  private apply(serial: string, json: string, now: number): void {
    try {
      this.options.index.applyStatus(serial, json, now)
      this.activateIfHeardOf(serial)
    } catch (error) {
      this.options.log.error({ serial, error: describe(error) }, 'fleet.status-unreadable')
    }
  }

  private async readStatuses(serials: readonly string[]): Promise<void> {
    const { redis, signal, onApplied } = this.options
    for (let from = 0; from < serials.length && !signal.aborted; from += statusesPerRead) {
      const part = serials.slice(from, from + statusesPerRead)
      const statuses = await readStatuses(redis.state, redis.keys, part)
      const now = Date.now()
      for (const [position, serial] of part.entries()) {
        const json = statuses[position]
        if (json !== undefined) this.apply(serial, json, now)
        this.unread.delete(serial)
      }
      onApplied()
    }
  }

  private async followConnections(): Promise<void> {
    const { redis, signal, log } = this.options
    const onConnected = (event: MessagePayloads['DeviceConnected']) => {
      this.options.index.applyConnection(event.serialNumber, { epoch: event.epoch, since: Date.parse(event.at) })
      this.options.onApplied()
    }
    const onDisconnected = ({ serialNumber, epoch }: MessagePayloads['DeviceDisconnected']) => {
      this.options.index.applyConnection(serialNumber, undefined, epoch)
      this.options.onApplied()
    }
    const onChanged = ({ serialNumber }: MessagePayloads['DeviceActivated']) => void this.changed.add(serialNumber)
    for (let failures = 0; !signal.aborted; ) {
      try {
        await redis.state.ready()
        await subscribeMessage({ type: MessageType.DeviceConnected, handler: onConnected, signal })
        await subscribeMessage({ type: MessageType.DeviceDisconnected, handler: onDisconnected, signal })
        await subscribeMessage({ type: MessageType.DeviceActivated, handler: onChanged, signal })
        redis.subscriber.onReconnect(() => this.requestRefresh())
        return
      } catch (error) {
        log.warn({ failures, error: describe(error) }, 'fleet.subscribe-failed')
        await pause(backOffMs(failures++), signal)
      }
    }
  }

  /** Records also end without an announcement: when their receiver died, they expire. */
  private async readConnections(): Promise<void> {
    const { index, redis, signal, onApplied } = this.options
    const serials = index.serials()
    for (let from = 0; from < serials.length && !signal.aborted; from += connectionsPerRead) {
      const part = serials.slice(from, from + connectionsPerRead)
      const before = part.map((serial) => index.get(serial)?.connection)
      const records = await Promise.all(part.map((serial) => readConnection(redis.state, redis.keys, serial)))
      for (const [position, serial] of part.entries()) {
        const record = records[position]
        // A connection that was announced while this was read is newer than the reading.
        const isUnchanged = index.get(serial)?.connection === before[position]
        if (record) index.applyConnection(serial, { epoch: record.epoch, since: Date.parse(record.connectedAt) })
        else if (isUnchanged && before[position]) index.applyConnection(serial, undefined)
      }
      onApplied()
    }
  }
}
