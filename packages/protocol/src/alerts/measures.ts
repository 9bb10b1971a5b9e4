/**
 * What alert rules can look at: values of a report with unit and range, by name. `packages/alerts` reads them from a status;
 * the rule editor and the check of a rule read this table. A flag is 1 while it is true and 0 while it is not.
 */
export type MeasureSubject = 'device' | 'band' | 'fan'

export interface Measure {
  label: string
  unit: string
  /** Whose value it is: one per device, per band (subject "B20") or per fan (subject "fan 1"). */
  of: MeasureSubject
  /** A threshold outside of this range could never be met, or always. */
  minimum: number
  maximum: number
  isFlag?: boolean
}

const measure = (label: string, unit: string, of: MeasureSubject, minimum: number, maximum: number): Measure => ({
  label,
  unit,
  of,
  minimum,
  maximum,
})
const flag = (label: string, of: MeasureSubject): Measure => ({
  label,
  unit: '',
  of,
  minimum: 0,
  maximum: 1,
  isFlag: true,
})

export const measures = {
  boardCelsius: measure('Board temperature', '°C', 'device', -55, 150),
  boardUnchangedHours: measure('Board temperature the same for', 'h', 'device', 0, 744),
  ambientCelsius: measure('Ambient temperature', '°C', 'device', -55, 100),
  humidityPercent: measure('Humidity', '%', 'device', 0, 100),
  doorOpen: flag('Door open', 'device'),
  supplyVolts: measure('Supply voltage', 'V', 'device', 0, 100),
  supplyDeviationPercent: measure('Supply voltage off nominal by', '%', 'device', 0, 100),
  supplyAmperes: measure('Supply current', 'A', 'device', 0, 32),
  supplyLoadPercent: measure("Supply current against the model's maximum", '%', 'device', 0, 1000),
  inputWatts: measure('Input power', 'W', 'device', 0, 3200),
  onBattery: flag('Runs on battery', 'device'),
  cpuLoadPercent: measure('Processor load', '%', 'device', 0, 100),
  memoryFreeKilobytes: measure('Free memory', 'kB', 'device', 0, 2 ** 31),
  flashFreeKilobytes: measure('Free flash', 'kB', 'device', 0, 2 ** 31),
  clockOffsetSeconds: measure('Clock off by', 's', 'device', 0, 1_000_000_000),
  errorCodes: measure('Error codes reported', '', 'device', 0, 32),
  unexpectedReboots24h: measure('Unexpected restarts in 24 h', '', 'device', 0, 1000),
  modemRsrpDbm: measure('Modem RSRP', 'dBm', 'device', -140, -40),
  modemRsrqDb: measure('Modem RSRQ', 'dB', 'device', -43, 20),
  modemSinrDb: measure('Modem SINR', 'dB', 'device', -23, 40),
  modemRssiDbm: measure('Modem RSSI', 'dBm', 'device', -120, -20),
  roundTripMs: measure('Round trip to the platform', 'ms', 'device', 0, 600_000),
  reconnects24h: measure('Reconnects in 24 h', '', 'device', 0, 100_000),
  roaming: flag('Modem is roaming', 'device'),
  fanStopped: flag('Fan stands still while driven', 'fan'),
  fanSpeedPercent: measure('Fan speed against its drive', '%', 'fan', 0, 300),
  paCelsius: measure('Amplifier temperature', '°C', 'band', -55, 180),
  gainSetDb: measure('Gain set', 'dB', 'band', 0, 120),
  gainMaximumDb: measure('Gain allowed', 'dB', 'band', 0, 120),
  gainActualDb: measure('Gain', 'dB', 'band', 0, 120),
  gainReductionDb: measure('Gain below what is set', 'dB', 'band', 0, 120),
  automaticGainReductionDb: measure('Automatic gain control takes', 'dB', 'band', 0, 120),
  gainMismatchDb: measure('Output differs from input plus gain by', 'dB', 'band', 0, 200),
  isolationDb: measure('Isolation', 'dB', 'band', 0, 160),
  isolationMarginDb: measure('Isolation margin', 'dB', 'band', -120, 160),
  returnLossDb: measure('Return loss', 'dB', 'band', 0, 60),
  downlinkInputDbm: measure('Donor level', 'dBm', 'band', -130, 20),
  downlinkOutputDbm: measure('Downlink output', 'dBm', 'band', -130, 50),
  uplinkInputDbm: measure('Uplink input', 'dBm', 'band', -130, 20),
  uplinkOutputDbm: measure('Uplink output', 'dBm', 'band', -130, 50),
  outputAboveLimitDb: measure("Downlink output beyond the band's limit by", 'dB', 'band', -180, 60),
  donorRsrpDbm: measure('Donor RSRP', 'dBm', 'band', -140, -30),
  donorRsrqDb: measure('Donor RSRQ', 'dB', 'band', -43, 20),
  donorSinrDb: measure('Donor SINR', 'dB', 'band', -23, 40),
  oscillations24h: measure('Oscillations in 24 h', '', 'band', 0, 100_000),
  oscillating: flag('Oscillates', 'band'),
  bandShutDown: flag('Band shut itself down', 'band'),
  bandLockedOut: flag('Band is locked out', 'band'),
  bandFault: flag('Band reports a fault', 'band'),
  thermalFoldback: flag('Gain lowered for heat', 'band'),
  uplinkSilentDays: measure('Working days without uplink traffic', 'd', 'band', 0, 60),
} as const satisfies Record<string, Measure>
export type MeasureName = keyof typeof measures
export const measureNames = Object.keys(measures) as [MeasureName, ...MeasureName[]]

export function isMeasureName(name: string): name is MeasureName {
  return Object.hasOwn(measures, name)
}

/** Measures whose own normal can be learned: levels of a band. */
export const learnableMeasures = ['downlinkOutputDbm'] as const satisfies readonly MeasureName[]
