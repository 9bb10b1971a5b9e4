import {
  type RedisCluster,
  type RedisSentinel,
  type RedisServer,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
  temporaryFolder,
} from '@stellacontrol/test-servers'
import { openRedis, type Redis } from '../redis.ts'

/** An installation under test: some servers, and a Redis that is connected to them. */
export interface TestInstallation extends AsyncDisposable {
  redis: Redis
  /** For further processes. */
  environment: Record<string, string>
}

export interface TestRedis extends TestInstallation {
  /** The servers themselves, to kill, pause and restart. */
  queue: RedisServer
  state: RedisServer
}

/** Two real Redis servers with the settings of production. */
export async function startTestRedis(options?: { partitions?: number; queueMemoryBytes?: number }): Promise<TestRedis> {
  const folder = temporaryFolder()
  const memory = options?.queueMemoryBytes === undefined ? {} : { maximumMemoryBytes: options.queueMemoryBytes }
  const [queue, state] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true, ...memory }),
    startRedis({ folder, name: 'state', durable: true }),
  ])
  const installation = await connect(queue.url, state.url, () => Promise.all([queue.stop(), state.stop()]), options)
  return { ...installation, queue, state }
}

/** One Cluster of three masters in both roles. */
export async function startTestCluster(): Promise<TestInstallation & { cluster: RedisCluster }> {
  const cluster = await startRedisCluster({ folder: temporaryFolder(), durable: true })
  const url = `redis-cluster://${cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`
  return { ...(await connect(url, url, () => cluster.stop())), cluster }
}

/** One master and replica behind three Sentinels in both roles. */
export async function startTestSentinel(): Promise<TestInstallation & { sentinel: RedisSentinel }> {
  const sentinel = await startRedisSentinel({ folder: temporaryFolder(), durable: true })
  const hosts = sentinel.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')
  const url = `redis-sentinel://${hosts}/${sentinel.masterName}`
  return { ...(await connect(url, url, () => sentinel.stop())), sentinel }
}

async function connect(
  queueUrl: string,
  stateUrl: string,
  stopServers: () => Promise<unknown>,
  options?: { partitions?: number },
): Promise<TestInstallation> {
  const environment = {
    REDIS_QUEUE_URL: queueUrl,
    REDIS_STATE_URL: stateUrl,
    STELLA_PARTITIONS: String(options?.partitions ?? 4),
  }
  const redis = openRedis({ name: 'test', environment })
  await Promise.all([redis.queue.ready(), redis.state.ready()])
  return {
    redis,
    environment,
    async [Symbol.asyncDispose]() {
      await redis[Symbol.asyncDispose]()
      await stopServers()
    },
  }
}
