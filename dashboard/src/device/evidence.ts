import type { BandStatus, DeviceStatus, Finding, Limits } from '@stellacontrol/protocol'
import { formatNumber, formatWithUnit, notMeasured } from '../words/numbers.ts'
import { severityClass, worstFinding } from '../words/severity-words.ts'
import { isBandDown } from './band-row.ts'

/** One value that speaks for or against the verdict. */
export interface Evidence {
  label: string
  value: string
  unit: string
  /** What the value is compared with. */
  note: string
  /** The class of its colour; empty while it is within its limits. */
  tone: string
  /** A limit exists and the value keeps it. */
  isWithin: boolean
}

/** The band the evidence is about: that of the finding, else the one that lacks most gain. */
export function bandInQuestion(status: DeviceStatus, lead: Finding | undefined): BandStatus | undefined {
  const named = status.bands.find((band) => band.band === lead?.band)
  if (named !== undefined) return named
  const lacking = (band: BandStatus) =>
    band.state === 'standby' ? 0 : (band.gainSetDb ?? 0) - (band.gainActualDb ?? band.gainSetDb ?? 0)
  return [...status.bands].filter((band) => band.enabled).sort((a, b) => lacking(b) - lacking(a))[0]
}

/** Five values beside the verdict, those outside of their limits first. */
export function evidenceOf(status: DeviceStatus, lead: Finding | undefined, limits: Limits): Evidence[] {
  const band = bandInQuestion(status, lead)
  const find = (code: string, of?: string) =>
    worstFinding(status.findings, (finding) => finding.code === code && finding.band === of)
  const evidence = [
    judged('Board temperature', status.environment.boardCelsius, '°C', find('board-temperature-high'), {
      words: 'limit',
      value: limits.boardCelsius.minor ?? limits.boardCelsius.critical,
    }),
  ]
  if (band !== undefined) {
    const name = band.band
    const isDown = isBandDown(band)
    const gainFinding = find('gain-reduced', name) ?? find(`band-${band.state}`, name)
    evidence.unshift(
      judged(`Gain, ${name}`, band.gainActualDb, 'dB', gainFinding, {
        words: 'set',
        value: band.gainSetDb,
      }),
      judged(
        `Isolation margin, ${name}`,
        isDown ? undefined : band.isolationMarginDb,
        'dB',
        find('isolation-margin-low', name),
        {
          words: 'limit',
          value: limits.isolationMarginDb.minor,
        },
      ),
      judged(
        `Donor, ${name}`,
        band.downlinkInputDbm?.average,
        'dBm',
        find('donor-low', name) ?? find('donor-overload', name),
        {
          words: 'limit',
          value: limits.downlinkInputLowDbm.minor,
        },
      ),
      judged(`Delivered, ${name}`, band.downlinkOutputDbm?.average, 'dBm', undefined, undefined),
    )
  }
  // "p1" is before "p2", and nothing is after both.
  return evidence.sort((a, b) => (a.tone || 'p9').localeCompare(b.tone || 'p9'))
}

function judged(
  label: string,
  value: number | undefined,
  unit: string,
  finding: Finding | undefined,
  compared: { words: string; value: number | undefined } | undefined,
): Evidence {
  const isKnown = value !== undefined
  const reference =
    compared?.value === undefined
      ? ''
      : `${compared.words} ${formatWithUnit(compared.value, unit, compared.words === 'set' ? 1 : 0)}`
  return {
    label,
    value: isKnown ? formatNumber(value, 1) : notMeasured,
    unit: isKnown ? unit : '',
    note: isKnown ? reference || 'measured' : 'not measured',
    tone: severityClass(finding),
    isWithin: isKnown && finding === undefined && reference !== '' && compared?.words === 'limit',
  }
}
