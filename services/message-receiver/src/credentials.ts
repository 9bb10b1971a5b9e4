import { createHash, timingSafeEqual } from 'node:crypto'
import { type Database, findCredential } from '@stellacontrol/database'
import type { Keys, RedisConnection } from '@stellacontrol/redis'
import { type Log, messageOf } from '@stellacontrol/runtime'

/** A cached credential is used without asking PostgreSQL for this long. */
const freshMs = 60_000
/** It is kept this long for the time that PostgreSQL is away; a device that was not seen for longer has to wait. */
const keptMs = 30 * 86_400_000

interface CachedCredential {
  state: string
  secretHashes: string[]
  checkedAt: number
}

/**
 * Checks device secrets. PostgreSQL is the truth; what it said is kept in Redis, so that devices can reconnect while
 * PostgreSQL is away. Never open: a device nobody has seen is refused while PostgreSQL is away.
 */
export class CredentialChecker {
  private readonly database: Database
  private readonly state: RedisConnection
  private readonly keys: Keys
  private readonly log: Log

  constructor(options: { database: Database; state: RedisConnection; keys: Keys; log: Log }) {
    this.database = options.database
    this.state = options.state
    this.keys = options.keys
    this.log = options.log
  }

  /** True if the secret is one of the device's. @throws when neither PostgreSQL nor Redis can say. */
  async check(serial: string, secret: Buffer): Promise<boolean> {
    const credential = await this.find(serial)
    return credential !== undefined && isAllowed(credential) && matches(secret, credential.secretHashes)
  }

  private async find(serial: string): Promise<CachedCredential | undefined> {
    const cached = await this.readCache(serial)
    if (cached && Date.now() - cached.checkedAt < freshMs) return cached
    try {
      const found = await findCredential(this.database, serial)
      if (!found) {
        if (cached) await this.forget(serial)
        return undefined
      }
      const secretHashes = found.secretHashes.map((hash) => hash.toString('base64'))
      const credential = { state: found.state, secretHashes, checkedAt: Date.now() }
      await this.writeCache(serial, credential)
      return credential
    } catch (error) {
      if (!cached) throw error
      this.log.warn({ serial, error: messageOf(error) }, 'credential.from-cache')
      return cached
    }
  }

  private async readCache(serial: string): Promise<CachedCredential | undefined> {
    const key = this.keys.credential(serial)
    try {
      const value = await this.state.command(key, ['GET', key])
      return value === null ? undefined : JSON.parse(String(value))
    } catch (error) {
      this.log.debug({ serial, error: messageOf(error) }, 'credential.cache-unreadable')
      return undefined
    }
  }

  private async writeCache(serial: string, credential: CachedCredential): Promise<void> {
    const key = this.keys.credential(serial)
    const command = ['SET', key, JSON.stringify(credential), 'PX', String(keptMs)]
    await this.state.command(key, command).catch((error) => {
      this.log.debug({ serial, error: messageOf(error) }, 'credential.cache-unwritable')
    })
  }

  private async forget(serial: string): Promise<void> {
    const key = this.keys.credential(serial)
    await this.state.command(key, ['DEL', key]).catch(() => undefined)
  }
}

function isAllowed({ state }: CachedCredential): boolean {
  return state !== 'suspended' && state !== 'revoked' && state !== 'retired'
}

/** Compares in constant time with every valid hash; a 256-bit random secret needs no slow hash. */
function matches(secret: Buffer, hashes: readonly string[]): boolean {
  const digest = createHash('sha256').update(secret).digest()
  let isMatch = false
  for (const hash of hashes) {
    const expected = Buffer.from(hash, 'base64')
    if (expected.length === digest.length && timingSafeEqual(expected, digest)) isMatch = true
  }
  return isMatch
}
