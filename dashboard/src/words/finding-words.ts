import type { DeviceSummary, Finding } from '@stellacontrol/protocol'
import { formatChange, formatWithUnit } from './numbers.ts'
import { worstFinding } from './severity-words.ts'

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
      return `${subject}donor weak`
    case 'donor-overload':
      return `${subject}donor too strong`
    case 'gain-reduced':
      return value === undefined ? `${subject}gain reduced` : `${subject}${formatChange(-value)} dB`
    default:
      return `${subject}${finding.code.replaceAll('-', ' ')}`
  }
}

/** Findings that say more of a band than how much gain it lacks. */
const bandFindings = ['band-fault', 'band-locked-out', 'band-shut-down', 'donor-low', 'donor-overload', 'gain-reduced']

export interface WorstBand {
  words: string
  /** The finding that the words are about; undefined if nothing is wrong. */
  finding: Finding | undefined
}

/** The band that is worst off, in words: "B3 shut down", "B20 −9.4 dB", "standby" while nobody uses any, "unknown". */
export function worstBandOf(device: Pick<DeviceSummary, 'worstBand' | 'bands' | 'findings'>): WorstBand {
  const { worstBand, bands } = device
  const finding = worstFinding(device.findings, ({ code }) => bandFindings.includes(code))
  if (finding !== undefined) return { words: findingPhrase(finding), finding }
  if (worstBand !== null && worstBand.gainReductionDb !== null) {
    return { words: `${worstBand.band} ${formatChange(-worstBand.gainReductionDb)} dB`, finding: undefined }
  }
  const enabled = bands.filter((band) => band.enabled && band.state !== 'off')
  const isStandby = enabled.length > 0 && enabled.every((band) => band.state === 'standby')
  if (isStandby) return { words: 'standby', finding: undefined }
  return { words: bands.length > 0 && enabled.length === 0 ? 'all off' : 'unknown', finding: undefined }
}
