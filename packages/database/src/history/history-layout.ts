import {
  type BandVitalName,
  bandVitals,
  maximumBandNumber,
  type SystemVitalName,
  systemVitals,
  type Vital,
} from '@stellacontrol/protocol'

/**
 * Where every value of a report lies in a row of history. The writer, the reader and the roll-ups use this module and
 * nothing else; sql/0002_history.sql has the same columns.
 *
 * A full report of five bands takes 252 bytes of heap (32 rows a page) and about 40 of index.
 */

/** "Not measured" in every smallint of history. It stands in for NULL, which would cost each row a null bitmap. */
export const absent = -32_768
const greatest = 32_767

/** The columns of `report` and `report_live` in the order in which COPY sends them; grouped by type. */
export const integerColumns = ['boot_id', 'seq', 'uptime_s', 'arrival_delay_ds'] as const
export const smallintColumns = [
  ...['interval_s', 'flags', 'board', 'ambient', 'fan_rpm', 'fan_drive_and_cpu', 'supply', 'current', 'memory_free'],
  ...['rsrp', 'rsrq', 'sinr', 'rssi', 'round_trip', 'reconnects', 'config_version'],
] as const
export const reportColumns = ['at', 'device_id', ...integerColumns, ...smallintColumns, 'bands'] as const

/**
 * `flags`: mode + 4 x reset reason + 64 x power source + 1024 x bearer, the numbers of the wire; 0 = not told.
 * `boot_id` and `seq` are the device's uint32 as int4 with the same bits.
 */
export const flagShifts = { mode: 0, resetReason: 2, powerSource: 6, bearer: 10 } as const

/** Two percentages in one smallint: `fan_drive_and_cpu` = 128 x fan drive + CPU load; 127 = not measured. */
export const percentBits = 7
export const absentPercent = 127

/** A kept metric: how it is read from a report's row `r` (minimum, average, maximum in stored units) and from a roll-up. */
export interface StoredMetric {
  vital: Vital
  /** Stored units per unit of the vital: 10 = tenths. */
  storedScale: number
  /** Columns of the roll-up are `<rollupColumn>_min`, `_avg`, `_max`. */
  rollupColumn: string
  /** SQL over a row `r`; for a band, `offset` is where its slots begin (SQL, 0-based). NULL = not measured. */
  minimumSql(offset: string): string
  averageSql(offset: string): string
  maximumSql(offset: string): string
}

function systemMetric(name: SystemVitalName, rollupColumn: string, storedScale: number, sql?: string): StoredMetric {
  const expression = sql ?? `nullif(r.${rollupColumn}, ${absent})`
  return metric(systemVitals[name], rollupColumn, storedScale, () => expression)
}

function metric(
  vital: Vital,
  rollupColumn: string,
  storedScale: number,
  sql: (offset: string) => string,
): StoredMetric {
  return { vital, storedScale, rollupColumn, minimumSql: sql, averageSql: sql, maximumSql: sql }
}

const fanDriveSql = `nullif((r.fan_drive_and_cpu >> ${percentBits}) & ${absentPercent}, ${absentPercent})`
const cpuSql = `nullif(r.fan_drive_and_cpu & ${absentPercent}, ${absentPercent})`

/** The device's own vital parameters that history keeps. */
export const systemMetrics = {
  boardCelsius: systemMetric('boardCelsius', 'board', 10),
  ambientCelsius: systemMetric('ambientCelsius', 'ambient', 10),
  fanSpeedRpm: systemMetric('fanSpeedRpm', 'fan_rpm', 1),
  fanDrivePercent: systemMetric('fanDrivePercent', 'fan_drive', 1, fanDriveSql),
  supplyVolts: systemMetric('supplyVolts', 'supply', 100),
  supplyAmperes: systemMetric('supplyAmperes', 'current', 1000),
  cpuLoadPercent: systemMetric('cpuLoadPercent', 'cpu', 1, cpuSql),
  memoryFreeKilobytes: systemMetric('memoryFreeKilobytes', 'memory_free', 0.01),
  modemRsrpDbm: systemMetric('modemRsrpDbm', 'rsrp', 10),
  modemRsrqDb: systemMetric('modemRsrqDb', 'rsrq', 10),
  modemSinrDb: systemMetric('modemSinrDb', 'sinr', 10),
  modemRssiDbm: systemMetric('modemRssiDbm', 'rssi', 10),
  roundTripMs: systemMetric('roundTripMs', 'round_trip', 1),
  reconnects24h: systemMetric('reconnects24h', 'reconnects', 1),
} satisfies Partial<Record<SystemVitalName, StoredMetric>>

