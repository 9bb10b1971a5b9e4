import { ambientRedis } from './redis.ts'

/**
 * Lets something happen once per window: true for the first caller, false for everybody until `windowMs` has passed. One
 * command, so two callers can never both be first.
 */
export async function throttle(key: string, windowMs: number): Promise<boolean> {
  const { state, keys } = ambientRedis()
  const name = keys.resolve(key)
  await state.ready()
  return (await state.command(name, ['SET', name, '1', 'NX', 'PX', String(windowMs)])) !== null
}

export interface RateVerdict {
  allowed: boolean
  limit: number
  /** Calls counted in the window, this one included if it was allowed. */
  used: number
  remaining: number
  /** When a refused call of the same cost would be allowed; 0 if it was. */
  retryAfterMs: number
  /** When the window is empty again if nobody calls. */
  resetMs: number
}

const hourMs = 3_600_000
const minuteMs = 60_000

/**
 * Counts a call against a limit per exact sliding window (an hour in one-minute buckets, the oldest counted whole), in one
 * atomic step. A refused call is not counted. The clock is Redis'.
 */
export async function rateLimit(options: {
  key: string
  limit: number
  cost?: number
  windowMs?: number
  bucketMs?: number
}): Promise<RateVerdict> {
  const { key, limit, cost = 1, windowMs = hourMs, bucketMs = minuteMs } = options
  const { state, keys } = ambientRedis()
  await state.ready()
  const reply = await state.call('sc1_rate', [keys.resolve(key)], [limit, windowMs, bucketMs, cost].map(String))
  const [allowed, used, retryAfterMs, resetMs] = reply as [number, number, number, number]
  return { allowed: allowed === 1, limit, used, remaining: Math.max(0, limit - used), retryAfterMs, resetMs }
}
