import type { BandSummary, Finding } from '@stellacontrol/protocol'
import type { CSSProperties } from 'react'
import { severityClass, worstFinding } from '../words/severity-words.ts'

/** A band that lacks this much gain is drawn at the least height. */
const emptyAtDb = 15
const leastHeight = 0.12

/** One bar per band: height = how much of the set gain it delivers, hollow = off or unknown, hue = a finding. */
export function BandStrip({ bands, findings }: { bands: readonly BandSummary[]; findings: readonly Finding[] }) {
  return (
    <span className="bs" aria-hidden="true">
      {bands.map((band) => {
        const finding = worstFinding(findings, ({ band: name }) => name === band.band)
        const tone = severityClass(finding).replace('p', 'b')
        const isUnknown = !band.enabled || band.state === 'off' || band.state === 'unknown'
        const style = { '--v': barHeight(band) } as CSSProperties
        return <i key={band.band} className={isUnknown ? 'x' : tone} style={style} />
      })}
    </span>
  )
}

/** States in which little gain is as it should be, or nothing is known of it. */
function isOnPurpose(state: BandSummary['state']): boolean {
  return state === 'standby' || state === 'off' || state === 'starting' || state === 'unknown'
}

/** 0 to 1: full at the set gain, least at `emptyAtDb` below it or when the band is down. */
function barHeight(band: BandSummary): number {
  if (!band.enabled || isOnPurpose(band.state)) return 1
  if (band.state === 'shut-down' || band.state === 'locked-out' || band.state === 'fault') return leastHeight
  if (band.gainSetDb === undefined || band.gainActualDb === undefined) return 1
  const missing = Math.max(0, band.gainSetDb - band.gainActualDb)
  return Math.max(leastHeight, Math.round((1 - missing / emptyAtDb) * 100) / 100)
}
