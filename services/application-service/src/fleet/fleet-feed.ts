import type { Database } from '@stellacontrol/database'
import { type MessagePayloads, MessageType } from '@stellacontrol/protocol'
import {
  type PartitionBatch,
  type Redis,
  readConnection,
  readStatuses,
  statusLog,
  subscribeMessage,
  tailTopic,
} from '@stellacontrol/redis'
import { backOffMs, describe, type Log, pause } from '@stellacontrol/runtime'
import type { FleetIndex } from './fleet-index.ts'
import type { AcceptedRates } from './fleet-summary.ts'
import { RegistryFeed } from './registry-feed.ts'

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
  private readonly registry: RegistryFeed

  constructor(options: FleetFeedOptions) {
    this.options = options
    this.registry = new RegistryFeed({
      ...options,
      readStatuses: (serials) => this.readStatuses(serials),
      readConnections: () => this.readConnections(),
    })
  }

  /** Runs until the signal aborts. `databaseIsPrepared` is awaited before the registry is read. */
  async run(databaseIsPrepared: Promise<void>): Promise<void> {
    const ticking = setInterval(() => this.options.index.tick(Date.now()), tickEveryMs)
    try {
      await Promise.all([
        databaseIsPrepared.then(() => this.registry.run()),
        this.followStatuses(),
        this.followConnections(),
      ])
    } finally {
      clearInterval(ticking)
    }
  }

  /**
   * Reads these devices from the registry into the index: they are as they are now when it resolves.
   * @throws when PostgreSQL is away
   */
  readDevices(serials: readonly string[]): Promise<void> {
    return this.registry.readDevices(serials)
  }

  /** True if a report of the device was ever accepted, as far as is known here. */
  wasHeardOf(serial: string): boolean {
    return this.options.index.get(serial)?.live !== undefined
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
    if (this.options.index.isLoaded) this.registry.noteChanged(serial)
  }

  private apply(serial: string, json: string, now: number): void {
    try {
      this.options.index.applyStatus(serial, json, now)
      this.registry.activateIfHeardOf(serial)
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
    const onChanged = ({ serialNumber }: MessagePayloads['DeviceActivated']) => this.registry.noteChanged(serialNumber)
    for (let failures = 0; !signal.aborted; ) {
      try {
        await redis.state.ready()
        await subscribeMessage({ type: MessageType.DeviceConnected, handler: onConnected, signal })
        await subscribeMessage({ type: MessageType.DeviceDisconnected, handler: onDisconnected, signal })
        await subscribeMessage({ type: MessageType.DeviceActivated, handler: onChanged, signal })
        redis.subscriber.onReconnect(() => this.registry.requestRefresh())
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
