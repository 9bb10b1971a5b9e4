import { createHash, randomBytes } from 'node:crypto'
import { MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage, type Redis } from '@stellacontrol/redis'
import type { AccessRecord } from './access.ts'

const hourMs = 3_600_000
/** A session that nobody uses ends after this time, and every session at the latest after the other. */
export const sessionIdleMs = 12 * hourMs
export const sessionAbsoluteMs = 7 * 24 * hourMs
/** Using a session prolongs it, but writes to Redis at most this often. */
const prolongEveryMs = 60_000
/** 256 random bits: twice of what is asked for [OWASP ASVS 5.0, 7.2.3]. */
const tokenBytes = 32
/** The id under which a person ends a session of theirs: too little of the hash to be of other use, enough to be unique. */
const idLength = 32
const maximumRemembered = 10_000

export interface NewSession extends AccessRecord {
  /** The version of everybody's rights when this was read. */
  rightsVersion: string
  /** Where the person signed in from. */
  address: string
  /** The browser, as it names itself. */
  agent: string
}

export interface StoredSession extends NewSession {
  /** Epoch ms. */
  createdAt: number
  /** Epoch ms: when the person last proved who they are. */
  provenAt: number
}

/** A session as a request carries it. The token itself is only ever in the cookie. */
export interface OpenSession extends StoredSession {
  tokenHash: string
  /** Epoch ms: when it ends unless it is used again. */
  expiresAt: number
}

/** A session as its person sees it in a list. */
export interface ListedSession extends StoredSession {
  id: string
  tokenHash: string
  /** Epoch ms, to the minute. */
  lastUsedAt: number
}

/** SHA-256 is enough for a token of 256 random bits. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** How long a session of this age may live on if it is used now; 0 = it is over. */
export function lifeLeftMs(createdAt: number, now: number): number {
  return Math.max(0, Math.min(sessionIdleMs, createdAt + sessionAbsoluteMs - now))
}

interface SessionListeners {
  ended(tokenHash: string): void
  replaced(tokenHash: string, by: string): void
}

/**
 * Sessions in the state Redis, named by the hash of their token, and listed per person. The end of one is announced, so that
 * every instance closes its live connections. All of these throw `redis-unavailable`.
 */
export class Sessions {
  private readonly redis: Redis
  private readonly prolongedAt = new Map<string, number>()
  private readonly listeners = new Set<SessionListeners>()

  constructor(redis: Redis) {
    this.redis = redis
  }

  /** Told of what happens to sessions on this instance; other instances hear the announcement. */
  listen(listener: SessionListeners): void {
    this.listeners.add(listener)
  }

  async create(session: NewSession, now: number): Promise<{ token: string; session: OpenSession }> {
    return this.store({ ...session, createdAt: now, provenAt: now }, now)
  }

  /** The same session under a new token, as from now on it is one that was proven [OWASP ASVS 5.0, 7.2.4]. */
  async renew(session: OpenSession, now: number): Promise<{ token: string; session: OpenSession }> {
    const { tokenHash, expiresAt: _, ...stored } = session
    const renewed = await this.store({ ...stored, provenAt: now }, now)
    for (const listener of this.listeners) listener.replaced(tokenHash, renewed.session.tokenHash)
    await this.remove(session.user.id, [tokenHash])
    return renewed
  }

  /** The session of a token's hash; using it prolongs it. Undefined if there is none, or it is over. */
  async find(tokenHash: string, now: number): Promise<OpenSession | undefined> {
    const stored = await this.read(tokenHash)
    if (stored === undefined) return undefined
    const leftMs = lifeLeftMs(stored.createdAt, now)
    if (leftMs === 0) return undefined
    await this.prolong(stored.user.id, tokenHash, leftMs, now)
    return { ...stored, tokenHash, expiresAt: now + leftMs }
  }

