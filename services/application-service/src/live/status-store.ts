import { type Redis, readStatuses } from '@stellacontrol/redis'
import { isNewer } from '../fleet/live-state.ts'

interface Stored {
  /** Epoch ms. */
  receivedAt: number
  bootId: number
  sequence: number
  /** The whole message to a client, made once for all who watch. */
  message: string
}

/** A status begins with what decides which one is newer, so it need not be parsed to be compared. */
const identityPattern = /^\{"bootId":(\d+),"sequence":(\d+),/

export function identityOf(statusJson: string): { bootId: number; sequence: number } | undefined {
  const match = identityPattern.exec(statusJson)
  return match ? { bootId: Number(match[1]), sequence: Number(match[2]) } : undefined
}

/** When a status was received, epoch ms; its moments stand near its beginning. */
export function receivedAtOf(statusJson: string): number {
  return Date.parse(/"receivedAt":"([^"]+)"/.exec(statusJson.slice(0, 500))?.[1] ?? '')
}

/** The newest status of every device that somebody watches in full, as the message that is sent. JSON passes unparsed. */
export class StatusStore {
  private readonly stored = new Map<string, Stored>()
  private readonly watchers = new Map<string, number>()
  /** Watched, and not read from Redis yet. */
  private readonly unread = new Set<string>()
  private readonly redis: Redis

  constructor(redis: Redis) {
    this.redis = redis
  }

  /** True while something that is watched has not been read. */
  get isIncomplete(): boolean {
    return this.unread.size > 0
  }

  hold(serial: string): void {
    if (!this.watchers.has(serial)) this.unread.add(serial)
    this.watchers.set(serial, (this.watchers.get(serial) ?? 0) + 1)
  }

  release(serial: string): void {
    const left = (this.watchers.get(serial) ?? 0) - 1
    if (left > 0) this.watchers.set(serial, left)
    else {
      this.watchers.delete(serial)
      this.stored.delete(serial)
      this.unread.delete(serial)
    }
  }

  /** Undefined also for a status of before `since` (epoch ms). */
  messageOf(serial: string, since: number | null): string | undefined {
    const stored = this.stored.get(serial)
    return stored && stored.receivedAt < (since ?? 0) ? undefined : stored?.message
  }

  /** Keeps a status if somebody watches the device and it is newer than the one kept. */
  put(serial: string, statusJson: string): void {
    if (!this.watchers.has(serial)) return
    const identity = identityOf(statusJson)
    if (identity === undefined || !isNewer(identity, this.stored.get(serial))) return
    const message = `{"type":"status","serial":${JSON.stringify(serial)},"status":${statusJson}}`
    this.stored.set(serial, { ...identity, receivedAt: receivedAtOf(statusJson), message })
  }

  /** Reads the statuses that are still missing. Returns the serials it read. @throws `redis-unavailable` */
  async load(): Promise<string[]> {
    const serials = [...this.unread]
    const statuses = await readStatuses(this.redis.state, this.redis.keys, serials)
    for (const [position, serial] of serials.entries()) {
      const json = statuses[position]
      if (json !== undefined) this.put(serial, json)
      this.unread.delete(serial)
    }
    return serials
  }
}
