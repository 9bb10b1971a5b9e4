import { describe, type Log, pause } from '@stellacontrol/runtime'
import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import type { LogSpecification } from './catalogue.ts'
import { compareIds } from './entry.ts'
import { wantedPartitions } from './wanted-partitions.ts'

/** A lease ends this long after its last renewal: a dead instance's partitions are free again after this time. */
const defaultLeaseMs = 6_000

/** A partition this instance may read now. Every time it is taken anew there is a new object. */
export interface OwnedPartition {
  partition: number
  epoch: number
  /** Id of the last entry that is done. */
  cursor: string
  /** How many owners before us lost their lease without moving the cursor. */
  stuckTakeovers: number
  /** performance.now() until which the lease surely holds. */
  heldUntil: number
}

export interface LeaseOptions {
  connection: RedisConnection
  keys: Keys
  log: LogSpecification
  reader: string
  owner: string
  leaseMs?: number
  logger?: Log | undefined
}

/**
 * Shares the partitions of a log among the living instances of one reader: each partition has one wanted owner and one
 * exclusive lease with an epoch.
 */
export class PartitionLeases implements AsyncDisposable {
  private readonly owned = new Map<number, OwnedPartition>()
  private readonly stopping = new AbortController()
  private readonly busy = new Set<number>()
  private readonly options: LeaseOptions
  private readonly leaseMs: number
  private readonly finished: Promise<void>
  private wanted: { members: string; partitions: Set<number> } | undefined

  constructor(options: LeaseOptions) {
    this.options = options
    this.leaseMs = options.leaseMs ?? defaultLeaseMs
    this.finished = this.keepLeases()
  }

  /** The partitions whose lease has enough time left to begin work on. */
  usable(): OwnedPartition[] {
    return [...this.owned.values()].filter((owned) => this.isUsable(owned))
  }

  isUsable(owned: OwnedPartition): boolean {
    return this.isOwned(owned) && owned.heldUntil - performance.now() > this.leaseMs / 4
  }

  /** True while nobody else can have the partition. */
  isHeld(owned: OwnedPartition | undefined): boolean {
    return owned !== undefined && this.isOwned(owned) && owned.heldUntil > performance.now()
  }

  /** True if this very hold has not ended, as far as we know. */
  isOwned(owned: OwnedPartition): boolean {
    return this.owned.get(owned.partition) === owned
  }

  /** Marks partitions as being worked on: they are not given back until `done`. */
  begin(partitions: readonly number[]): void {
    for (const partition of partitions) this.busy.add(partition)
  }

  done(partitions: readonly number[]): void {
    for (const partition of partitions) this.busy.delete(partition)
  }

  /** Forgets a hold that turned out to have ended. */
  lost(owned: OwnedPartition): void {
    if (this.isOwned(owned)) this.owned.delete(owned.partition)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping.abort()
    await this.finished
    await Promise.allSettled([...this.owned.values()].map((owned) => this.release(owned)))
    await this.membership(0).catch(() => undefined)
  }

  private async keepLeases(): Promise<void> {
    const { reader, log, logger } = this.options
    while (!this.stopping.signal.aborted) {
      try {
        await this.tick()
      } catch (error) {
        logger?.warn({ reader, log: log.name, error: describe(error) }, 'log.lease-failed')
      }
      await pause(this.leaseMs / 4, this.stopping.signal)
    }
  }

  private async tick(): Promise<void> {
    const wanted = this.wantedAmong(await this.membership(this.leaseMs))
    const isSurplus = ({ partition }: OwnedPartition) => !wanted.has(partition) && !this.busy.has(partition)
    await Promise.all([...this.owned.values()].filter(isSurplus).map((owned) => this.release(owned)))
    const toHold = new Set([...wanted, ...[...this.owned.keys()].filter((partition) => this.busy.has(partition))])
    await Promise.all([...toHold].map((partition) => this.take(partition)))
  }

  private wantedAmong(members: string[]): Set<number> {
    const { keys, owner } = this.options
    const joined = members.join('\n')
    if (this.wanted?.members !== joined) {
      this.wanted = { members: joined, partitions: wantedPartitions(keys.partitions, members, owner) }
    }
    return this.wanted.partitions
  }

  private async membership(lastsMs: number): Promise<string[]> {
    const { connection, keys, log, reader, owner } = this.options
    return (await connection.call('sc1_join', [keys.members(log.name, reader)], [owner, String(lastsMs)])) as string[]
  }

  private async take(partition: number): Promise<void> {
    const { connection, keys, log, reader, owner, logger } = this.options
    const known = this.owned.get(partition)
    const [askedAt, knownCursor] = [performance.now(), known?.cursor]
    const streamKeys = [keys.stream(log.name, partition), keys.readers(log.name, partition)]
    const values = [reader, owner, String(this.leaseMs), log.newReaderStarts]
    const reply = (await connection.call('sc1_lease', streamKeys, values)) as [number, number, string, number]
    const [isGranted, epoch, cursor, stuckTakeovers] = reply
    if (isGranted !== 1) {
      if (known) logger?.warn({ log: log.name, reader, partition }, 'log.lease-lost')
      this.owned.delete(partition)
      return
    }
    const heldUntil = askedAt + this.leaseMs
    // A failover can lose the end of the stream and our last commit with it; what is appended then may have older ids than ours.
    const hasRegressed = knownCursor !== undefined && compareIds(cursor, knownCursor) < 0
    if (known && this.isOwned(known) && known.epoch === epoch && !hasRegressed) {
      known.heldUntil = heldUntil
      known.stuckTakeovers = stuckTakeovers
    } else {
      this.owned.set(partition, { partition, epoch, cursor, stuckTakeovers, heldUntil })
      logger?.debug({ log: log.name, reader, partition, epoch, cursor }, 'log.partition-taken')
    }
  }

  private async release(owned: OwnedPartition): Promise<void> {
    const { connection, keys, log, reader, owner } = this.options
    this.lost(owned)
    const key = keys.readers(log.name, owned.partition)
    await connection.call('sc1_release', [key], [reader, owner, String(owned.epoch)])
  }
}
