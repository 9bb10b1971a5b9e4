/** A device may connect this often per minute: enough for a flapping line, too little for guessing. */
const connectsPerMinutePerDevice = 20
const minuteMs = 60_000

/** Limits connection attempts, over all devices and for each. Counts live for one minute; memory is bounded by the first limit. */
export class ConnectThrottle {
  private readonly perSecond: number
  private second = 0
  private inSecond = 0
  private minute = 0
  private readonly inMinute = new Map<string, number>()

  constructor(perSecond: number) {
    this.perSecond = perSecond
  }

  allows(serial: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000)
    if (second !== this.second) {
      this.second = second
      this.inSecond = 0
    }
    const minute = Math.floor(nowMs / minuteMs)
    if (minute !== this.minute) {
      this.minute = minute
      this.inMinute.clear()
    }
    const attempts = (this.inMinute.get(serial) ?? 0) + 1
    this.inMinute.set(serial, attempts)
    return ++this.inSecond <= this.perSecond && attempts <= connectsPerMinutePerDevice
  }
}
