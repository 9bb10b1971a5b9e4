import type { BacktestResult } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { count, formatNumber } from '../words/numbers.ts'
import { dayWords } from './backtest-words.ts'
import { chosenFirings, laneMoments, lanesOf } from './lanes.ts'
import { variantWords } from './sweep.ts'

/** More are too many to compare by eye; the table below has every firing that is listed. */
const mostLanes = 12

interface BacktestLanesProps {
  result: BacktestResult
  chosen: number
}

/** When each booster would have fired: kept by what is chosen, or gone with it. */
export function BacktestLanes({ result, chosen }: BacktestLanesProps) {
  const lanes = lanesOf(result, chosen)
  if (lanes.length === 0) return null
  const variant = result.variants[chosen]
  const isCut = [0, chosen].some(
    (index) => (result.variants[index]?.firings ?? 0) > chosenFirings(result, index).length,
  )
  const hasGone = lanes.some(({ marks }) => marks.some(({ isKept }) => !isKept))
  const words = variant === undefined ? '' : variantWords(result.rule, variant)
  return (
    <section aria-label="By booster">
      <h4>
        Firings by booster
        {isCut && <span className="t3"> of those that lasted longest</span>}
      </h4>
      <ul className="lanes">
        {lanes.slice(0, mostLanes).map(({ serial, name, marks, firings, kept }) => (
          <li key={serial}>
            <Link className="link mono el" to="/devices/$serial" params={{ serial }} title={name}>
              {serial}
            </Link>
            <span className="ln" aria-hidden="true">
              {marks.map(({ at, isKept }) => (
                <i
                  key={`${at} ${isKept}`}
                  className={isKept ? 'k' : ''}
                  style={{ '--x': `${(at * 100).toFixed(2)}%` } as CSSProperties}
                />
              ))}
            </span>
            <span className="num">
              {formatNumber(firings)}
              <span className="vh"> {firings === 1 ? 'firing' : 'firings'}</span>
              {chosen !== 0 && (
                <span className="t3">
                  {' '}
                  <span aria-hidden="true">→</span>
                  <span className="vh">, with {words}</span> {formatNumber(kept)}
                </span>
              )}
            </span>
          </li>
        ))}
        <li className="t3" aria-hidden="true">
          <span />
          <span className="days">
            {laneMoments(result).map((at) => (
              <span key={at}>{dayWords(at)}</span>
            ))}
          </span>
          <span />
        </li>
      </ul>
      {lanes.length > mostLanes && (
        <p className="t3">{count(lanes.length - mostLanes, 'more booster', 'more boosters')} with fewer firings.</p>
      )}
      <p className="lg">
        {chosen === 0 ? (
          <span className="kept">fired</span>
        ) : (
          <>
            <span className="kept">fires with {words}</span>
            {hasGone && <span className="gone">gone with {words}</span>}
          </>
        )}
      </p>
    </section>
  )
}
