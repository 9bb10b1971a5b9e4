import { createHash } from 'node:crypto'
import { type Redis, rateLimit, redisUnavailable } from '@stellacontrol/redis'
import { ApiProblem } from '../http/problem.ts'

const windowMs = 15 * 60_000
const bucketMs = 60_000
/** Enough for a forgotten password, far too few to guess one. */
export const attemptsPerAccount = 10
/** An address may be a whole building behind one router. */
export const attemptsPerAddress = 200

interface Attempt {
  email: string
  address: string
  /** A browser that has signed in to this account before: it counts for itself, so that strangers cannot lock its person out. */
  browser: string | undefined
}

/**
 * Counts an attempt before the password is looked at, so that attempts at the same time cannot slip through.
 * @throws ApiProblem `too-many-attempts` with Retry-After, `redis-unavailable`
 */
export async function countAttempt(redis: Redis, attempt: Attempt): Promise<void> {
  await countAddress(redis, attempt.address)
  await countIn(redis, accountKey(redis, attempt), attemptsPerAccount)
}

/** Counts what a stranger's address asks for. @throws as `countAttempt` */
export async function countAddress(redis: Redis, address: string): Promise<void> {
  await countIn(redis, redis.keys.signInAttempts('address', hashOf(address)), attemptsPerAddress)
}

/** Counts an attempt of somebody signed in to prove again who they are. @throws as `countAttempt` */
export async function countProof(redis: Redis, userId: number): Promise<void> {
  await countIn(redis, redis.keys.signInAttempts('proof', hashOf(String(userId))), attemptsPerAccount)
}

/** Whoever got in has not been guessing: the attempts count anew. */
export async function forgetAttempts(redis: Redis, attempt: Attempt): Promise<void> {
  const key = accountKey(redis, attempt)
  await redis.state.command(key, ['DEL', key])
}

function accountKey({ keys }: Redis, { email, browser }: Attempt): string {
  const account = email.toLowerCase()
  if (browser === undefined) return keys.signInAttempts('account', hashOf(account))
  return keys.signInAttempts('browser', hashOf(`${account} ${browser}`))
}

async function countIn(redis: Redis, key: string, limit: number): Promise<void> {
  if (!redis.state.isReady) throw redisUnavailable('sign-in attempts cannot be counted')
  const verdict = await rateLimit({ key, limit, windowMs, bucketMs })
  if (verdict.allowed) return
  const headers = { 'retry-after': String(Math.ceil(verdict.retryAfterMs / 1000)) }
  throw new ApiProblem('too-many-attempts', undefined, { headers })
}

function hashOf(subject: string): string {
  return createHash('sha256').update(subject).digest('hex')
}
