/** A device may connect this often per minute from one address: enough for a flapping line, too little for guessing. */
export const connectsPerMinutePerDevice = 20
const minuteMs = 60_000

/**
 * Limits connection attempts, over all devices and for each at each address: whoever guesses elsewhere keeps no device out.
 * Counts live for one minute; memory is bounded by the first limit.
 */
export class ConnectThrottle {
  private readonly perSecond: number
  private second = 0
  private inSecond = 0
  private minute = 0
  private readonly inMinute = new Map<string, number>()

  constructor(perSecond: number) {
    this.perSecond = perSecond
  }

  allows(clientId: string, address: string | undefined, nowMs: number): boolean {
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
    if (++this.inSecond > this.perSecond) return false
    const source = `${clientId} ${address}`
    const attempts = (this.inMinute.get(source) ?? 0) + 1
    this.inMinute.set(source, attempts)
    return attempts <= connectsPerMinutePerDevice
  }
}
