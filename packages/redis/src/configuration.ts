import { defaultPartitions } from '@stellacontrol/protocol'
import { wholeNumber } from '@stellacontrol/runtime'
import { z } from 'zod'
import { parseRedisUrl } from './redis-url.ts'

/**
 * Where the two Redis servers are. Forms: `redis://host:6379`, `rediss://…` (TLS), `redis-sentinel://host:26379,host:26379/name`,
 * `redis-cluster://host:7000,host:7001`. User and password go where URLs have them.
 */
const redisUrl = z.string().refine(isRedisUrl, {
  message: 'expected a URL that starts with redis:// or rediss:// or redis-sentinel:// or redis-cluster://',
})

export const redisConfiguration = {
  REDIS_QUEUE_URL: redisUrl,
  REDIS_STATE_URL: redisUrl,
  STELLA_PARTITIONS: wholeNumber(1, 256).default(defaultPartitions),
}
export interface RedisConfiguration {
  REDIS_QUEUE_URL: string
  REDIS_STATE_URL: string
  STELLA_PARTITIONS: number
}

/** The environment of this process, for code that uses the wrappers without being a service of ours. */
export function ambientEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env
}

/** URL.canParse knows no lists of hosts. */
function isRedisUrl(text: string): boolean {
  try {
    parseRedisUrl(text)
    return true
  } catch {
    return false
  }
}
