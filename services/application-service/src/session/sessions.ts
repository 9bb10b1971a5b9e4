import { createHash, randomBytes } from 'node:crypto'
import type { Redis } from '@stellacontrol/redis'
import type { AccessRecord } from './access.ts'

const hourMs = 3_600_000
/** A session that nobody uses ends after this time, and every session at the latest after the other. */
export const sessionIdleMs = 12 * hourMs
export const sessionAbsoluteMs = 7 * 24 * hourMs
/** Using a session prolongs it, but writes to Redis at most this often. */
const prolongEveryMs = 60_000
/** 256 random bits: twice of what is asked for [OWASP ASVS 5.0, 7.2.3]. */
const tokenBytes = 32
const maximumRemembered = 10_000

export interface StoredSession extends AccessRecord {
  /** The version of everybody's rights when this was read. */
  rightsVersion: string
  /** Epoch ms. */
  createdAt: number
}

/** A session as a request carries it. The token itself is only ever in the cookie. */
export interface OpenSession extends StoredSession {
  tokenHash: string
  /** Epoch ms: when it ends unless it is used again. */
  expiresAt: number
}

/** SHA-256 is enough for a token of 256 random bits. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** How long a session of this age may live on if it is used now; 0 = it is over. */
export function lifeLeftMs(createdAt: number, now: number): number {
  return Math.max(0, Math.min(sessionIdleMs, createdAt + sessionAbsoluteMs - now))
}

/** Sessions in the state Redis, named by the hash of their token. All of these throw `redis-unavailable`. */
export class Sessions {
  private readonly redis: Redis
  private readonly prolongedAt = new Map<string, number>()
  private readonly endListeners = new Set<(tokenHash: string) => void>()

  constructor(redis: Redis) {
    this.redis = redis
  }

  /** Called when a session ends here, by signing out or because the account is gone. */
  onEnd(listener: (tokenHash: string) => void): void {
    this.endListeners.add(listener)
  }

  async create(
    record: AccessRecord & { rightsVersion: string },
    now: number,
  ): Promise<{ token: string; session: OpenSession }> {
    const token = randomBytes(tokenBytes).toString('base64url')
    const tokenHash = hashToken(token)
    const stored: StoredSession = { ...record, createdAt: now }
    const key = this.redis.keys.session(tokenHash)
    await this.redis.state.command(key, ['SET', key, JSON.stringify(stored), 'PX', String(sessionIdleMs)])
    return { token, session: { ...stored, tokenHash, expiresAt: now + sessionIdleMs } }
  }

  /** The session of a token's hash; using it prolongs it. Undefined if there is none, or it is over. */
  async find(tokenHash: string, now: number): Promise<OpenSession | undefined> {
    const key = this.redis.keys.session(tokenHash)
    const stored = await this.redis.state.command(key, ['GET', key])
    if (stored === null) return undefined
    const session = JSON.parse(String(stored)) as StoredSession
    // Written by a version that did not know memberships.
    if (session.rightsVersion === undefined) return undefined
    const leftMs = lifeLeftMs(session.createdAt, now)
    if (leftMs === 0) return undefined
    await this.prolong(key, tokenHash, leftMs, now)
    return { ...session, tokenHash, expiresAt: now + leftMs }
  }

  async end(tokenHash: string): Promise<void> {
    const key = this.redis.keys.session(tokenHash)
    await this.redis.state.command(key, ['DEL', key])
    this.prolongedAt.delete(tokenHash)
    for (const listener of this.endListeners) listener(tokenHash)
  }

  private async prolong(key: string, tokenHash: string, leftMs: number, now: number): Promise<void> {
    if (now - (this.prolongedAt.get(tokenHash) ?? 0) < prolongEveryMs) return
    if (this.prolongedAt.size >= maximumRemembered) this.prolongedAt.clear()
    this.prolongedAt.set(tokenHash, now)
    await this.redis.state.command(key, ['PEXPIRE', key, String(leftMs)])
  }
}
