import { startRedis, temporaryFolder } from '@stellacontrol/test-servers'
import { openRedis, type Redis } from '../redis.ts'

export interface TestRedis extends AsyncDisposable {
  redis: Redis
  environment: Record<string, string>
  /** The servers themselves, to kill, pause and restart. */
  queue: Awaited<ReturnType<typeof startRedis>>
  state: Awaited<ReturnType<typeof startRedis>>
}

/** Two real Redis servers with the settings of production, and a Redis that is connected to them. */
export async function startTestRedis(options?: { partitions?: number; queueMemoryBytes?: number }): Promise<TestRedis> {
  const folder = temporaryFolder()
  const memory = options?.queueMemoryBytes === undefined ? {} : { maximumMemoryBytes: options.queueMemoryBytes }
  const [queue, state] = await Promise.all([
    startRedis({ folder, name: 'queue', durable: true, ...memory }),
    startRedis({ folder, name: 'state', durable: true }),
  ])
  const environment = {
    REDIS_QUEUE_URL: queue.url,
    REDIS_STATE_URL: state.url,
    STELLA_PARTITIONS: String(options?.partitions ?? 4),
  }
  const redis = openRedis({ name: 'test', environment })
  await Promise.all([redis.queue.ready(), redis.state.ready()])
  return {
    redis,
    environment,
    queue,
    state,
    async [Symbol.asyncDispose]() {
      await redis[Symbol.asyncDispose]()
      await Promise.all([queue.stop(), state.stop()])
    },
  }
}
