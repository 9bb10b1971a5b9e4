/**
 * The vital parameters: one row each, with unit, scale and the range outside of which a value cannot be true. The decoder's
 * plausibility check, the history columns, the roll-ups, the chart API and the page all read these tables.
 *
 * `wire` is the field of the decoded report, `scale` = wire units per unit (10 = tenths). Ranges: domain model, sections 2.3
 * and 3 of the research notes; encodings of modem values: libmbim and Android's signal classes.
 */
export interface Vital {
  /** Name in the status, in the API's `metrics` and in the page: ends in its unit. */
  name: string
  unit: string
  /** Wire units per unit. */
  scale: number
  /** Plausible range in wire units, both ends included. */
  minimum: number
  maximum: number
}

export const systemVitals = {
  boardCelsius: vital('boardCelsius', '°C', 10, -550, 1500),
  ambientCelsius: vital('ambientCelsius', '°C', 10, -550, 1000),
  fanSpeedRpm: vital('fanSpeedRpm', 'rpm', 1, 0, 20_000),
  fanDrivePercent: vital('fanDrivePercent', '%', 1, 0, 100),
  humidityPercent: vital('humidityPercent', '%', 1, 0, 100),
  supplyVolts: vital('supplyVolts', 'V', 1000, 0, 100_000),
  supplyAmperes: vital('supplyAmperes', 'A', 1000, 0, 32_000),
  inputWatts: vital('inputWatts', 'W', 10, 0, 32_000),
  cpuLoadPercent: vital('cpuLoadPercent', '%', 1, 0, 100),
  memoryFreeKilobytes: vital('memoryFreeKilobytes', 'kB', 1, 0, 2 ** 31 - 1),
  flashFreeKilobytes: vital('flashFreeKilobytes', 'kB', 1, 0, 2 ** 31 - 1),
  modemRsrpDbm: vital('modemRsrpDbm', 'dBm', 10, -1400, -400),
  modemRsrqDb: vital('modemRsrqDb', 'dB', 10, -430, 200),
  modemSinrDb: vital('modemSinrDb', 'dB', 10, -230, 400),
  modemRssiDbm: vital('modemRssiDbm', 'dBm', 10, -1200, -200),
  roundTripMs: vital('roundTripMs', 'ms', 1, 0, 600_000),
  reconnects24h: vital('reconnects24h', '', 1, 0, 100_000),
} as const
export type SystemVitalName = keyof typeof systemVitals

export const bandVitals = {
  gainSetDb: vital('gainSetDb', 'dB', 10, 0, 1200),
  gainMaximumDb: vital('gainMaximumDb', 'dB', 10, 0, 1200),
  gainActualDb: vital('gainActualDb', 'dB', 10, 0, 1200),
  downlinkInputDbm: vital('downlinkInputDbm', 'dBm', 10, -1300, 200),
  downlinkOutputDbm: vital('downlinkOutputDbm', 'dBm', 10, -1300, 500),
  uplinkInputDbm: vital('uplinkInputDbm', 'dBm', 10, -1300, 200),
  uplinkOutputDbm: vital('uplinkOutputDbm', 'dBm', 10, -1300, 500),
  isolationDb: vital('isolationDb', 'dB', 10, 0, 1600),
  returnLossDb: vital('returnLossDb', 'dB', 10, 0, 600),
  paCelsius: vital('paCelsius', '°C', 10, -550, 1800),
  donorRsrpDbm: vital('donorRsrpDbm', 'dBm', 10, -1400, -300),
  donorRsrqDb: vital('donorRsrqDb', 'dB', 10, -430, 200),
  donorSinrDb: vital('donorSinrDb', 'dB', 10, -230, 400),
} as const
export type BandVitalName = keyof typeof bandVitals

function vital(name: string, unit: string, scale: number, minimum: number, maximum: number): Vital {
  return { name, unit, scale, minimum, maximum }
}

/** A level or gain may lie this far from its interval's average, in tenths of dB; more is a damaged value. */
export const maximumSpreadDb10 = 600

/** 3GPP band numbers that a repeater can have (TS 36.101 and 38.101-1 end below 512). */
export const maximumBandNumber = 511

/** The name by which people call a band: 20 is "B20". */
export function bandName(band: number): string {
  return `B${band}`
}
