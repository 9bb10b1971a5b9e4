import { MessageType } from '@stellacontrol/protocol'
import { createMessage, publishMessage, type Redis, rateLimit, throttle } from '@stellacontrol/redis'
import { type Log, messageOf } from '@stellacontrol/runtime'
import type { ReceiverMetrics } from './receiver-metrics.ts'

/** One device whose line flaps takes its own identity over now and then, after its address has changed; two go on and on. */
const takeoversPerMinute = 3
const minuteMs = 60_000
const announceEveryMs = 3_600_000

/**
 * Notices that two devices use one identity: connections from different addresses take it over from each other more than three
 * times a minute, on whatever receivers. It is announced once an hour per device. Nothing is refused: which of the two is
 * the real one, people must find out.
 */
export class CloneAlarm {
  private readonly options: { redis: Redis; metrics: ReceiverMetrics; log: Log }

  constructor(options: CloneAlarm['options']) {
    this.options = options
  }

  /** A connection from `to` has ended one from `from`. Never throws: while Redis is away nothing is counted. */
  async takenOver(serial: string, from: string, to: string): Promise<void> {
    if (from === to) return
    const { redis, metrics, log } = this.options
    try {
      const counted = await rateLimit({
        key: redis.keys.takeovers(serial),
        limit: takeoversPerMinute,
        windowMs: minuteMs,
        bucketMs: 5_000,
      })
      if (counted.allowed || !(await throttle(redis.keys.cloneThrottle(serial), announceEveryMs))) return
      metrics.clonesSuspected.inc()
      log.warn({ serial, addresses: [from, to] }, 'device.clone-suspected')
      const event = { serialNumber: serial, addresses: [from, to] as [string, string], at: new Date().toISOString() }
      await publishMessage({ message: createMessage(MessageType.DeviceCloneSuspected, event) })
    } catch (error) {
      log.warn({ serial, error: messageOf(error) }, 'device.takeover-not-counted')
    }
  }
}
