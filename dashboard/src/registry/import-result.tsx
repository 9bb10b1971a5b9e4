import type { ImportReport } from '@stellacontrol/protocol'
import { Icon } from '../shell/icon.tsx'
import { ScrollBox } from '../shell/scroll-box.tsx'
import { count, formatNumber } from '../words/numbers.ts'

/** More lines than this nobody reads; the rest is counted. */
const shownProblems = 500

/** What an import would do, or has done, with every line that stands in its way. */
export function ImportResult({ report, onImport }: { report: ImportReport; onImport: () => void }) {
  const { problems, dryRun } = report
  const written = report.added + report.changed
  return (
    <section className="card clip" aria-label="Result">
      <header>
        <h2>{dryRun ? 'What would happen' : 'Imported'}</h2>
        <span className="t3">{count(report.lines, 'line')} read</span>
        <span className="grow" />
        {dryRun && problems.length === 0 && written > 0 && (
          <button type="button" className="btn sm pri" onClick={onImport}>
            Import {count(written, 'booster')}
          </button>
        )}
      </header>
      <div className="pad form">
        <p className={`note ${problems.length > 0 ? 'p1' : ''}`} role="status">
          <Icon name={problems.length > 0 ? 'info' : 'check'} />
          {problems.length > 0
            ? `${count(problems.length, 'problem')} → mend the file and drop it again. Nothing was written.`
            : `${formatNumber(report.added)} added, ${formatNumber(report.changed)} changed, ${formatNumber(report.unchanged)} unchanged.`}
        </p>
      </div>
      {problems.length > 0 && (
        <ScrollBox label="Bad lines">
          <table className="tbl flow">
            <thead>
              <tr>
                <th className="num">Line</th>
                <th>Column</th>
                <th>Value</th>
                <th>Problem</th>
              </tr>
            </thead>
            <tbody>
              {problems.slice(0, shownProblems).map((problem) => (
                <tr key={`${problem.line} ${problem.column} ${problem.problem}`}>
                  <td className="num" data-name="line">
                    {problem.line}
                  </td>
                  <td className="t2">{problem.column ?? 'whole line'}</td>
                  <td className="mono">{problem.value}</td>
                  <td>{problem.problem}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {problems.length > shownProblems && (
        <p className="pad t3">and {formatNumber(problems.length - shownProblems)} more.</p>
      )}
    </section>
  )
}
