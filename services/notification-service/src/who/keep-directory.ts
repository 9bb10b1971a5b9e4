import {
  type Database,
  isUnavailable,
  type NotificationDirectory,
  readNotificationDirectory,
} from '@stellacontrol/database'
import { isRedisUnavailable, keepDirectory, type Redis, recallDirectory } from '@stellacontrol/redis'
import { CodedError, describe, type Log, pause } from '@stellacontrol/runtime'
import { DirectoryIndex, type Place } from './directory-index.ts'

const readEveryMs = 15_000
/** A device that nobody knows is asked for again after this time at the earliest. */
const askAgainMs = 2_000
/** Changes come in crowds (an import announces each device): they are gathered for so long. */
const gatherMs = 250

/**
 * Who is told of what, as PostgreSQL has it: read every 15 s and soon after each change that is announced, and kept in Redis so that a service that starts while PostgreSQL is
 * away goes on with what was known last.
 */
export class KeptDirectory {
  private index: DirectoryIndex | undefined
  private readAt = 0
  private json = ''
  private isOld = true
  private readonly options: { database: Database; redis: Redis; log: Log }

  constructor(options: KeptDirectory['options']) {
    this.options = options
  }

  /** @throws CodedError `directory-unavailable` while nothing is known */
  current(): DirectoryIndex {
    if (this.index === undefined) throw new CodedError('directory-unavailable', 'nobody knows yet who is to be told')
    return this.index
  }

  /**
   * Where something is; undefined = the registry does not know it.
   * @throws CodedError `directory-unavailable` while the registry cannot be asked
   */
  async placeOf(serialNumber: string): Promise<Place | undefined> {
    const known = this.current().placeOf(serialNumber)
    if (known !== undefined) return known
    if (Date.now() - this.readAt > askAgainMs && !(await this.refresh())) {
      throw new CodedError('directory-unavailable', `${serialNumber} is not known, and PostgreSQL is away`)
    }
    return this.current().placeOf(serialNumber)
  }

  /** Reads it until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (let triedAt = 0; !signal.aborted; await pause(gatherMs, signal)) {
      const isDue = Date.now() - triedAt >= (this.index === undefined ? askAgainMs : readEveryMs)
      if (!this.isOld && !isDue) continue
      triedAt = Date.now()
      this.isOld = false
      await this.refresh()
    }
  }

  /** Something of it changed: it is read again soon. */
  noteChange(): void {
    this.isOld = true
  }

  /** True if PostgreSQL answered. */
  async refresh(): Promise<boolean> {
    const { database, redis, log } = this.options
    try {
      const directory = await readNotificationDirectory(database)
      this.index = new DirectoryIndex(directory)
      this.readAt = Date.now()
      await this.remember(JSON.stringify(directory))
      return true
    } catch (error) {
      // 42P01: the tables are not there yet; the processor makes them.
      const isEarly = error instanceof Error && 'code' in error && error.code === '42P01'
      if (!isUnavailable(error) && !isRedisUnavailable(error) && !isEarly) throw error
      log.warn({ error: describe(error) }, 'directory.waiting')
      if (this.index === undefined) await this.recall(redis)
      return false
    }
  }

  private async remember(json: string): Promise<void> {
    if (json === this.json) return
    await keepDirectory(this.options.redis, json).catch((error) => {
      if (!isRedisUnavailable(error)) throw error
    })
    this.json = json
  }

  private async recall(redis: Redis): Promise<void> {
    const json = await recallDirectory(redis).catch(() => undefined)
    if (json !== undefined) this.index = new DirectoryIndex(JSON.parse(json) as NotificationDirectory)
  }
}
