import type { Report } from '@stellacontrol/protocol'
import { encodeReport } from '@stellacontrol/protocol'
import type { Random } from '../random.ts'
import type { FaultEffects } from './fault-effects.ts'

/** What a faulty or differently made firmware does to a report on its way to the wire. */

/** Protobuf fields that no released version knows: 900 = varint, 901 = text. */
const unknownFields = Uint8Array.from([0xa0, 0x38, 0x2a, 0xaa, 0x38, 0x03, 0x6e, 0x65, 0x77])
/** What a driver returns when it has nothing to say, and should never have left the device. */
const sentinelDbm10 = -2_000
/** A cause of gain limits that no released version knows. */
const unknownCause: number = 42

/** The report's bytes with the message faults of the moment applied. `isDamaged`: it can no longer be decoded. */
export function encodeWithFaults(
  report: Report,
  effects: Readonly<FaultEffects>,
  random: Random,
): { payload: Uint8Array; isDamaged: boolean } {
  if (effects.sentinelChance > 0 && random.next() < effects.sentinelChance) leakSentinels(report)
  if (effects.unknownBand !== undefined) {
    report.bands = [...(report.bands ?? []), { band: effects.unknownBand, state: 3, gainActualDb10: 500 }]
  }
  if (effects.firmware === 'older') keepFewFields(report)
  const payload = encodeReport(effects.firmware === 'newer' ? withUnknownCause(report) : report)
  if (effects.firmware === 'newer') return { payload: Buffer.concat([payload, unknownFields]), isDamaged: false }
  if (effects.truncateChance > 0 && random.next() < effects.truncateChance) {
    // The last field is a message of more than five bytes: a cut inside of it makes the whole report undecodable.
    return { payload: payload.slice(0, payload.length - 1 - random.integer(5)), isDamaged: true }
  }
  return { payload, isDamaged: false }
}

function leakSentinels(report: Report): void {
  const band = report.bands?.[0]
  if (band) {
    band.downlinkInDbm10 = sentinelDbm10
    band.donorRsrpDbm10 = sentinelDbm10
  }
  if (report.modem) report.modem.rsrpDbm10 = 0
}

function keepFewFields(report: Report): void {
  report.device = { model: report.device?.model ?? null, firmwareVersion: '2.0.9' }
  report.environment = { boardTemperatureDc: report.environment?.boardTemperatureDc ?? null }
  report.power = null
  report.modem = null
  report.bands = (report.bands ?? []).map(({ band, state, gainActualDb10 }) => ({
    band: band ?? null,
    state: state ?? null,
    gainActualDb10: gainActualDb10 ?? null,
  }))
}

function withUnknownCause(report: Report): Report {
  const [first, ...rest] = report.bands ?? []
  return first === undefined ? report : { ...report, bands: [{ ...first, gainLimitCause: unknownCause }, ...rest] }
}
