import { backOffMs, CodedError, type Log, messageOf, pause } from '@stellacontrol/runtime'
import { dial, type RawClient, type RedisUrl } from './dial.ts'
import { loadFunctions } from './functions.ts'

export type RedisArgument = string | Buffer
/** Replies are as RESP says: bulk strings as Buffer where `buffers` was asked for, else as string. */
export type RedisReply = unknown

/** A connection that has commands in flight and has heard nothing for this long is taken for dead. */
const replyTimeoutMs = 5_000
/** Bounds memory while a server is slow: more commands than this in flight are refused. */
const maximumInFlight = 20_000

/** Thrown when there is no usable connection. Whether a command that was in flight took effect is unknown. */
export function redisUnavailable(detail: string, cause?: unknown): CodedError {
  return new CodedError('redis-unavailable', `Redis is not reachable: ${detail}`, { cause })
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
  private readonly closing = new AbortController()
  private readonly readyHooks = new Set<(client: RawClient) => Promise<void>>()
  private client: RawClient | undefined
  private readonly waiting = new Set<() => void>()
  private inFlight = 0
  private lastReplyAt = 0
  private readonly watchdog: NodeJS.Timeout

  constructor(options: {
    name: string
    url: RedisUrl
    log?: Log | undefined
    replyTimeoutMs?: number
    functions?: boolean
  }) {
    this.name = options.name
    this.url = options.url
    this.log = options.log
    this.replyTimeoutMs = options.replyTimeoutMs ?? replyTimeoutMs
    if (options.functions !== false) this.readyHooks.add((client) => loadFunctions(client))
    this.watchdog = setInterval(() => this.checkReplies(), 500).unref()
    void this.keepConnected()
  }

  get isReady(): boolean {
    return this.client !== undefined
  }

  /** Runs `hook` on every new connection, before it serves commands; a hook that fails drops the connection. */
  onReady(hook: (client: RawClient) => Promise<void>): void {
    this.readyHooks.add(hook)
  }

  /** Waits for a usable connection. @throws `redis-unavailable` after `deadlineMs`. */
  async ready(deadlineMs = 10_000): Promise<this> {
    if (this.client) return this
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), deadlineMs)
    while (!this.client && !deadline.signal.aborted && !this.closing.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve)
        deadline.signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    clearTimeout(timer)
    if (!this.client) throw redisUnavailable(`no connection to ${this.url.display} within ${deadlineMs} ms`)
    return this
  }

  /** Sends one command. `key` routes it on a Cluster; undefined = any node. */
  async command(key: string | undefined, args: RedisArgument[], options?: { buffers?: boolean }): Promise<RedisReply> {
    const client = this.client
    if (!client) throw redisUnavailable(this.url.display)
    if (this.inFlight >= maximumInFlight) {
      throw new CodedError('redis-overloaded', `${this.inFlight} commands to ${this.url.display} wait for a reply`)
    }
    if (this.inFlight === 0) this.lastReplyAt = performance.now()
    this.inFlight++
    try {
      return await client.send(key, args, options?.buffers ?? false)
    } catch (error) {
      throw this.translate(error, client)
    } finally {
      this.inFlight--
      this.lastReplyAt = performance.now()
    }
  }

  /** Calls a Function of our library. */
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
      await loadFunctions(this.client)
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
    for (const resolve of this.waiting) resolve()
    client?.destroy()
  }

  private async keepConnected(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        const client = await dial(this.url, this.name)
        if (this.closing.signal.aborted) return client.destroy()
        const ended = new Promise<void>((resolve) => client.onEnd(resolve))
        try {
          for (const hook of this.readyHooks) await hook(client)
        } catch (error) {
          client.destroy()
          throw error
        }
        this.client = client
        this.log?.info({ connection: this.name, server: this.url.display, attempt }, 'redis.connected')
        for (const resolve of this.waiting) resolve()
        this.waiting.clear()
        attempt = 0
        await ended
        if (this.client === client) this.client = undefined
        client.destroy()
        if (!this.closing.signal.aborted) this.log?.warn({ connection: this.name }, 'redis.disconnected')
      } catch (error) {
        this.log?.warn({ connection: this.name, attempt, error: messageOf(error) }, 'redis.connect-failed')
      }
      await pause(backOffMs(attempt), this.closing.signal)
    }
  }

  private checkReplies(): void {
    if (this.inFlight > 0 && performance.now() - this.lastReplyAt > this.replyTimeoutMs) {
      this.drop(`no reply for ${this.replyTimeoutMs} ms with ${this.inFlight} commands in flight`)
    }
  }

  /** Server errors pass unchanged, except those that mean "this is no longer the server to talk to". */
  private translate(error: unknown, client: RawClient): unknown {
    const message = messageOf(error)
    if (/^(READONLY|LOADING|MASTERDOWN|NOREPLICAS|CLUSTERDOWN)/.test(message)) {
      if (message.startsWith('READONLY') && this.client === client)
        this.drop('server is read-only, probably failed over')
      return redisUnavailable(message, error)
    }
    return client.isServerError(error) ? error : redisUnavailable(message, error)
  }
}

/** True for errors that say nothing about the data: the server was away, full, overloaded or changing its role. */
export function isRedisUnavailable(error: unknown): boolean {
  if (error instanceof CodedError) return error.code === 'redis-unavailable' || error.code === 'redis-overloaded'
  return /^(OOM|MISCONF|BUSY|TRYAGAIN)/.test(messageOf(error))
}
