import { type MessagePayloads, MessageType } from '@stellacontrol/protocol'
import {
  ConnectionRegistry,
  connectionLifeMs,
  isRedisUnavailable,
  type Redis,
  readConnection,
  subscribeMessage,
} from '@stellacontrol/redis'
import { backOffMs, type Log, messageOf, pause } from '@stellacontrol/runtime'

const prolongEveryMs = 60_000
const prolongBatch = 500

interface Held {
  close: (reason: string) => void
  /** Where the connection came from. */
  address: string | undefined
  /** Resolves to the connection's epoch; undefined while Redis could not be told. */
  epoch: Promise<number | undefined>
}

/** A newer connection ended one that was held here. */
type Takeover = (serial: string, from: string, to: string) => void

/**
 * The devices connected to this receiver. Announces connections and their ends, keeps their records alive, and closes a
 * connection here when the device has opened a newer one elsewhere. Redis being away delays announcements, never reports.
 */
export class DeviceConnections implements AsyncDisposable {
  private readonly held = new Map<string, Held>()
  private readonly registry: ConnectionRegistry
  private readonly redis: Redis
  private readonly log: Log
  private readonly onTakeover: Takeover
  private readonly stopping = new AbortController()

  constructor(options: { redis: Redis; log: Log; onTakeover: Takeover }) {
    this.redis = options.redis
    this.log = options.log
    this.onTakeover = options.onTakeover
    const { state, keys, instance } = options.redis
    this.registry = new ConnectionRegistry({ state, keys, receiver: instance })
  }

  /** Where the device's connection to this receiver came from. */
  addressOf(serial: string): string | undefined {
    return this.held.get(serial)?.address
  }

  get count(): number {
    return this.held.size
  }

  /** Begins to follow what other receivers announce. */
  async start(): Promise<void> {
    await subscribeMessage({
      type: MessageType.DeviceConnected,
      handler: (event) => this.yieldTo(event),
      signal: this.stopping.signal,
    })
    void this.prolongUntilStopped()
  }

  opened(serial: string, close: (reason: string) => void, address: string | undefined): void {
    const held: Held = { close, address, epoch: Promise.resolve(undefined) }
    this.held.set(serial, held)
    held.epoch = this.announce(serial, held)
  }

  /** The connection that was opened with this `close` has ended. */
  async closed(serial: string, close: (reason: string) => void, reason: string): Promise<void> {
    const held = this.held.get(serial)
    if (held?.close !== close) return
    this.held.delete(serial)
    const epoch = await held.epoch
    if (epoch === undefined) return
    try {
      await this.insist(() => this.registry.disconnected(serial, epoch, reason))
    } catch (error) {
      this.log.warn({ serial, error: messageOf(error) }, 'connection.end-not-announced')
    }
  }

  /** Resolves to undefined when the connection ended before Redis could be told. */
  private async announce(serial: string, held: Held): Promise<number | undefined> {
    try {
      return await this.insist(
        () => this.registry.connected(serial, held.address),
        () => this.held.get(serial) === held,
      )
    } catch (error) {
      this.log.warn({ serial, error: messageOf(error) }, 'connection.not-announced')
      return undefined
    }
  }

  /** Repeats while Redis is away, as long as a record lives and the receiver runs: afterwards nobody waits for the news. */
  private async insist<Result>(tell: () => Promise<Result>, isWanted = () => true): Promise<Result> {
    const giveUpAt = performance.now() + connectionLifeMs
    for (let attempt = 0; ; attempt++) {
      try {
        return await tell()
      } catch (error) {
        const isOver = this.stopping.signal.aborted || performance.now() > giveUpAt || !isWanted()
        if (isOver || !isRedisUnavailable(error)) throw error
        await pause(backOffMs(attempt), this.stopping.signal)
      }
    }
  }

  private async yieldTo(event: MessagePayloads['DeviceConnected']): Promise<void> {
    if (event.receiver === this.redis.instance) return
    const held = this.held.get(event.serialNumber)
    if (!held) return
    const epoch = await held.epoch
    if (epoch === undefined || event.epoch <= epoch) return
    if (held.address !== undefined && event.address !== undefined) {
      this.onTakeover(event.serialNumber, held.address, event.address)
    }
    held.close('connected elsewhere')
  }

  private async prolongUntilStopped(): Promise<void> {
    for (;;) {
      await pause(prolongEveryMs, this.stopping.signal)
      if (this.stopping.signal.aborted) return
      try {
        await this.prolong()
      } catch (error) {
        this.log.warn({ error: messageOf(error) }, 'connection.prolong-failed')
      }
    }
  }

  /** Prolongs all records; renews those that Redis lost, gives up connections that are newer elsewhere. */
  private async prolong(): Promise<void> {
    const connections = [...this.held]
    for (let start = 0; start < connections.length; start += prolongBatch) {
      const part = connections.slice(start, start + prolongBatch)
      const known = await Promise.all(part.map(async ([serial, { epoch }]) => ({ serial, epoch: (await epoch) ?? 0 })))
      for (const serial of await this.registry.prolong(known)) await this.restore(serial)
    }
  }

  private async restore(serial: string): Promise<void> {
    const held = this.held.get(serial)
    if (!held) return
    const record = await readConnection(this.redis.state, this.redis.keys, serial)
    if (record && record.receiver !== this.redis.instance) held.close('connected elsewhere')
    else if (record) held.epoch = Promise.resolve(record.epoch)
    else held.epoch = this.announce(serial, held)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopping.abort()
    await Promise.allSettled(
      [...this.held].map(([serial, { close }]) => this.closed(serial, close, 'receiver stopped')),
    )
  }
}
