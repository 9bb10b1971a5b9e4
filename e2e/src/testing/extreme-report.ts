import { encodeReport, type Report } from '@stellacontrol/protocol'
import type { Chance } from '../chaos/chance.ts'

const greatest = 4_294_967_295
const counts = [0, 1, 100, 32_767, 32_768, 65_535, 2_147_483_647, 2_147_483_648, greatest]
const levels = [0, 1, -1, 32_767, -32_768, -32_769, 2_147_483_647, -2_147_483_648]
const moments = [0, 1, Date.UTC(2020, 0, 1), Date.UTC(2026, 0, 1), 8.64e15, Number.MAX_SAFE_INTEGER]

/** A report whose fields have their edges for values, or are missing: what a hostile or broken device could send. */
export function extremeReport(chance: Chance, identity: { bootId: number; seq: number }): Uint8Array {
  const maybe = <Value>(values: readonly Value[]) => (chance.between(0, 1) < 0.3 ? null : chance.pick(values))
  const count = () => maybe(counts)
  const level = () => maybe(levels)
  const word = () => maybe([0, 1, 3, 15, 16, 63, 64, 1_000, 2_147_483_647])
  const report: Report = {
    ...identity,
    sentAtMs: maybe([...moments, Date.now(), Date.now(), Date.now()]),
    uptimeS: count(),
    mode: word(),
    intervalS: count(),
    device: {
      model: maybe(['', 'iR5', '\0', '"', '𝔘'.repeat(100)]),
      firmwareVersion: maybe(['', '\0\uFFFF', '4.2.1']),
      hardwareRevision: count(),
      resetReason: word(),
      cpuLoadPercent: count(),
      memoryFreeKb: count(),
      flashFreeKb: count(),
      configVersion: count(),
      errorCodes: chance.pick([[], [0], [greatest, greatest]]),
      clockOffsetS: level(),
    },
    environment: {
      boardTemperatureDc: level(),
      ambientTemperatureDc: level(),
      fans: chance.pick([[], [{ speedRpm: count(), drivePercent: count() }, {}]]),
      humidityPercent: count(),
    },
    power: { source: word(), supplyMv: count(), supplyMa: count(), inputPowerDw: count() },
    bands: Array.from({ length: Math.floor(chance.between(0, 5)) }, () => ({
      band: maybe([0, 1, 20, 511, 512, 32_767, greatest]),
      state: word(),
      gainSetDb10: level(),
      gainMaxDb10: level(),
      gainActualDb10: level(),
      gainLimitCause: word(),
      downlinkInDbm10: level(),
      downlinkInBelowDb10: count(),
      downlinkInAboveDb10: count(),
      downlinkOutDbm10: level(),
      downlinkOutBelowDb10: count(),
      downlinkOutAboveDb10: count(),
      isolationDb10: level(),
      uplinkOutDbm10: level(),
      paTemperatureDc: level(),
      uplinkInDbm10: level(),
      uplinkActiveS: count(),
      shutdownReason: word(),
      shutdownRetries: count(),
      oscillations_24h: count(),
      returnLossDb10: count(),
      donorRsrpDbm10: level(),
    })),
    modem: {
      bearer: word(),
      rsrpDbm10: level(),
      rsrqDb10: level(),
      sinrDb10: level(),
      rssiDbm10: level(),
      plmn: count(),
      cellId: count(),
      mqttRttMs: count(),
      reconnects_24h: count(),
      temperatureC: count(),
      dataTxBytes: maybe([0, Number.MAX_SAFE_INTEGER]),
    },
  }
  return encodeReport(report)
}