/** What lies where in a band's part of `bands`. Levels, gains and temperatures are tenths, as on the wire. */
export const slots = {
  /** 3GPP band + 512 x state. */
  band: 0,
  /** Gain limit cause + 16 x shutdown reason + 256 x percentage of the interval with uplink traffic (127 = not known). */
  cause: 1,
  gainSetDb: 2,
  gainMaximumDb: 3,
  gainActualDb: 4,
  downlinkInputDbm: 5,
  downlinkInputSpread: 6,
  downlinkOutputDbm: 7,
  downlinkOutputSpread: 8,
  uplinkInputDbm: 9,
  uplinkOutputDbm: 10,
  isolationDb: 11,
  returnLossDb: 12,
  paCelsius: 13,
} as const
export const slotsPerBand = 14

const slotSql = (slot: number) => (offset: string) => `nullif(r.bands[${offset} + ${slot + 1}], ${absent})`

function bandMetric(name: BandVitalName & keyof typeof slots, rollupColumn: string): StoredMetric {
  return metric(bandVitals[name], rollupColumn, 10, slotSql(slots[name]))
}

function levelMetric(name: BandVitalName & keyof typeof slots, rollupColumn: string, spread: number): StoredMetric {
  const level = bandMetric(name, rollupColumn)
  const distances = (offset: string) => `coalesce(${slotSql(spread)(offset)} + ${spreadOffset}, 0)`
  return {
    ...level,
    minimumSql: (offset) => `${level.averageSql(offset)} - (${distances(offset)} >> 8)`,
    maximumSql: (offset) => `${level.averageSql(offset)} + (${distances(offset)} & 255)`,
  }
}

/** A spread is 256 x (average - minimum) + (maximum - average) in tenths, each at most 25.4, shifted to use all 16 bits. */
const spreadOffset = 32_767
const greatestDistance = 254

/** The vital parameters of a band that history keeps. */
export const bandMetrics = {
  gainSetDb: bandMetric('gainSetDb', 'gain_set'),
  gainMaximumDb: bandMetric('gainMaximumDb', 'gain_maximum'),
  gainActualDb: bandMetric('gainActualDb', 'gain_actual'),
  downlinkInputDbm: levelMetric('downlinkInputDbm', 'downlink_in', slots.downlinkInputSpread),
  downlinkOutputDbm: levelMetric('downlinkOutputDbm', 'downlink_out', slots.downlinkOutputSpread),
  uplinkInputDbm: bandMetric('uplinkInputDbm', 'uplink_in'),
  uplinkOutputDbm: bandMetric('uplinkOutputDbm', 'uplink_out'),
  isolationDb: bandMetric('isolationDb', 'isolation'),
  returnLossDb: bandMetric('returnLossDb', 'return_loss'),
  paCelsius: bandMetric('paCelsius', 'pa'),
} satisfies Partial<Record<BandVitalName, StoredMetric>>

/** SQL: the number of the band whose slots begin at `offset`; NULL behind the last band. */
export function bandNumberSql(offset: string): string {
  return `(r.bands[${offset} + ${slots.band + 1}] & ${maximumBandNumber})`
}

/** A device reports at most this many bands; the protocol sets more aside. */
const maximumBands = 16

/** SQL: where the slots of this band begin; NULL if the row `r` has none. */
export function bandOffsetSql(band: number): string {
  const offsets = Array.from({ length: maximumBands }, (_, index) => index * slotsPerBand)
  return `case ${band} ${offsets.map((offset) => `when ${bandNumberSql(`${offset}`)} then ${offset}`).join(' ')} end`
}

/** A wire value in stored units: implausible or missing = absent, beyond the range of a smallint = saturated. */
export function storedValue({ vital, storedScale }: StoredMetric, wire: number | null | undefined): number {
  if (wire === null || wire === undefined || wire < vital.minimum || wire > vital.maximum) return absent
  return Math.min(Math.round((wire * storedScale) / vital.scale), greatest)
}

/** An unsigned number without a plausible range, e.g. an interval in seconds: saturated, missing = absent. */
export function storedCount(wire: number | null | undefined): number {
  return wire === null || wire === undefined ? absent : Math.min(wire, greatest)
}

/** Distances in tenths of dB below and above an average. One that is missing counts as 0; both missing = absent. */
export function packSpread(below: number | null | undefined, above: number | null | undefined): number {
  if (typeof below !== 'number' && typeof above !== 'number') return absent
  const distance = (value: number | null | undefined) => Math.min(value ?? 0, greatestDistance)
  return distance(below) * 256 + distance(above) - spreadOffset
}

/** The inverse of {@link packSpread}, for distances up to 25.4 dB. */
export function unpackSpread(stored: number): { below: number; above: number } | undefined {
  if (stored === absent) return undefined
  const distances = stored + spreadOffset
  return { below: distances >> 8, above: distances & 255 }
}

/** A stored number in the unit of its vital. */
export function inUnit({ storedScale }: StoredMetric, stored: number): number {
  return stored / storedScale
}
