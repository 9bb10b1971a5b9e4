import { describe, type Log } from '@stellacontrol/runtime'
import { RedisConnection } from '../connection.ts'
import type { RawClient, RedisUrl } from '../dial.ts'

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

  constructor(options: { name: string; url: RedisUrl; log?: Log | undefined }) {
    this.logger = options.log
    this.connection = new RedisConnection({ ...options, functions: false })
    this.connection.onReady(async (client) => {
      const isReconnect = this.client !== undefined
      this.client = client
      await Promise.all([...this.subscriptions].map(([name, { deliver }]) => client.subscribe(name, deliver)))
      if (isReconnect) for (const hook of this.reconnectHooks) hook()
    })
  }

  /** Called after the connection was lost and everything is subscribed again. Returns how to stop that. */
  onReconnect(hook: () => void): () => void {
    this.reconnectHooks.add(hook)
    return () => this.reconnectHooks.delete(hook)
  }

  /** Subscribes; resolves when Redis has confirmed. Returns how to unsubscribe. */
  async subscribe(name: string, listener: ChannelListener): Promise<() => Promise<void>> {
    await this.connection.ready()
    const known = this.subscriptions.get(name)
    if (known) {
      known.listeners.add(listener)
    } else {
      const listeners = new Set([listener])
      const deliver: ChannelListener = (message, channel) => this.deliver(listeners, message, channel)
      this.subscriptions.set(name, { listeners, deliver })
      await this.client?.subscribe(name, deliver)
    }
    return () => this.unsubscribe(name, listener)
  }

  private async unsubscribe(name: string, listener: ChannelListener): Promise<void> {
    const subscription = this.subscriptions.get(name)
    subscription?.listeners.delete(listener)
    if (subscription?.listeners.size !== 0) return
    this.subscriptions.delete(name)
    // A connection that is going away takes its subscriptions with it.
    if (this.connection.isReady) await this.client?.unsubscribe(name).catch(() => undefined)
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
