import { type Database, type DeviceCredentials, findDeviceCredentials } from '@stellacontrol/database'
import type { Keys, RedisConnection } from '@stellacontrol/redis'
import { type Log, messageOf } from '@stellacontrol/runtime'

/** What was read is used without asking PostgreSQL for this long, as long as changes are heard of. */
const freshMs = 60_000
/** It is kept this long for the time that PostgreSQL is away; a device that was not seen for longer has to wait. */
const keptMs = 30 * 86_400_000

interface Kept extends DeviceCredentials {
  checkedAt: number
}

/**
 * What is known of devices' credentials. PostgreSQL is the truth; what it said is kept in Redis, so that devices can reconnect
 * while PostgreSQL is away. Never open: a device nobody has seen is refused while PostgreSQL is away.
 */
export class CredentialCache {
  private readonly database: Database
  private readonly state: RedisConnection
  private readonly keys: Keys
  private readonly log: Log
  private readonly reading = new Map<string, { isStale: boolean }>()
  /** What was kept before this moment may have changed without this receiver having heard of it. */
  private trustedSince = Number.POSITIVE_INFINITY

  constructor(options: { database: Database; state: RedisConnection; keys: Keys; log: Log }) {
    this.database = options.database
    this.state = options.state
    this.keys = options.keys
    this.log = options.log
  }

  /** From now on every change is heard of: at the start, and after the bus was away. */
  trustFromNow(): void {
    this.trustedSince = Date.now()
  }

  /**
   * Undefined for an unknown serial. What is kept and fresh is enough unless `isAsked`: then PostgreSQL is asked in any case, as far
   * as it answers.
   * @throws when neither PostgreSQL nor Redis can say
   */
  async find(serial: string, isAsked = false): Promise<DeviceCredentials | undefined> {
    const cached = await this.readCache(serial)
    const isFresh = cached && cached.checkedAt >= this.trustedSince && Date.now() - cached.checkedAt < freshMs
    if (isFresh && !isAsked) return cached
    try {
      return await this.read(serial)
    } catch (error) {
      if (!cached) throw error
      this.log.warn({ serial, error: messageOf(error) }, 'credential.from-cache')
      return cached
    }
  }

  /** What PostgreSQL says now, kept from now on. @throws when it is away */
  async read(serial: string): Promise<DeviceCredentials | undefined> {
    for (;;) {
      const mark = this.reading.get(serial) ?? { isStale: false }
      this.reading.set(serial, mark)
      const checkedAt = Date.now()
      try {
        const device = (await findDeviceCredentials(this.database, [serial])).get(serial)
        // A change that was heard of meanwhile may or may not be in what was read.
        if (mark.isStale) continue
        if (device) await this.writeCache({ ...device, checkedAt })
        else await this.forget(serial)
        return device
      } finally {
        if (this.reading.get(serial) === mark) this.reading.delete(serial)
      }
    }
  }

  /** What PostgreSQL says now of many. @throws when it is away */
  readMany(serials: readonly string[]): Promise<Map<string, DeviceCredentials>> {
    return findDeviceCredentials(this.database, serials)
  }

  /** Keeps what PostgreSQL says now of devices that are connected, for the time that it is away. Never throws. */
  async refresh(serials: readonly string[]): Promise<void> {
    if (serials.length === 0) return
    const checkedAt = Date.now()
    try {
      const devices = await this.readMany(serials)
      await Promise.all([...devices.values()].map((device) => this.writeCache({ ...device, checkedAt })))
    } catch (error) {
      this.log.debug({ error: messageOf(error) }, 'credential.not-refreshed')
    }
  }

  /** Something changed: nobody uses what was kept, or what is being read now. */
  async forget(serial: string): Promise<void> {
    const mark = this.reading.get(serial)
    if (mark) mark.isStale = true
    this.reading.delete(serial)
    const key = this.keys.credential(serial)
    await this.state.command(key, ['DEL', key]).catch((error) => {
      this.log.warn({ serial, error: messageOf(error) }, 'credential.cache-not-dropped')
    })
  }

  private async readCache(serial: string): Promise<Kept | undefined> {
    const key = this.keys.credential(serial)
    try {
      const value = await this.state.command(key, ['GET', key])
      return value === null ? undefined : parseKept(String(value))
    } catch (error) {
      this.log.debug({ serial, error: messageOf(error) }, 'credential.cache-unreadable')
      return undefined
    }
  }

  private async writeCache(kept: Kept): Promise<void> {
    const key = this.keys.credential(kept.serial)
    const credentials = kept.credentials.map(({ hash, ...rest }) => ({ ...rest, hash: hash.toString('base64') }))
    const command = ['SET', key, JSON.stringify({ ...kept, credentials }), 'PX', String(keptMs)]
    await this.state.command(key, command).catch((error) => {
      this.log.debug({ serial: kept.serial, error: messageOf(error) }, 'credential.cache-unwritable')
    })
  }
}

type KeptJson = Omit<Kept, 'credentials'> & {
  credentials?: (Omit<DeviceCredentials['credentials'][number], 'hash'> & { hash: string })[]
}

/** Undefined for what another version of the platform wrote. */
function parseKept(json: string): Kept | undefined {
  const { credentials, ...kept }: KeptJson = JSON.parse(json)
  if (credentials === undefined) return undefined
  return {
    ...kept,
    credentials: credentials.map(({ hash, ...rest }) => ({ ...rest, hash: Buffer.from(hash, 'base64') })),
  }
}
