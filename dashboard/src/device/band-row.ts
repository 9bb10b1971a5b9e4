import type { BandStatus, DeviceStatus, Finding } from '@stellacontrol/protocol'
import { bandStateWords, gainLimitCauseWords, shutdownReasonNames } from '../words/band-words.ts'
import { worstFinding } from '../words/severity-words.ts'

/** One band with the findings about it, and the words that both the table and the cards show. */
export interface BandRow {
  band: BandStatus
  worst: Finding | undefined
  findingOf: (...codes: string[]) => Finding | undefined
  state: string
  /** Why the gain is what it is; undefined while the band is down or says nothing. */
  limitedBy: string | undefined
  /** Below the cause: the reason of a shutdown, and how often it tried again. */
  detail: string | undefined
  isDown: boolean
  /** Undefined while the band is down: isolation less a gain of nought is no margin. */
  marginDb: number | undefined
}

/** True if the band does not repeat although it should. */
export function isBandDown({ state }: BandStatus): boolean {
  return state === 'shut-down' || state === 'locked-out' || state === 'fault'
}

export function bandRows(status: DeviceStatus): BandRow[] {
  return status.bands.map((band) => {
    const own = status.findings.filter((finding) => finding.band === band.band)
    const isDown = isBandDown(band)
    return {
      band,
      worst: worstFinding(own, () => true),
      findingOf: (...codes) => worstFinding(own, ({ code }) => codes.includes(code)),
      state: band.enabled ? bandStateWords[band.state] : 'Switched off',
      limitedBy: limitedBy(band, isDown),
      detail: isDown && band.shutdownRetries ? `tried ${band.shutdownRetries} times` : undefined,
      isDown,
      marginDb: isDown ? undefined : band.isolationMarginDb,
    }
  })
}

function limitedBy(band: BandStatus, isDown: boolean): string | undefined {
  if (isDown) return shutdownReasonNames[band.shutdownReason ?? 'unknown']
  return band.gainLimitCause === undefined ? undefined : gainLimitCauseWords[band.gainLimitCause]
}
