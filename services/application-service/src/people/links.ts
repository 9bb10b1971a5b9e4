import { createHash } from 'node:crypto'
import { createSecret, hashSecret } from '@stellacontrol/database'
import { type Redis, rateLimit, redisUnavailable } from '@stellacontrol/redis'
import type { FastifyRequest } from 'fastify'
import { ApiProblem } from '../http/problem.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const invitationLifeMs = 7 * 24 * hourMs
export const passwordResetLifeMs = 30 * minuteMs

/** Links about one e-mail address, and requests from one network address, in an hour. */
const linksPerAccount = 5
const requestsPerAddress = 200

/** What a link carries, and what is kept of it. 256 random bits. */
export function createLinkToken(): { token: string; tokenHash: Buffer } {
  const token = createSecret()
  return { token, tokenHash: hashSecret(token) }
}

export type LinkPage = 'invitation' | 'password-reset'

/** A place in the page; the address that people use goes before it. */
export function linkPath(page: LinkPage, token: string): string {
  return `/${page}?token=${encodeURIComponent(token)}`
}

/**
 * The address that people use: the configured one, else the one that this request was sent to. Only for requests of people who are
 * signed in: anybody else could name a Host of their own and have the link sent to it.
 */
export function originOf(request: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl === undefined ? `${request.protocol}://${request.host}` : new URL(publicUrl).origin
}

/**
 * Counts a request for a link, or a try of one.
 * @throws ApiProblem `too-many-links` with Retry-After, `redis-unavailable`
 */
export async function countLinkRequest(redis: Redis, subject: { address?: string; email?: string }): Promise<void> {
  if (!redis.state.isReady) throw redisUnavailable('requests for links cannot be counted')
  const { address, email } = subject
  const { keys } = redis
  const limits = [
    ...(address === undefined
      ? []
      : [{ key: keys.linkRequests('address', hashOf(address)), limit: requestsPerAddress }]),
    ...(email === undefined
      ? []
      : [{ key: keys.linkRequests('account', hashOf(email.toLowerCase())), limit: linksPerAccount }]),
  ]
  for (const { key, limit } of limits) {
    const verdict = await rateLimit({ key, limit, windowMs: hourMs, bucketMs: minuteMs })
    if (verdict.allowed) continue
    const headers = { 'retry-after': String(Math.ceil(verdict.retryAfterMs / 1000)) }
    throw new ApiProblem('too-many-links', undefined, { headers })
  }
}

function hashOf(subject: string): string {
  return createHash('sha256').update(subject).digest('hex')
}
