import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { CodedError, type Environment, type Log, readConfiguration } from '@stellacontrol/runtime'
import { Subscriber } from './bus/subscriber.ts'
import { ambientEnvironment, type RedisConfiguration, redisConfiguration } from './configuration.ts'
import { RedisConnection } from './connection.ts'
import { createKeys, type Keys } from './keys.ts'
import { parseRedisUrl } from './redis-url.ts'

/** How long a process waits for Redis at its start. */
const startDeadlineMs = 30_000

/** The two Redis servers as one process sees them: connections by job, opened when first used, closed together. */
export class Redis implements AsyncDisposable {
  /** Unique among the living processes: host, process and a random part. */
  readonly instance: string
  readonly keys: Keys
  readonly configuration: RedisConfiguration
  readonly log: Log | undefined
  private readonly name: string
  private readonly resources = new Set<AsyncDisposable>()
  private parts = 0
  private queueConnection: RedisConnection | undefined
  private stateConnection: RedisConnection | undefined
  private liveSubscriber: Subscriber | undefined

  constructor(options: { name: string; configuration: RedisConfiguration; log?: Log | undefined }) {
    const { name, configuration, log } = options
    this.name = name
    this.configuration = configuration
    this.log = log
    this.instance = `${name}@${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`
    const cluster = [configuration.REDIS_QUEUE_URL, configuration.REDIS_STATE_URL].some(
      (url) => parseRedisUrl(url).kind === 'cluster',
    )
    this.keys = createKeys({ partitions: configuration.STELLA_PARTITIONS, cluster })
  }

  /** The queue of raw device messages. */
  get queue(): RedisConnection {
    this.queueConnection ??= this.open('queue', 'queue')
    return this.queueConnection
  }

  /** Latest status, bus, throttles, sessions, connections. */
  get state(): RedisConnection {
    this.stateConnection ??= this.open('state', 'state')
    return this.stateConnection
  }

  get subscriber(): Subscriber {
    if (!this.liveSubscriber) {
      const url = parseRedisUrl(this.configuration.REDIS_STATE_URL)
      this.liveSubscriber = this.own(new Subscriber({ name: `${this.name}:subscriber`, url, log: this.log }))
    }
    return this.liveSubscriber
  }

  /** A name for one part of this instance: two subscriptions of one process must not share their leases. */
  partName(): string {
    this.parts++
    return `${this.instance}:${this.parts}`
  }

  /** Closes `resource` with this Redis, in reverse order of opening. */
  own<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.resources.add(resource)
    return resource
  }

  /** For what was closed before this Redis. */
  disown(resource: AsyncDisposable): void {
    this.resources.delete(resource)
  }

  /** A connection of its own for one blocking reader. */
  openReader(server: 'queue' | 'state', reader: string): RedisConnection {
    return this.open(server, `${server}:${reader}`)
  }

  /** A further connection, for work whose commands must not wait behind others. */
  openExtra(server: 'queue' | 'state', job: string): RedisConnection {
    return this.open(server, `${server}:${job}`)
  }

  private open(server: 'queue' | 'state', job: string): RedisConnection {
    const url = parseRedisUrl(
      server === 'queue' ? this.configuration.REDIS_QUEUE_URL : this.configuration.REDIS_STATE_URL,
    )
    return this.own(new RedisConnection({ name: `${this.name}:${job}`, url, log: this.log }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    opened.delete(this)
    for (const resource of [...this.resources].reverse()) await resource[Symbol.asyncDispose]()
    this.resources.clear()
  }
}

/** What was fixed when the queue was first used. */
export interface Installation {
  partitions: number
  /** Identifies this queue's data: a queue that lost its disk has a new generation, and its ledger starts anew. */
  generation: string
}

/**
 * Reads, or writes at the first use, what is fixed for this queue, and checks that this process agrees with it.
 * @throws CodedError `partitions-mismatch`
 */
export async function checkInstallation(redis: Redis): Promise<Installation> {
  const key = redis.keys.installation
  await redis.queue.ready(startDeadlineMs)
  const read = async () => (await redis.queue.command(key, ['HMGET', key, 'partitions', 'generation'])) as string[]
  let reply = await read()
  // A full queue refuses writes, and must not refuse the processors that drain it.
  if (!reply[0] || !reply[1]) {
    await redis.queue.command(key, ['HSETNX', key, 'partitions', String(redis.keys.partitions)])
    await redis.queue.command(key, ['HSETNX', key, 'generation', randomUUID()])
    reply = await read()
  }
  const [partitions, generation] = [Number(reply[0]), String(reply[1])]
  if (partitions !== redis.keys.partitions) {
    throw new CodedError(
      'partitions-mismatch',
      `this queue was set up with ${partitions} partitions; set STELLA_PARTITIONS=${partitions}`,
    )
  }
  return { partitions, generation }
}

/** Every Redis of this process that is open, in the order of opening. */
const opened = new Set<Redis>()

/**
 * Opens Redis for a process and makes it the one that `useCache`, `publishMessage` and `subscribeMessage` use.
 * Connections are made in the background; `ready()` on one waits for it.
 */
export function openRedis(options: { name: string; environment: Environment; log?: Log | undefined }): Redis {
  const configuration = readConfiguration(redisConfiguration, options.environment)
  const redis = new Redis({ name: options.name, configuration, log: options.log })
  opened.add(redis)
  return redis
}

/** The process' Redis, the one opened last; opened from the environment variables if nobody did so before. */
export function ambientRedis(): Redis {
  return [...opened].at(-1) ?? openRedis({ name: 'script', environment: ambientEnvironment() })
}

/** Closes every Redis of the process, so that a script can end. */
export async function closeRedis(): Promise<void> {
  await Promise.all([...opened].map((redis) => redis[Symbol.asyncDispose]()))
}
