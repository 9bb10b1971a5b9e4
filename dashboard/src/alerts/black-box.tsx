import type { AlertRule, History, IncidentDetail } from '@stellacontrol/protocol'
import { useMemo, useState } from 'react'
import { Chart } from '../charts/chart.tsx'
import { extent, mergeHistory } from '../charts/chart-data.ts'
import { useLive } from '../live/live-context.tsx'
import { Changes } from '../shell/changes.tsx'
import { useTheme } from '../shell/theme.ts'
import { wordsOfAction } from '../words/action-words.ts'
import { alertSeverityWords } from '../words/alert-words.ts'
import { count, formatNumber } from '../words/numbers.ts'
import { formatMoment } from '../words/time.ts'
import { boxCharts, limitMetric, usualDistanceMs } from './black-box-charts.ts'
import { shortMoment } from './incident-words.ts'
import 'uplot/dist/uPlot.min.css'

interface BlackBoxProps {
  incident: IncidentDetail
  rule: AlertRule | undefined
}

/** What the booster reported around the moment, and what people did to it in that time. */
export function BlackBox({ incident, rule }: BlackBoxProps) {
  const { history, changes, from, to } = incident.blackBox
  const theme = useTheme()
  return (
    <>
      <section aria-label="Black box">
        <h3>
          Black box{' '}
          <span>
            what it reported from {shortMoment(from)} to {shortMoment(to)}
          </span>
        </h3>
        {history === null || history.at.length === 0 ? (
          <p className="t2">It sent no report in this time.</p>
        ) : (
          <BoxCharts key={theme} incident={incident} rule={rule} history={history} />
        )}
      </section>
      <section aria-label="Changes to the booster">
        <h3>
          What people changed <span>in that time</span>
        </h3>
        {changes.length === 0 ? (
          <p className="t2">Nobody changed anything.</p>
        ) : (
          <ul className="lines">
            {changes.map((change) => (
              <li key={`${change.at} ${change.action}`}>
                <b>{wordsOfAction(change.action)}</b>
                <small className="t3 under">
                  {change.actor}, {formatMoment(Date.parse(change.at))}
                </small>
                <Changes before={change.before} after={change.after} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  )
}

/** The charts that say most stand there at once, all others when asked for. */
const shownAtOnce = 4
const height = 96
const wholeUnits = ['rpm', '%', 'ms', 'kB', '']

function BoxCharts({ incident, rule, history }: BlackBoxProps & { history: History }) {
  const { store } = useLive()
  const [isAll, setAll] = useState(false)
  const { severity, subject, threshold, raisedAt, since, clearedAt } = incident
  const data = useMemo(() => mergeHistory(history, [], usualDistanceMs(history.at)), [history])
  const charts = useMemo(() => boxCharts(history, rule, subject), [history, rule, subject])
  // What is still to come is no gap.
  const to = useMemo(() => Math.min(Date.parse(history.to), Date.now() + store.serverAheadMs()), [history, store])
  const { className, word } = alertSeverityWords[severity]
  const limited = limitMetric(rule, subject)
  const span = {
    from: Date.parse(since),
    at: Date.parse(raisedAt),
    to: clearedAt === null ? to : Date.parse(clearedAt),
    className,
  }
  return (
    <>
      <div className="bb">
        {charts.slice(0, isAll ? undefined : shownAtOnce).map(({ metric, title, subtitle, unit }) => {
          const series = data.series.get(metric)
          const decimals = wholeUnits.includes(unit) ? 0 : 1
          const limits =
            metric === limited && threshold !== null ? [{ value: threshold, words: `${word.toLowerCase()} limit` }] : []
          return (
            <Chart
              key={metric}
              title={title}
              subtitle={subtitle}
              unit={unit}
              decimals={decimals}
              data={data}
              series={series}
              limits={limits}
              span={span}
              from={Date.parse(history.from)}
              to={to}
              spanWords="around the alert"
              height={height}
              timeZone={undefined}
            >
              {formatNumber(extent(series)?.latest, decimals)} <small>last</small>
            </Chart>
          )
        })}
      </div>
      <div className="row wrap box-foot">
        <span className="t3">Tinted: while it held. Line: when it was raised.</span>
        <span className="grow" />
        {charts.length > shownAtOnce && (
          <button type="button" className="link" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? 'Show fewer charts' : `Show all ${count(charts.length, 'chart')}`}
          </button>
        )}
      </div>
    </>
  )
}
