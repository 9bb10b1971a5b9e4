import { countReceivers, messagesLog, oldestUnreadAt, type Redis, statusLog } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'

const lookEveryMs = 1_000
/** A report that waits longer than this is a backlog: devices that seem silent may have spoken long ago. */
const longestWaitMs = 10_000
/** No receiver for so long: nobody could have reported. Restarting one takes less. */
const withoutReceiverMs = 5_000

/**
 * Whether the platform hears its devices now: some receiver runs, and no report waits to be processed or to be looked at here.
 * Our own outage or backlog is nobody's silence.
 */
export class Hearing {
  /** Why devices cannot be heard; undefined = they can. */
  deafness: string | undefined = 'not looked yet'
  private receiverSeenAt = 0
  private readonly redis: Redis
  private readonly reader: string
  private readonly log: Log

  constructor(options: { redis: Redis; reader: string; log: Log }) {
    this.redis = options.redis
    this.reader = options.reader
    this.log = options.log
  }

  /** Looks every second until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const before = this.deafness
      try {
        this.deafness = await this.look(Date.now())
      } catch (error) {
        this.deafness = 'Redis cannot be asked'
        if (before !== this.deafness) this.log.warn({ error: describe(error) }, 'hearing.failed')
      }
      if (before !== this.deafness) this.log.info({ deafness: this.deafness ?? null }, 'hearing.changed')
      await pause(lookEveryMs, signal)
    }
  }

  private async look(now: number): Promise<string | undefined> {
    const { queue, state, keys } = this.redis
    const [receivers, queued, unread] = await Promise.all([
      countReceivers(this.redis, now),
      oldestUnreadAt(queue, keys, { log: messagesLog, reader: 'live' }),
      oldestUnreadAt(state, keys, { log: statusLog, reader: this.reader }),
    ])
    if (receivers > 0) this.receiverSeenAt = now
    else if (now - this.receiverSeenAt > withoutReceiverMs) return 'no receiver runs'
    if (queued !== undefined && now - queued > longestWaitMs) return 'reports wait to be processed'
    if (unread !== undefined && now - unread > longestWaitMs) return 'statuses wait to be evaluated'
    return undefined
  }
}
