import { createHash } from 'node:crypto'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import type { LogSpecification } from './catalogue.ts'

/** A lease ends this long after its last renewal: a dead instance's partitions are free again after this time. */
const leaseMs = 6_000
const renewEveryMs = 1_500
/** Work is not begun on a lease that has less than this left. */
const safetyMs = 1_500

/** A partition this instance may read now. */
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

/**
 * Shares the partitions of a log among the living instances of one reader: each partition has one wanted owner (rendezvous
 * hashing, so that little moves when an instance comes or goes) and one exclusive lease with an epoch.
 */
export class PartitionLeases implements AsyncDisposable {
  readonly owned = new Map<number, OwnedPartition>()
  private readonly stopping = new AbortController()
  private readonly busy = new Set<number>()
  private readonly connection: RedisConnection
  private readonly keys: Keys
  private readonly log: LogSpecification
  private readonly reader: string
  private readonly owner: string
  private readonly logger: Log | undefined
  private readonly finished: Promise<void>

  constructor(options: {
    connection: RedisConnection
    keys: Keys
    log: LogSpecification
    reader: string
    owner: string
    logger?: Log | undefined
  }) {
    this.connection = options.connection
    this.keys = options.keys
    this.log = options.log
    this.reader = options.reader
    this.owner = options.owner
    this.logger = options.logger
    this.finished = this.keepLeases()
  }

  /** The partitions whose lease has enough time left to begin work on. */
  usable(): OwnedPartition[] {
    const now = performance.now()
    return [...this.owned.values()].filter((partition) => partition.heldUntil - now > safetyMs)
  }

  /** Marks partitions as being worked on: they are not given back until `done`. */
  begin(partitions: readonly number[]): void {
    for (const partition of partitions) this.busy.add(partition)
  }

  done(partitions: readonly number[]): void {
    for (const partition of partitions) this.busy.delete(partition)
  }

  /** Forgets a partition whose lease turned out to be somebody else's. */
  lost(partition: number): void {
    this.owned.delete(partition)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping.abort()
    await this.finished
    await Promise.allSettled([...this.owned.values()].map((partition) => this.release(partition)))
    this.owned.clear()
    await this.membership(0).catch(() => undefined)
  }

  private async keepLeases(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.tick()
      } catch (error) {
        this.logger?.warn({ reader: this.reader, log: this.log.name, error: describe(error) }, 'log.lease-failed')
      }
      await pause(renewEveryMs, this.stopping.signal)
    }
  }

  private async tick(): Promise<void> {
    const members = await this.membership(leaseMs)
    const wanted = wantedPartitions(this.keys.partitions, members, this.owner)
    const surplus = [...this.owned.values()].filter(
      ({ partition }) => !wanted.has(partition) && !this.busy.has(partition),
    )
    await Promise.all(surplus.map((partition) => this.release(partition)))
    const toHold = new Set([...wanted, ...[...this.owned.keys()].filter((partition) => this.busy.has(partition))])
    await Promise.all([...toHold].map((partition) => this.take(partition)))
  }

  private async membership(lastsMs: number): Promise<string[]> {
    const key = this.keys.members(this.log.name, this.reader)
    return (await this.connection.call('sc1_join', [key], [this.owner, String(lastsMs)])) as string[]
  }

  private async take(partition: number): Promise<void> {
    const askedAt = performance.now()
    const reply = (await this.connection.call(
      'sc1_lease',
      [this.keys.stream(this.log.name, partition), this.keys.readers(this.log.name, partition)],
      [this.reader, this.owner, String(leaseMs), this.log.newReaderStarts],
    )) as [number, number, string, number]
    const known = this.owned.get(partition)
    if (reply[0] !== 1) {
      if (known) this.logger?.warn({ log: this.log.name, reader: this.reader, partition }, 'log.lease-lost')
      this.owned.delete(partition)
      return
    }
    const [, epoch, cursor, stuckTakeovers] = reply
    const heldUntil = askedAt + leaseMs
    if (known && known.epoch === epoch) {
      known.heldUntil = heldUntil
      known.stuckTakeovers = stuckTakeovers
    } else {
      this.owned.set(partition, { partition, epoch, cursor, stuckTakeovers, heldUntil })
      this.logger?.debug({ log: this.log.name, reader: this.reader, partition, epoch, cursor }, 'log.partition-taken')
    }
  }

  private async release({ partition, epoch }: OwnedPartition): Promise<void> {
    this.owned.delete(partition)
    const key = this.keys.readers(this.log.name, partition)
    await this.connection.call('sc1_release', [key], [this.reader, this.owner, String(epoch)])
  }
}

/**
 * The partitions that `owner` should hold among `members`: each partition goes to the member with the highest hash of the two
 * names [Thaler and Ravishankar 1998], but nobody gets more than its share, so that two instances share 16 as 8 and 8.
 */
export function wantedPartitions(partitions: number, members: readonly string[], owner: string): Set<number> {
  const everybody = members.includes(owner) ? members : [...members, owner].sort()
  const share = Math.ceil(partitions / everybody.length)
  const held = new Map(everybody.map((member) => [member, 0]))
  const wanted = new Set<number>()
  for (let partition = 0; partition < partitions; partition++) {
    const ranked = [...everybody].sort((left, right) => weight(right, partition) - weight(left, partition))
    const chosen = ranked.find((member) => (held.get(member) ?? 0) < share) ?? owner
    held.set(chosen, (held.get(chosen) ?? 0) + 1)
    if (chosen === owner) wanted.add(partition)
  }
  return wanted
}

function weight(member: string, partition: number): number {
  return createHash('sha1').update(`${member}\n${partition}`).digest().readUInt32BE(0)
}
