import type { BandStatus, DeviceStatus, Finding, Presence } from '@stellacontrol/protocol'
import { gainLimitCauseWords, shutdownReasonWords } from '../words/band-words.ts'
import { findingPhrase } from '../words/finding-words.ts'
import { formatNumber, formatWithUnit } from '../words/numbers.ts'
import { severityWords } from '../words/severity-words.ts'
import { formatDuration } from '../words/time.ts'

/** What is to be said about a booster: one sentence, why, and what to do next. */
export interface Verdict {
  /** The class of its colour: p1 to p3, or nothing when there is no reason to look. */
  tone: '' | 'p1' | 'p2' | 'p3'
  /** The shape in front of it. */
  icon: string
  iconKind: 'i' | 'sv' | 'st'
  iconLabel: string
  headline: string
  because: string
  /** The next step, a sentence in the imperative; undefined when nothing needs doing. */
  action: string | undefined
  /** What else is wrong, in a few words each. */
  also: string[]
  /** The finding that the sentence is about. */
  lead: Finding | undefined
}

/** Causes before their effects: a stopped fan explains the heat, the heat explains the missing gain. */
const causalOrder = [
  'on-battery',
  'fan-stopped',
  'board-temperature-high',
  'pa-temperature-high',
  'band-fault',
  'band-locked-out',
  'band-shut-down',
  'donor-overload',
  'donor-low',
  'return-loss-low',
  'isolation-margin-low',
  'gain-reduced',
  'modem-signal-low',
]

/** The finding to speak of: of the worst severity, the one that is closest to the cause. */
export function leadFinding(findings: readonly Finding[]): Finding | undefined {
  const place = (finding: Finding) => {
    const index = causalOrder.indexOf(finding.code)
    return index === -1 ? causalOrder.length : index
  }
  return [...findings].sort(
    (a, b) => severityWords[b.severity].rank - severityWords[a.severity].rank || place(a) - place(b),
  )[0]
}

/**
 * The verdict of the latest report. `silentMs` is how long ago it came. Pure: silence is judged before values, because old
 * values prove nothing.
 */
export function verdictOf(status: DeviceStatus | null, presence: Presence, silentMs: number): Verdict {
  if (status === null || presence === 'never-seen') {
    return silence(
      'mt',
      'Never seen',
      'p3',
      'This booster has not reported yet.',
      'It is in the registry, but no report of it has arrived.',
      'Check its power, its network cable or antenna, and the secret it was given.',
    )
  }
  const interval =
    status.intervalSeconds === undefined ? '' : `, one was due every ${formatDuration(status.intervalSeconds * 1000)}`
  const last =
    status.findings.length === 0
      ? 'Its last report was within all limits.'
      : `Its last report said: ${status.findings.map(findingPhrase).join(', ')}.`
  if (presence === 'offline') {
    const action = 'Check mains power at the booster first, then its network.'
    return silence('of', 'Offline', 'p1', `No report for ${formatDuration(silentMs)}.`, last, action)
  }
  if (presence === 'stale') {
    const action = 'Wait for the next report; if none comes within the hour, check power and network.'
    return silence('sl', 'Stale', 'p3', `No report for ${formatDuration(silentMs)}${interval}.`, last, action)
  }
  const lead = leadFinding(status.findings)
  if (lead === undefined) return calm(status)
  const { icon, word, className } = severityWords[lead.severity]
  const also = shortened(status.findings.filter((finding) => finding !== lead).map(findingPhrase))
  const tone = className as Verdict['tone']
  return { tone, icon, iconKind: 'sv', iconLabel: word, also, lead, ...words(lead, status) }
}

/** More than this in one sentence is a list, and the table below shows it better. */
const mostAlso = 4

function shortened(phrases: readonly string[]): string[] {
  if (phrases.length <= mostAlso) return [...phrases]
  return [...phrases.slice(0, mostAlso), `and ${phrases.length - mostAlso} more`]
}

