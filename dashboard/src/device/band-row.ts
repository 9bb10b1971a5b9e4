import type { BandStatus, DeviceStatus, Finding } from '@stellacontrol/protocol'
import { bandStateWords, gainLimitCauseWords, shutdownReasonWords } from '../words/band-words.ts'
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
}

export function bandRows(status: DeviceStatus): BandRow[] {
  return status.bands.map((band) => {
    const own = status.findings.filter((finding) => finding.band === band.band)
    const isDown = band.state === 'shut-down' || band.state === 'locked-out' || band.state === 'fault'
    return {
      band,
      worst: worstFinding(own, () => true),
      findingOf: (...codes) => worstFinding(own, ({ code }) => codes.includes(code)),
      state: band.enabled ? bandStateWords[band.state] : 'Switched off',
      limitedBy: limitedBy(band, isDown),
      detail: isDown && band.shutdownRetries ? `tried ${band.shutdownRetries} times` : undefined,
      isDown,
    }
  })
}

function limitedBy(band: BandStatus, isDown: boolean): string | undefined {
  if (isDown) {
    const reason = shutdownReasonWords[band.shutdownReason ?? 'unknown']
    return reason.charAt(0).toUpperCase() + reason.slice(1)
  }
  return band.gainLimitCause === undefined ? undefined : gainLimitCauseWords[band.gainLimitCause]
}
