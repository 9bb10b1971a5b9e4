import type { MonthlyReport } from '@stellacontrol/protocol'
import { alertSeverityNames, alertSeverityWords } from '../words/alert-words.ts'
import { count, formatNumber } from '../words/numbers.ts'
import { BandTable, DeviceTable, RuleTable } from './report-tables.tsx'
import { availabilityWords, lengthWords, monthWords, reportSentence } from './report-words.ts'

interface ReportProps {
  report: MonthlyReport
  /** The month before, if there is something to compare with. */
  before: MonthlyReport | undefined
}

/** A month: in a sentence, in figures, then what was worst. */
export function Report({ report, before }: ReportProps) {
  const { month, to, byRule, worstDevices, worstBands } = report
  const isOver = !to.startsWith(month)
  return (
    <>
      <section className="card meaning" aria-label="The month">
        <h2>{reportSentence(report, isOver)}</h2>
        <p className="t2">
          The month is one of UTC, of the boosters of this organisation itself. Silence of less than the rule allows
          does not count; alerts that another one explains are not counted.
        </p>
        {report.devices > 0 && <Figures report={report} before={before} />}
      </section>
      {report.devices > 0 && (
        <div className="report-parts">
          <BySeverity report={report} before={before} />
          <RuleTable rules={byRule} />
          <DeviceTable devices={worstDevices} />
          <BandTable bands={worstBands} />
        </div>
      )}
    </>
  )
}

function Figures({ report, before }: ReportProps) {
  const figures: [string, string, string | undefined][] = [
    [
      'Availability',
      availabilityWords(report.availabilityPercent),
      before && availabilityWords(before.availabilityPercent),
    ],
    ['Boosters', formatNumber(report.devices), before && formatNumber(before.devices)],
    ['Alerts', formatNumber(report.incidents), before && formatNumber(before.incidents)],
    [
      'Acknowledged within',
      lengthWords(report.secondsToAcknowledge),
      before && lengthWords(before.secondsToAcknowledge),
    ],
    ['Over within', lengthWords(report.secondsToClear), before && lengthWords(before.secondsToClear)],
  ]
  return (
    <>
      <dl className="figures">
        {figures.map(([name, value, valueBefore]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{value}</b>
              {before !== undefined && (
                <small className="t3">
                  {valueBefore} in {monthWords(before.month)}
                </small>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p className="t3">
        <small>The times are medians: half of the alerts were acknowledged, or over, sooner.</small>
      </p>
    </>
  )
}

function BySeverity({ report, before }: ReportProps) {
  const most = Math.max(1, ...Object.values(report.bySeverity))
  return (
    <section className="card" aria-label="Alerts by severity">
      <header>
        <h2>Alerts by severity</h2>
      </header>
      <ul className="pad bars">
        {alertSeverityNames.map((severity) => {
          const { word, icon, className } = alertSeverityWords[severity]
          const amount = report.bySeverity[severity]
          return (
            <li key={severity}>
              <span className="row">
                <svg className="sv" aria-hidden="true">
                  <use href={`#${icon}`} />
                </svg>
                {word}
              </span>
              <span className="bar" aria-hidden="true">
                <span className={className} style={{ width: `${(amount / most) * 100}%` }} />
              </span>
              <span className="num">
                <b>{formatNumber(amount)}</b>
                {before !== undefined && (
                  <small className="t3"> before: {formatNumber(before.bySeverity[severity])}</small>
                )}
              </span>
            </li>
          )
        })}
      </ul>
      {report.incidents === 0 && <p className="pad t3">{count(0, 'alert')} in this month.</p>}
    </section>
  )
}
