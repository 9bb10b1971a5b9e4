import type { BacktestResult } from '@stellacontrol/protocol'
import { useState } from 'react'
import { count, formatNumber } from '../words/numbers.ts'
import { FiringTable } from './backtest-firings.tsx'
import { BacktestLanes } from './backtest-lanes.tsx'
import { Sweep } from './backtest-sweep.tsx'
import { dayWords, emptyWords, headline, heededWords } from './backtest-words.ts'
import { sweepOf } from './sweep.ts'

/** What a backtest found; one of its variants is looked at beside the rule as it is. */
export function BacktestReport({ result }: { result: BacktestResult }) {
  const [chosen, setChosen] = useState(0)
  const { from, to, devices, reportingDevices, reports, heeded } = result
  const empty = emptyWords(result)
  const sweeps = (['hold', 'threshold'] as const).map((kind) => ({ kind, bars: sweepOf(result, kind) }))
  const hasMissed = result.variants.some(({ missed }) => missed > 0)
  return (
    <div className="bt">
      <p className="head" role="status">
        {headline(result, chosen)}
      </p>
      <p className="t2">{empty ?? heededWords(result, chosen)}</p>
      {reportingDevices > 0 && (
        <p className="t3">
          {dayWords(Date.parse(from))} to {dayWords(Date.parse(to))}, {formatNumber(reportingDevices)} of{' '}
          {count(devices, 'booster')} reported, {count(reports, 'report')}
        </p>
      )}
      {empty === undefined && (
        <>
          {sweeps.map(
            ({ kind, bars }) =>
              bars.length > 0 && (
                <Sweep key={kind} rule={result.rule} {...{ kind, bars, chosen }} onChoose={setChosen} />
              ),
          )}
          {sweeps.some(({ bars }) => bars.length > 0) && (
            <p className="lg">
              <span className="solid">fires</span>
              {hasMissed && <span className="hatch">misses an incident somebody acted on</span>}
              {heeded > 0 && !hasMissed && <span className="plain">none misses an incident somebody acted on</span>}
            </p>
          )}
          <BacktestLanes {...{ result, chosen }} />
          <FiringTable key={chosen} {...{ result, chosen }} />
        </>
      )}
    </div>
  )
}