function silence(
  icon: string,
  iconLabel: string,
  tone: Verdict['tone'],
  headline: string,
  because: string,
  action: string,
): Verdict {
  return { tone, icon, iconKind: 'st', iconLabel, headline, because, action, also: [], lead: undefined }
}

function calm(status: DeviceStatus): Verdict {
  const enabled = status.bands.filter((band) => band.enabled && band.state !== 'off')
  const quiet = status.bands.length - enabled.length
  const off = quiet === 0 ? '' : ` ${quiet === 1 ? 'One band is' : `${quiet} bands are`} switched off.`
  return {
    tone: '',
    icon: 'check',
    iconKind: 'i',
    iconLabel: 'Normal',
    headline: 'Everything this booster measures is within its limits.',
    because: `${formatNumber(enabled.length)} of ${formatNumber(status.bands.length)} bands repeat.${off} Nothing needs you here.`,
    action: undefined,
    also: [],
    lead: undefined,
  }
}

type Words = Pick<Verdict, 'headline' | 'because' | 'action'>

function words(finding: Finding, status: DeviceStatus): Words {
  const band = status.bands.find((candidate) => candidate.band === finding.band)
  return band === undefined ? systemWords(finding, status) : bandWords(finding, band)
}

function systemWords(finding: Finding, status: DeviceStatus): Words {
  const { value, limit } = finding
  const board = formatWithUnit(status.environment.boardCelsius, '°C', 1)
  switch (finding.code) {
    case 'fan-stopped':
      return {
        headline: 'The fan stands still although it is driven.',
        because: `The board is at ${board}. Without air the booster will cut its gain, then switch bands off.`,
        action: 'Check the fan for dirt and a loose plug, then replace it.',
      }
    case 'board-temperature-high':
      return {
        headline: `The board is at ${formatWithUnit(value, '°C', 1)}, above its limit of ${formatWithUnit(limit, '°C')}.`,
        because: `Ambient is ${formatWithUnit(status.environment.ambientCelsius, '°C', 1)}. A booster this hot cuts its gain to protect itself.`,
        action: 'Check the air around the cabinet, the filter and the fan.',
      }
    case 'on-battery':
      return {
        headline: 'The booster runs on battery.',
        because: `Mains power is missing at the booster. Supply is ${formatWithUnit(status.power.supplyVolts, 'V', 1)}.`,
        action: 'Check the breaker and the mains at the site before the battery is empty.',
      }
    case 'modem-signal-low':
      return {
        headline: `The booster's own modem hears the network at only ${formatWithUnit(value, 'dBm')}.`,
        because: 'Coverage is not affected; reports may come late or not at all.',
        action: "Check the modem's antenna, or connect the booster by cable.",
      }
    default:
      return unknownWords(finding)
  }
}

