import type { BacktestProgress, BacktestRequest } from '@stellacontrol/protocol'
import { useRef, useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { BacktestReport } from './backtest-report.tsx'
import { progressWords } from './backtest-words.ts'
import { useBacktest } from './use-backtest.ts'

const ranges = [7, 30, 90]

/** What a rule, as it stands there, would have raised in the past. By the evaluator that raises alerts. */
export function BacktestCard({ rule }: { rule: BacktestRequest }) {
  const [days, setDays] = useState(30)
  const { isRunning, progress, problem, last, run, cancel } = useBacktest()
  const button = useRef<HTMLButtonElement>(null)
  const isStale = last !== undefined && last.written !== JSON.stringify(rule)
  return (
    <section className="part backtest" aria-label="Backtest" aria-busy={isRunning}>
      <h3>Backtest</h3>
      <div className="row wrap">
        <fieldset className="seg">
          <legend className="vh">How far back</legend>
          {ranges.map((range) => (
            <button
              key={range}
              type="button"
              className={range === days ? 'on' : ''}
              aria-pressed={range === days}
              onClick={() => setDays(range)}
            >
              {range} days
            </button>
          ))}
        </fieldset>
        <span className="grow" />
        <button
          ref={button}
          type="button"
          className="btn sm"
          aria-disabled={isRunning}
          onClick={() => void run(rule, days)}
        >
          <Icon name="clock" />
          {last === undefined ? 'Run' : 'Run again'}
        </button>
      </div>
      {isRunning && (
        <Running
          progress={progress}
          onCancel={() => {
            cancel()
            // The button goes away with the run.
            button.current?.focus()
          }}
        />
      )}
      <div role="alert">
        {problem !== undefined && (
          <p className="note">
            <Icon name="info" />
            {problem}
          </p>
        )}
      </div>
      {last === undefined && !isRunning && problem === undefined && (
        <p className="t3">
          Runs the rule as it stands here over the reports of the past, and tries other holds and thresholds beside it.
          Nothing is saved.
        </p>
      )}
      {last !== undefined && (
        <>
          {isStale && (
            <p className="note" role="status">
              <Icon name="info" />
              The rule was changed since. Run it again to see what it would do now.
            </p>
          )}
          <BacktestReport key={last.round} result={last.result} />
        </>
      )}
    </section>
  )
}

function Running({ progress, onCancel }: { progress: BacktestProgress | undefined; onCancel: () => void }) {
  return (
    <div className="running">
      <progress aria-label="How much of the past was looked at" value={progress?.share} />
      <button type="button" className="btn sm" onClick={onCancel}>
        Cancel
      </button>
      <p className="t3">{progressWords(progress)}</p>
    </div>
  )
}
