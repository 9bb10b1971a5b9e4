import { createHash } from 'node:crypto'
import { type Redis, rateLimit, redisUnavailable } from '@stellacontrol/redis'
import { ApiProblem } from '../http/problem.ts'

const windowMs = 15 * 60_000
const bucketMs = 60_000
/** Enough for a forgotten password, far too few to guess one. */
export const attemptsPerAccount = 10
/** An address may be a whole building behind one router. */
export const attemptsPerAddress = 200

/**
 * Counts an attempt before the password is looked at, so that attempts at the same time cannot slip through.
 * @throws ApiProblem `too-many-attempts` with Retry-After, `redis-unavailable`
 */
export async function countAttempt(redis: Redis, email: string, address: string): Promise<void> {
  if (!redis.state.isReady) throw redisUnavailable('sign-in attempts cannot be counted')
  const limits = [
    { key: redis.keys.signInAttempts('address', hashOf(address)), limit: attemptsPerAddress },
    { key: redis.keys.signInAttempts('account', hashOf(email.toLowerCase())), limit: attemptsPerAccount },
  ]
  for (const { key, limit } of limits) {
    const verdict = await rateLimit({ key, limit, windowMs, bucketMs })
    if (verdict.allowed) continue
    const headers = { 'retry-after': String(Math.ceil(verdict.retryAfterMs / 1000)) }
    throw new ApiProblem('too-many-attempts', undefined, { headers })
  }
}

/** Whoever got in has not been guessing: the account's attempts count anew. */
export async function forgetAttempts(redis: Redis, email: string): Promise<void> {
  const key = redis.keys.signInAttempts('account', hashOf(email.toLowerCase()))
  await redis.state.command(key, ['DEL', key])
}

function hashOf(subject: string): string {
  return createHash('sha256').update(subject).digest('hex')
}