function bandWords(finding: Finding, band: BandStatus): Words {
  const { value, limit } = finding
  const name = `Band ${band.band.slice(1)}`
  switch (finding.code) {
    case 'band-shut-down':
    case 'band-locked-out': {
      const reason = shutdownReasonWords[band.shutdownReason ?? 'unknown']
      const isLocked = finding.code === 'band-locked-out'
      return {
        headline: isLocked ? `${name} gave up and stays off.` : `${name} switched itself off.`,
        because: `The booster's reason: ${reason}.${isLocked ? ' It will not try again by itself.' : ' It will try again by itself.'}`,
        action: shutdownAction(band),
      }
    }
    case 'band-fault':
      return {
        headline: `${name} reports a fault and does not repeat.`,
        because: `The booster's reason: ${shutdownReasonWords[band.shutdownReason ?? 'unknown']}.`,
        action: 'Restart the booster on site; if the fault comes back, replace it.',
      }
    case 'pa-temperature-high':
      return {
        headline: `The amplifier of ${name.toLowerCase()} is at ${formatWithUnit(value, '°C', 1)}, above its limit of ${formatWithUnit(limit, '°C')}.`,
        because: 'An amplifier this hot loses power, then switches off.',
        action: 'Check the air around the cabinet, the filter and the fan.',
      }
    case 'isolation-margin-low':
      return {
        headline: `${name} is only ${formatWithUnit(value, 'dB', 1)} away from hearing itself; ${formatWithUnit(limit, 'dB')} is the limit.`,
        because: `Isolation is ${formatWithUnit(band.isolationDb, 'dB', 1)} at ${formatWithUnit(band.gainActualDb, 'dB', 1)} of gain.`,
        action: 'Move donor and indoor antennas further apart or turn them away from each other, or lower the gain.',
      }
    case 'return-loss-low':
      return {
        headline: `${name} has a return loss of ${formatWithUnit(value, 'dB', 1)}; below ${formatWithUnit(limit, 'dB')} power comes back from the antenna line.`,
        because: `Delivered now: ${formatWithUnit(band.downlinkOutputDbm?.average, 'dBm', 1)}.`,
        action: 'Check the indoor antenna cable and its connectors.',
      }
    case 'donor-low':
      return {
        headline: `${name} hears its donor at ${formatWithUnit(value, 'dBm', 1)}, below ${formatWithUnit(limit, 'dBm')}.`,
        because:
          'Either the operator changed its cell, or the donor antenna lost its aim. Other bands of this booster tell which.',
        action:
          'Compare the other bands: if all fell, check the donor antenna and its cable; if one, ask the operator.',
      }
    case 'donor-overload':
      return {
        headline: `${name} hears its donor at ${formatWithUnit(value, 'dBm', 1)}, above ${formatWithUnit(limit, 'dBm')}.`,
        because: 'A donor signal this strong distorts what is delivered indoors.',
        action: 'Turn the donor antenna away from the mast, or put an attenuator in its line.',
      }
    case 'gain-reduced':
      return {
        headline: `${name} delivers ${formatWithUnit(value, 'dB', 1)} less gain than it is set to.`,
        because: `It gives ${formatWithUnit(band.gainActualDb, 'dB', 1)} of ${formatWithUnit(band.gainSetDb, 'dB', 1)}. Limited by: ${gainLimitCauseWords[band.gainLimitCause ?? 'unknown'].toLowerCase()}.`,
        action: gainAction(band),
      }
    default:
      return unknownWords(finding)
  }
}

function unknownWords(finding: Finding): Words {
  return {
    headline: `The booster reports: ${findingPhrase(finding)}.`,
    because: 'This page does not know this finding yet.',
    action: undefined,
  }
}

function shutdownAction(band: BandStatus): string {
  switch (band.shutdownReason) {
    case 'oscillation':
      return 'Move donor and indoor antennas further apart, or lower the gain of this band.'
    case 'over-temperature':
      return 'Check the air around the cabinet, the filter and the fan.'
    case 'over-input':
      return 'Turn the donor antenna away from the mast, or put an attenuator in its line.'
    case 'vswr':
      return 'Check the indoor antenna cable and its connectors.'
    case 'supply':
      return 'Check the power supply and its cable.'
    case 'user':
      return 'Ask who switched it off before you switch it on.'
    default:
      return 'Restart the booster on site; if it happens again, replace it.'
  }
}

function gainAction(band: BandStatus): string {
  switch (band.gainLimitCause) {
    case 'isolation':
      return 'Move donor and indoor antennas further apart, or turn them away from each other.'
    case 'agc':
      return 'Turn the donor antenna away from the strongest mast, or put an attenuator in its line.'
    case 'alc':
      return 'Nothing is broken: output is at its maximum. Lower the set gain to what is used.'
    case 'temperature':
      return 'Check the air around the cabinet, the filter and the fan.'
    case 'regulatory':
      return 'Nothing is broken: the rule protects the operator near its mast.'
    default:
      return 'Compare the donor level and isolation below with those of the other bands.'
  }
}
