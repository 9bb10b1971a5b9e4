/**
 * Watches the bytes of one connection before the MQTT parser sees them. The parser buffers whatever length a packet declares,
 * up to 256 MiB and before anybody has signed in; the guard reads the fixed header [MQTT-2.2] of every packet and refuses what
 * is too long, too early or too often. Pure state machine: bytes and the time go in, a refusal comes out.
 */
export interface GuardLimits {
  /** The CONNECT packet, in bytes. */
  maximumConnectBytes: number
  /** Every other packet, in bytes. */
  maximumPacketBytes: number
  /** PUBLISH packets per second that may be sustained. */
  publishesPerSecond: number
  /** PUBLISH packets that may come at once. */
  publishBurst: number
}

export const defaultGuardLimits: GuardLimits = {
  maximumConnectBytes: 4_096,
  maximumPacketBytes: 16_384,
  publishesPerSecond: 50,
  publishBurst: 200,
}

export type Refusal = 'not-connect' | 'connect-too-large' | 'packet-too-large' | 'malformed-length' | 'too-fast'

const connectType = 1
const publishType = 3

export class PacketGuard {
  private readonly limits: GuardLimits
  private isFirst = true
  /** Bytes of the present packet's body that are still to come. */
  private bodyLeft = 0
  private type = 0
  /** How many bytes of the length were read; -1 = the next byte begins a packet. */
  private lengthBytes = -1
  private length = 0
  private tokens: number
  private refilledAt: number

  constructor(limits: GuardLimits, nowMs: number) {
    this.limits = limits
    this.tokens = limits.publishBurst
    this.refilledAt = nowMs
  }

  /** Takes the next bytes of the connection. Returns why it must be closed, or undefined. */
  inspect(chunk: Uint8Array, nowMs: number): Refusal | undefined {
    let position = 0
    while (position < chunk.length) {
      if (this.bodyLeft > 0) {
        const taken = Math.min(this.bodyLeft, chunk.length - position)
        this.bodyLeft -= taken
        position += taken
        continue
      }
      const refusal = this.header(chunk[position++] as number, nowMs)
      if (refusal) return refusal
    }
    return undefined
  }

  private header(byte: number, nowMs: number): Refusal | undefined {
    if (this.lengthBytes === -1) {
      this.type = byte >> 4
      this.lengthBytes = 0
      this.length = 0
      if (this.isFirst && this.type !== connectType) return 'not-connect'
      return undefined
    }
    this.length += (byte & 0x7f) * 128 ** this.lengthBytes
    this.lengthBytes++
    if (byte & 0x80) return this.lengthBytes === 4 ? 'malformed-length' : undefined
    return this.endOfHeader(nowMs)
  }

  private endOfHeader(nowMs: number): Refusal | undefined {
    this.lengthBytes = -1
    this.bodyLeft = this.length
    if (this.isFirst) {
      this.isFirst = false
      if (this.length > this.limits.maximumConnectBytes) return 'connect-too-large'
    }
    if (this.length > this.limits.maximumPacketBytes) return 'packet-too-large'
    if (this.type === publishType && !this.takeToken(nowMs)) return 'too-fast'
    return undefined
  }

  private takeToken(nowMs: number): boolean {
    const { publishesPerSecond, publishBurst } = this.limits
    this.tokens = Math.min(publishBurst, this.tokens + ((nowMs - this.refilledAt) / 1000) * publishesPerSecond)
    this.refilledAt = nowMs
    if (this.tokens < 1) return false
    this.tokens--
    return true
  }
}
