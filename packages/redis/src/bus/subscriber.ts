import { describe, type Log } from '@stellacontrol/runtime'
import { RedisConnection } from '../connection.ts'
import { dialSubscriber } from '../dial.ts'
import type { RawClient } from '../raw-client.ts'
import type { RedisUrl } from '../redis-url.ts'

export type ChannelListener = (message: string, channel: string) => void

interface Subscription {
  listeners: Set<ChannelListener>
  deliver: ChannelListener
}

/**
 * Live subscriptions of one process over one connection, to channels or (`…*`) patterns. Publish/subscribe is a hint, not the
 * truth: what was published while the connection was away is gone, so whoever needs the newest state re-reads it in
 * `onReconnect`.
 */
export class Subscriber implements AsyncDisposable {
  private readonly connection: RedisConnection
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly reconnectHooks = new Set<() => void>()
  private readonly logger: Log | undefined
  private client: RawClient | undefined
  /** Subscribing and unsubscribing happen one after the other, so that Redis and this map cannot disagree. */
  private changes: Promise<void> = Promise.resolve()

  constructor(options: { name: string; url: RedisUrl; log?: Log | undefined }) {
    this.logger = options.log
    this.connection = new RedisConnection({ ...options, dial: dialSubscriber })
    this.connection.onReady(async (client) => {
      const isReconnect = this.client !== undefined
      await Promise.all([...this.subscriptions].map(([name, { deliver }]) => client.subscribe(name, deliver)))
      this.client = client
      // The connection counts as usable only after this hook has returned.
      if (isReconnect) setImmediate(() => this.tellReconnected())
    })
  }

  /** Called after the connection was lost and everything is subscribed again. Returns how to stop that. */
  onReconnect(hook: () => void): () => void {
    this.reconnectHooks.add(hook)
    return () => this.reconnectHooks.delete(hook)
  }

  /**
   * Subscribes; resolves when Redis has confirmed. Returns how to unsubscribe.
   * @throws `redis-unavailable` when there is no connection; then nothing is subscribed
   */
  async subscribe(name: string, listener: ChannelListener): Promise<() => Promise<void>> {
    await this.connection.ready()
    await this.inTurn(() => this.add(name, listener))
    return () => this.inTurn(() => this.remove(name, listener))
  }

  private async add(name: string, listener: ChannelListener): Promise<void> {
    const known = this.subscriptions.get(name)
    if (known) return void known.listeners.add(listener)
    const listeners = new Set([listener])
    const deliver: ChannelListener = (message, channel) => this.deliver(listeners, message, channel)
    this.subscriptions.set(name, { listeners, deliver })
    const client = this.client
    try {
      await client?.subscribe(name, deliver)
    } catch {
      // The connection went away meanwhile. Subscribing twice on the new one is subscribing once.
      await this.subscribeAnew(name, deliver)
    }
  }

  private async subscribeAnew(name: string, deliver: ChannelListener): Promise<void> {
    try {
      await this.connection.ready()
      await this.client?.subscribe(name, deliver)
    } catch (error) {
      this.subscriptions.delete(name)
      throw error
    }
  }

  private async remove(name: string, listener: ChannelListener): Promise<void> {
    const subscription = this.subscriptions.get(name)
    subscription?.listeners.delete(listener)
    if (subscription?.listeners.size !== 0) return
    this.subscriptions.delete(name)
    // A connection that is away has no subscriptions, and the next one subscribes what is in the map.
    if (this.connection.isReady) await this.client?.unsubscribe(name).catch(() => undefined)
  }

  private inTurn(change: () => Promise<void>): Promise<void> {
    const result = this.changes.then(change)
    this.changes = result.catch(() => undefined)
    return result
  }

  private tellReconnected(): void {
    for (const hook of this.reconnectHooks) {
      try {
        hook()
      } catch (error) {
        this.logger?.error({ error: describe(error) }, 'bus.reconnect-hook-failed')
      }
    }
  }

  private deliver(listeners: Set<ChannelListener>, message: string, channel: string): void {
    for (const listener of listeners) {
      try {
        listener(message, channel)
      } catch (error) {
        this.logger?.error({ channel, error: describe(error) }, 'bus.listener-failed')
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.connection[Symbol.asyncDispose]()
  }
}
