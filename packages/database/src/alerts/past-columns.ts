import type { AlertRule, MeasureName } from '@stellacontrol/protocol'
import type { slots } from '../history/history-layout.ts'

export type Slot = keyof typeof slots

/** What of a report must be read for a rule: columns of smallints, and slots of each band. */
export interface PastColumns {
  columns: readonly string[]
  /** Empty = the rule looks at no band. */
  slots: readonly Slot[]
}

interface Need {
  columns?: readonly string[]
  slots?: readonly Slot[]
}

/** Every report is read with its moment, identity, interval, mode, reset reason, power source and bearer. */
const nothingMore: Need = {}
const ofBand = (...names: Slot[]): Need => ({ slots: ['band', ...names] })

/** Measures that history keeps, and what it keeps of them. Those that are missing here cannot be read again. */
const needs: { readonly [Name in MeasureName]?: Need } = {
  boardCelsius: { columns: ['board'] },
  boardUnchangedHours: { columns: ['board'] },
  ambientCelsius: { columns: ['ambient'] },
  supplyVolts: { columns: ['supply'] },
  supplyDeviationPercent: { columns: ['supply'] },
  supplyAmperes: { columns: ['current'] },
  supplyLoadPercent: { columns: ['current'] },
  onBattery: nothingMore,
  cpuLoadPercent: { columns: ['fan_drive_and_cpu'] },
  memoryFreeKilobytes: { columns: ['memory_free'] },
  unexpectedReboots24h: nothingMore,
  modemRsrpDbm: { columns: ['rsrp'] },
  modemRsrqDb: { columns: ['rsrq'] },
  modemSinrDb: { columns: ['sinr'] },
  modemRssiDbm: { columns: ['rssi'] },
  roundTripMs: { columns: ['round_trip'] },
  reconnects24h: { columns: ['reconnects'] },
  fanStopped: { columns: ['fan_rpm', 'fan_drive_and_cpu'] },
  fanSpeedPercent: { columns: ['fan_rpm', 'fan_drive_and_cpu'] },
  paCelsius: ofBand('paCelsius'),
  gainSetDb: ofBand('gainSetDb'),
  gainMaximumDb: ofBand('gainMaximumDb'),
  gainActualDb: ofBand('gainActualDb'),
  gainReductionDb: ofBand('gainSetDb', 'gainActualDb'),
  automaticGainReductionDb: ofBand('cause', 'gainSetDb', 'gainActualDb'),
  gainMismatchDb: ofBand('downlinkInputDbm', 'downlinkOutputDbm', 'gainActualDb'),
  isolationDb: ofBand('isolationDb'),
  isolationMarginDb: ofBand('isolationDb', 'gainActualDb'),
  returnLossDb: ofBand('returnLossDb'),
  downlinkInputDbm: ofBand('downlinkInputDbm'),
  downlinkOutputDbm: ofBand('downlinkOutputDbm'),
  uplinkInputDbm: ofBand('uplinkInputDbm'),
  uplinkOutputDbm: ofBand('uplinkOutputDbm'),
  outputAboveLimitDb: ofBand('downlinkOutputDbm'),
  oscillating: ofBand('cause'),
  bandShutDown: ofBand(),
  bandLockedOut: ofBand(),
  bandFault: ofBand(),
  thermalFoldback: ofBand('cause'),
  uplinkSilentDays: ofBand('cause', 'uplinkInputDbm'),
}

/** What must be read to run a rule over history, or the names of what it looks at and history does not keep. Pure. */
export function pastColumnsOf(rule: AlertRule): PastColumns | { missing: string[] } {
  const { looksAt, onlyWhile = [] } = rule
  if (looksAt.kind === 'event' && looksAt.event === 'firmware-changed') return { missing: [looksAt.event] }
  const names: MeasureName[] = onlyWhile.map(({ measure }) => measure)
  if ('measure' in looksAt) names.push(looksAt.measure)
  if (looksAt.kind === 'difference') names.push(looksAt.minus)
  const missing = names.filter((name) => needs[name] === undefined)
  if (missing.length > 0) return { missing }
  const found = names.map((name) => needs[name] ?? nothingMore)
  // A changed setting is an event, and makes a band learn its normal anew.
  const hasSettings = looksAt.kind === 'event' || looksAt.kind === 'baseline'
  const columns = found.flatMap((need) => need.columns ?? [])
  return {
    columns: [...new Set([...columns, ...(hasSettings ? ['config_version'] : [])])],
    slots: [...new Set(found.flatMap((need) => need.slots ?? []))],
  }
}
