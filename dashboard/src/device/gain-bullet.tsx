import type { BandStatus } from '@stellacontrol/protocol'
import type { CSSProperties } from 'react'
import { formatNumber } from '../words/numbers.ts'

/** The ends of the scale: repeater gains lie between, and a difference of a few dB stays visible. */
const scaleFromDb = 30
const scaleToDb = 85

const place = (gainDb: number) =>
  ({
    '--v': Math.round(Math.min(1, Math.max(0, (gainDb - scaleFromDb) / (scaleToDb - scaleFromDb))) * 100),
  }) as CSSProperties

/** Bar = gain now, tick = set, bracket = the most that conditions allow. */
export function GainBullet({ band, tone }: { band: BandStatus; tone: string }) {
  const { gainActualDb, gainSetDb, gainMaximumDb } = band
  if (gainActualDb === undefined && gainSetDb === undefined) return null
  const words = `Gain ${formatNumber(gainActualDb, 1)} dB actual, ${formatNumber(gainSetDb, 1)} set, ${formatNumber(gainMaximumDb, 1)} maximum`
  return (
    <span className="gb" role="img" aria-label={words}>
      {gainActualDb !== undefined && <i className={tone} style={place(gainActualDb)} />}
      {gainMaximumDb !== undefined && <i className="max" style={place(gainMaximumDb)} />}
      {gainSetDb !== undefined && <i className="set" style={place(gainSetDb)} />}
    </span>
  )
}
