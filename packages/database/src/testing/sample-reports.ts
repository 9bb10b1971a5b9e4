import { decodeReport, encodeReport, type Report } from '@stellacontrol/protocol'
import type { HistoryEntry } from '../history/write-history.ts'

/** A full report of an iR5: five bands, everything that such a device measures. `variation` moves its values. */
export function sampleReport(bootId: number, seq: number, sentAtMs: number, variation = seq): Report {
  const wave = (variation * 7) % 50
  return {
    ...{ bootId, seq, sentAtMs, uptimeS: seq * 600, mode: 1, intervalS: 600 },
    device: {
      model: 'iR5',
      firmwareVersion: '4.2.1',
      resetReason: 1,
      cpuLoadPercent: 20 + (wave % 10),
      memoryFreeKb: 51_200,
      configVersion: 12,
    },
    environment: {
      boardTemperatureDc: 400 + wave,
      ambientTemperatureDc: 250 + (wave % 20),
      fans: [
        { speedRpm: 3000 + wave, drivePercent: 40 },
        { speedRpm: 3100 + wave, drivePercent: 41 },
      ],
    },
    power: { source: 1, supplyMv: 24_000 + wave * 10, supplyMa: 2100 + wave },
    bands: [1, 3, 7, 8, 20].map((band, index) => ({
      ...{ band, state: 3, gainSetDb10: 700, gainMaxDb10: 750, gainActualDb10: 700 - (wave % 30), gainLimitCause: 1 },
      ...{ downlinkInDbm10: -650 + wave + index, downlinkInBelowDb10: 20 + index, downlinkInAboveDb10: 30 + index },
      ...{ downlinkOutDbm10: 50 + wave, downlinkOutBelowDb10: 10, downlinkOutAboveDb10: 15, isolationDb10: 900 - wave },
      ...{ uplinkOutDbm10: 10 + wave, paTemperatureDc: 550 + wave, uplinkInDbm10: -600 + wave, uplinkActiveS: 120 },
      ...{ shutdownReason: 1, returnLossDb10: 180 },
    })),
    modem: {
      bearer: 4,
      rsrpDbm10: -950 + wave,
      rsrqDb10: -110,
      sinrDb10: 120,
      rssiDbm10: -670,
      mqttRttMs: 80 + wave,
      reconnects_24h: 1,
    },
  }
}

/** The queue entry of a report, encoded and decoded as on its way through the platform. */
export function entryOf(id: string, serial: string, report: Report, receivedAt: number): HistoryEntry {
  const payload = encodeReport(report)
  return { id, serial, receivedAt, payload, decoded: decodeReport(payload) }
}
