import { backOffMs, CodedError, type Log, messageOf, pause } from '@stellacontrol/runtime'
import { within } from './deadline.ts'
import { dial } from './dial.ts'
import { loadFunctions } from './functions.ts'
import { bytesOf, InFlight } from './in-flight.ts'
import type { RawClient } from './raw-client.ts'
import { meansWrongServer, redisUnavailable } from './redis-errors.ts'
import type { RedisUrl } from './redis-url.ts'

export type RedisArgument = string | Buffer
/** Replies are as RESP says: bulk strings as Buffer where `buffers` was asked for, else as string. */
export type RedisReply = unknown

/** A connection that has commands in flight and has heard nothing for this long is taken for dead. */
const defaultReplyTimeoutMs = 5_000
/** Bounds of what waits for a slow server; beyond them commands are refused. */
const maximumCommands = 20_000
const maximumBytes = 64 * 1024 * 1024
/** Functions are loaded and channels subscribed within this time, or the connection is given up. */
const hooksDeadlineMs = 5_000
const tickMs = 500
/** An idle connection is asked for a sign of life this often: a subscriber would never notice a half-open link otherwise. */
const heartbeatMs = 2_000
/** How often it is checked that this is still the right server (see RawClient.isStillRight). */
const reviewEveryMs = 3_000
/** A connection that lasted this long was good: the next attempt comes at once. */
const stableAfterMs = 2_000
const maximumBackOffMs = 1_000
/** How long `ready` waits: for the first connection as long as servers take to start, later only over a blip. */
const firstConnectionMs = 10_000
const reconnectionMs = 2_000

export interface RedisConnectionOptions {
  name: string
  url: RedisUrl
  log?: Log | undefined
  replyTimeoutMs?: number
  /** Instead of the usual link, and without our Functions: for subscriptions. */
  dial?: typeof dial
}

/**
 * One connection that heals itself. A command never waits for a lost connection and is never sent twice by itself: it fails
 * at once with `redis-unavailable`, and the caller, who knows whether repeating is safe, decides. A half-open link is noticed
 * by missing replies, because the socket's own idle timer is refreshed by our writes (docs/decisions/0003-redis-client.md).
 */
export class RedisConnection implements AsyncDisposable {
  readonly name: string
  readonly url: RedisUrl
  private readonly log: Log | undefined
  private readonly replyTimeoutMs: number
  private readonly dial: typeof dial
  private readonly closing = new AbortController()
  private readonly readyHooks = new Set<(client: RawClient) => Promise<void>>()
  private readonly waiting = new Set<() => void>()
  private readonly inFlight = new InFlight()
  private readonly watchdog: NodeJS.Timeout
  private client: RawClient | undefined
  private loading: Promise<void> | undefined
  private wasReady = false
  private tickedAt = performance.now()
  private reviewedAt = performance.now()

  constructor(options: RedisConnectionOptions) {
    this.name = options.name
    this.url = options.url
    this.log = options.log
    this.replyTimeoutMs = options.replyTimeoutMs ?? defaultReplyTimeoutMs
    this.dial = options.dial ?? dial
    if (!options.dial) this.readyHooks.add((client) => loadFunctions(client))
    this.watchdog = setInterval(() => this.tick(), tickMs).unref()
    void this.keepConnected()
  }

  get isReady(): boolean {
    return this.client !== undefined
  }

  /** Runs `hook` on every new connection, before it serves commands; a hook that fails drops the connection. */
  onReady(hook: (client: RawClient) => Promise<void>): void {
    this.readyHooks.add(hook)
  }

  /**
   * Waits for a usable connection: 10 s for the first one, 2 s for a later one unless told otherwise.
   * @throws `redis-unavailable`
   */
  async ready(deadlineMs = this.wasReady ? reconnectionMs : firstConnectionMs): Promise<this> {
    if (!this.client && !this.closing.signal.aborted) {
      await new Promise<void>((resolve) => {
        const finish = () => {
          clearTimeout(timer)
          this.waiting.delete(finish)
          resolve()
        }
        const timer = setTimeout(finish, deadlineMs)
        this.waiting.add(finish)
      })
    }
    if (!this.client) throw redisUnavailable(`no connection to ${this.url.display} within ${deadlineMs} ms`)
    return this
  }

  /** Sends one command. `key` routes it on a Cluster; undefined = any node. */
  async command(key: string | undefined, args: RedisArgument[], options?: { buffers?: boolean }): Promise<RedisReply> {
    const client = this.client
    if (!client) throw redisUnavailable(this.url.display)
    const { inFlight } = this
    const bytes = bytesOf(args)
    // A single large command is let through when nothing else waits.
    if (inFlight.commands >= maximumCommands || (inFlight.commands > 0 && inFlight.bytes + bytes > maximumBytes)) {
      const detail = `${inFlight.commands} commands (${inFlight.bytes} bytes) to ${this.url.display} wait for a reply`
      throw new CodedError('redis-overloaded', detail)
    }
    const end = inFlight.begin(bytes)
    try {
      return await client.send(key, args, options?.buffers ?? false)
    } catch (error) {
      throw this.translate(error, client)
    } finally {
      end()
    }
  }

