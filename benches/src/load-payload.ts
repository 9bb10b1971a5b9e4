import { encodeReport, type Report } from '@stellacontrol/protocol'

const modelBands = [1, 3, 7, 8, 20]

/** A full report of a 5-band repeater, without the fields that change with every message. */
export function fullReport(variant: number): Report {
  const jitter = (index: number, range: number) => ((variant * 31 + index * 17) % range) - (range >> 1)
  return {
    mode: 1,
    intervalS: 600,
    device: {
      model: 'iR5',
      firmwareVersion: '4.2.1',
      hardwareRevision: 3,
      resetReason: 1,
      cpuLoadPercent: 21 + (variant % 30),
      memoryFreeKb: 181_000 + variant,
      flashFreeKb: 52_000,
      configVersion: 7,
    },
    environment: {
      boardTemperatureDc: 480 + jitter(1, 60),
      fans: [
        { speedRpm: 3100 + jitter(2, 200), drivePercent: 48 },
        { speedRpm: 3050 + jitter(3, 200), drivePercent: 48 },
      ],
    },
    power: { source: 1, supplyMv: 24_020 + jitter(4, 100), supplyMa: 2100 + jitter(5, 90) },
    bands: modelBands.map((band, index) => ({
      band,
      state: 3,
      gainSetDb10: 700,
      gainMaxDb10: 720 + jitter(index, 30),
      gainActualDb10: 700,
      gainLimitCause: 1,
      downlinkInDbm10: -620 + jitter(index + 6, 120),
      downlinkInBelowDb10: 14,
      downlinkInAboveDb10: 19,
      downlinkOutDbm10: 80 + jitter(index + 6, 120),
      downlinkOutBelowDb10: 12,
      downlinkOutAboveDb10: 15,
      isolationDb10: 905 + jitter(index + 9, 60),
      uplinkOutDbm10: -120 + jitter(index + 11, 80),
      paTemperatureDc: 560 + jitter(index, 40),
    })),
    modem: {
      bearer: 1,
      ethernetLink: true,
      rsrpDbm10: -930 + jitter(7, 60),
      rsrqDb10: -110,
      sinrDb10: 134 + jitter(8, 60),
      rssiDbm10: -640,
      mqttRttMs: 41,
      reconnects_24h: 1,
    },
  }
}

/** How many measured values such a report carries, identity and time not counted. */
export function countValues(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (typeof value !== 'object') return 1
  return Object.values(value).reduce((sum: number, part) => sum + countValues(part), 0)
}

/**
 * Makes messages fast enough for a load generator: the body is encoded once per variant, and only the changing fields are
 * encoded per message. Concatenated protobuf messages are merged by the decoder [protobuf encoding guide, "Last One Wins"].
 */
export class PayloadMaker {
  private readonly bodies: Uint8Array[]

  constructor(variants = 64) {
    this.bodies = Array.from({ length: variants }, (_, variant) => encodeReport(fullReport(variant)))
  }

  make(identity: { bootId: number; seq: number; sentAtMs: number; uptimeS: number }): Buffer {
    const body = this.bodies[identity.seq % this.bodies.length] as Uint8Array
    return Buffer.concat([encodeReport(identity), body])
  }
}