  /** A person's sessions, the one used last first. */
  async list(userId: number): Promise<ListedSession[]> {
    const hashes = await this.hashesOf(userId)
    if (hashes.length === 0) return []
    const key = this.redis.keys.sessionsOf(userId)
    const [scores, ...found] = await Promise.all([
      this.redis.state.command(key, ['ZMSCORE', key, ...hashes]),
      ...hashes.map((tokenHash) => this.read(tokenHash)),
    ])
    return found
      .flatMap((stored, index) => {
        const tokenHash = hashes[index] as string
        const lastUsedAt = Number((scores as unknown[])[index])
        return stored ? [{ ...stored, tokenHash, id: tokenHash.slice(0, idLength), lastUsedAt }] : []
      })
      .sort((left, right) => right.lastUsedAt - left.lastUsedAt)
  }

  /** Ends a session; safe to repeat. */
  async end(tokenHash: string): Promise<void> {
    const stored = await this.read(tokenHash)
    if (stored !== undefined) await this.remove(stored.user.id, [tokenHash])
    else this.tell([tokenHash])
  }

  /** Ends every session of a person, except the one with this token's hash. Returns how many there were. */
  async endAllOf(userId: number, except?: string): Promise<number> {
    const hashes = (await this.hashesOf(userId)).filter((tokenHash) => tokenHash !== except)
    if (hashes.length > 0) await this.remove(userId, hashes)
    return hashes.length
  }

  private async store(stored: StoredSession, now: number): Promise<{ token: string; session: OpenSession }> {
    const { state, keys } = this.redis
    const token = randomBytes(tokenBytes).toString('base64url')
    const tokenHash = hashToken(token)
    const leftMs = lifeLeftMs(stored.createdAt, now)
    // Listed before it exists: whoever ends all sessions of a person misses none.
    const list = keys.sessionsOf(stored.user.id)
    await state.command(list, ['ZADD', list, String(now), tokenHash])
    await state.command(list, ['ZREMRANGEBYSCORE', list, '-inf', String(now - sessionIdleMs - prolongEveryMs)])
    await state.command(list, ['PEXPIRE', list, String(sessionAbsoluteMs)])
    const key = keys.session(tokenHash)
    await state.command(key, ['SET', key, JSON.stringify(stored), 'PX', String(leftMs)])
    return { token, session: { ...stored, tokenHash, expiresAt: now + leftMs } }
  }

  private async read(tokenHash: string): Promise<StoredSession | undefined> {
    const key = this.redis.keys.session(tokenHash)
    const stored = await this.redis.state.command(key, ['GET', key])
    if (stored === null) return undefined
    const session = JSON.parse(String(stored)) as StoredSession
    // Written by a version that did not know when somebody had proven who they are.
    return session.provenAt === undefined ? undefined : session
  }

  private async hashesOf(userId: number): Promise<string[]> {
    const key = this.redis.keys.sessionsOf(userId)
    return ((await this.redis.state.command(key, ['ZRANGE', key, '0', '-1'])) as unknown[]).map(String)
  }

  /** The sessions first, then their names: what fails in between is still listed, and can be repeated. */
  private async remove(userId: number, hashes: readonly string[]): Promise<void> {
    const { state, keys } = this.redis
    const names = hashes.map((tokenHash) => keys.session(tokenHash))
    await Promise.all(names.map((key) => state.command(key, ['DEL', key])))
    this.tell(hashes)
    const list = keys.sessionsOf(userId)
    await state.command(list, ['ZREM', list, ...hashes])
    const at = new Date().toISOString()
    await publishMessage({ message: createMessage(MessageType.SessionEnded, { userId, at }) })
  }

  private tell(hashes: readonly string[]): void {
    for (const tokenHash of hashes) {
      this.prolongedAt.delete(tokenHash)
      for (const listener of this.listeners) listener.ended(tokenHash)
    }
  }

  private async prolong(userId: number, tokenHash: string, leftMs: number, now: number): Promise<void> {
    if (now - (this.prolongedAt.get(tokenHash) ?? 0) < prolongEveryMs) return
    if (this.prolongedAt.size >= maximumRemembered) this.prolongedAt.clear()
    this.prolongedAt.set(tokenHash, now)
    const { state, keys } = this.redis
    const key = keys.session(tokenHash)
    const list = keys.sessionsOf(userId)
    await Promise.all([
      state.command(key, ['PEXPIRE', key, String(leftMs)]),
      state.command(list, ['ZADD', list, 'XX', String(now), tokenHash]),
    ])
  }
}