  /** Calls a Function of our library; loads the library first if the server turns out to have none. */
  async call(
    name: string,
    keys: string[],
    args: RedisArgument[],
    options?: { buffers?: boolean },
  ): Promise<RedisReply> {
    const command = ['FCALL', name, String(keys.length), ...keys, ...args]
    try {
      return await this.command(keys[0], command, options)
    } catch (error) {
      if (!messageOf(error).includes('Function not found') || !this.client) throw error
      await this.reloadFunctions(this.client)
      return this.command(keys[0], command, options)
    }
  }

  /** Drops the connection; a new one is made at once. For connections that turned out to be useless. */
  drop(reason: string): void {
    const client = this.client
    if (!client) return
    this.log?.warn({ connection: this.name, reason }, 'redis.connection-dropped')
    this.client = undefined
    client.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.closing.abort()
    clearInterval(this.watchdog)
    const client = this.client
    this.client = undefined
    this.tellWaiting()
    client?.destroy()
  }

  private async keepConnected(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        const lastedMs = await this.serveOneConnection(attempt)
        if (lastedMs > stableAfterMs) attempt = 0
      } catch (error) {
        this.log?.warn({ connection: this.name, attempt, error: messageOf(error) }, 'redis.connect-failed')
      }
      await pause(backOffMs(attempt, maximumBackOffMs), this.closing.signal)
    }
  }

  /** Opens a connection and returns when it has ended: how long it lasted. */
  private async serveOneConnection(attempt: number): Promise<number> {
    const client = await this.dial(this.url, this.name)
    try {
      await within(this.runHooks(client), hooksDeadlineMs, 'preparing the connection')
      if (this.closing.signal.aborted) return 0
      const beganAt = performance.now()
      this.reviewedAt = beganAt
      this.inFlight.forgive(beganAt)
      this.client = client
      this.wasReady = true
      this.log?.info({ connection: this.name, server: this.url.display, attempt }, 'redis.connected')
      this.tellWaiting()
      await client.ended
      if (!this.closing.signal.aborted) this.log?.warn({ connection: this.name }, 'redis.disconnected')
      return performance.now() - beganAt
    } finally {
      if (this.client === client) this.client = undefined
      client.destroy()
    }
  }

  private async runHooks(client: RawClient): Promise<void> {
    for (const hook of this.readyHooks) await hook(client)
  }

  private tellWaiting(): void {
    for (const tell of [...this.waiting]) tell()
  }

  /** Many commands may fail together after a failover; the library is loaded once for all of them. */
  private reloadFunctions(client: RawClient): Promise<void> {
    this.loading ??= within(loadFunctions(client), hooksDeadlineMs, 'loading Functions').finally(() => {
      this.loading = undefined
    })
    return this.loading
  }

  private tick(): void {
    const now = performance.now()
    const isLate = now - this.tickedAt > 4 * tickMs
    this.tickedAt = now
    // This process was stopped or busy: replies may lie in the socket, unread.
    if (isLate) this.inFlight.forgive(now)
    this.inFlight.mark(now)
    if (!this.client) return
    if (this.silentMs(now) > this.replyTimeoutMs) {
      this.drop(`no reply for ${this.replyTimeoutMs} ms with ${this.inFlight.commands} commands in flight`)
    } else if (this.inFlight.commands === 0 && now - this.inFlight.lastReplyAt > heartbeatMs) {
      this.command(undefined, ['PING']).catch(() => {})
    }
    if (now - this.reviewedAt > reviewEveryMs) void this.review(this.client, now)
  }

  /** One node answers in order, so any reply counts; of a Cluster every single node must answer. */
  private silentMs(now: number): number {
    if (this.inFlight.commands === 0) return 0
    return this.url.kind === 'cluster' ? this.inFlight.oldestMs(now) : now - this.inFlight.lastReplyAt
  }

  private async review(client: RawClient | undefined, now: number): Promise<void> {
    this.reviewedAt = now
    if (!client || (await client.isStillRight()) || this.client !== client) return
    this.drop('another server is the one to talk to now')
  }

  /** Server errors pass unchanged, except those that mean "this is no longer the server to talk to". */
  private translate(error: unknown, client: RawClient): unknown {
    if (error instanceof CodedError) return error
    const message = messageOf(error)
    if (!client.isServerError(error)) return redisUnavailable(message, error)
    if (!meansWrongServer(message)) return error
    const isDemoted = message.startsWith('READONLY') || message.startsWith('UNBLOCKED')
    if (isDemoted && this.client === client) this.drop('server is read-only, probably failed over')
    return redisUnavailable(message, error)
  }
}
