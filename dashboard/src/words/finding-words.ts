import type { BandStatus, DeviceSummary, Finding } from '@stellacontrol/protocol'
import { bandStateWords } from './band-words.ts'
import { formatChange, formatNumber, formatWithUnit } from './numbers.ts'

/** A finding in a few words, for a tile: "76.4 °C", "B20 −9.4 dB", "B3 shut down". */
export function findingPhrase(finding: Finding): string {
  const { band, value } = finding
  const subject = band === undefined ? '' : `${band} `
  switch (finding.code) {
    case 'board-temperature-high':
      return `board ${formatWithUnit(value, '°C', 1)}`
    case 'pa-temperature-high':
      return `${subject}amplifier ${formatWithUnit(value, '°C', 1)}`
    case 'fan-stopped':
      return 'fan stopped'
    case 'on-battery':
      return 'on battery'
    case 'modem-signal-low':
      return `modem ${formatWithUnit(value, 'dBm')}`
    case 'band-shut-down':
      return `${subject}shut down`
    case 'band-locked-out':
      return `${subject}locked out`
    case 'band-fault':
      return `${subject}fault`
    case 'isolation-margin-low':
      return `${subject}margin ${formatWithUnit(value, 'dB', 1)}`
    case 'return-loss-low':
      return `${subject}return loss ${formatWithUnit(value, 'dB', 1)}`
    case 'donor-low':
      return `${subject}donor weak, ${formatWithUnit(value, 'dBm')}`
    case 'donor-overload':
      return `${subject}donor too strong, ${formatWithUnit(value, 'dBm')}`
    case 'gain-reduced':
      return value === undefined ? `${subject}gain reduced` : `${subject}${formatChange(-value)} dB`
    default:
      return `${subject}${finding.code.replaceAll('-', ' ')}`
  }
}

/** The band that delivers least of its set gain, in words: "B20 −9.4 dB", "B3 shut down", "unknown". */
export function worstBandPhrase(worst: DeviceSummary['worstBand']): string {
  if (worst === null) return 'unknown'
  const state = worst.state as BandStatus['state']
  if (state === 'shut-down' || state === 'locked-out' || state === 'fault' || state === 'starting') {
    return `${worst.band} ${bandStateWords[state].toLowerCase()}`
  }
  if (worst.gainReductionDb === null) return `${worst.band} unknown`
  if (Math.abs(worst.gainReductionDb) < 0.05) return `${worst.band} ${formatNumber(0, 1)} dB`
  return `${worst.band} ${formatChange(-worst.gainReductionDb)} dB`
}
