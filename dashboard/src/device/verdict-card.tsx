import { Icon } from '../shell/icon.tsx'
import type { Evidence } from './evidence.ts'
import type { Verdict } from './verdict.ts'

/** The sentence on top of a device page, with the values that prove it. */
export function VerdictCard({ verdict, evidence }: { verdict: Verdict; evidence: readonly Evidence[] }) {
  return (
    <section className={`card verdict ${verdict.tone}`} aria-label="Verdict">
      <div className="say">
        <Icon name={verdict.icon} kind={verdict.iconKind} label={verdict.iconLabel} />
        <div className="grow">
          <h2>{verdict.headline}</h2>
          <p>
            {verdict.because}
            {verdict.action !== undefined && (
              <>
                {' → '}
                <b>{verdict.action}</b>
              </>
            )}
          </p>
          {verdict.also.length > 0 && <p>Also: {verdict.also.join(', ')}.</p>}
        </div>
      </div>
      {evidence.length > 0 && (
        <div className="evid">
          {evidence.map(({ label, value, unit, note, tone, isWithin }) => (
            <div key={label} className={tone === '' ? '' : `chg ${tone}`}>
              {label}
              <b>
                {value} <small>{unit}</small>
              </b>
              <span>
                {isWithin && <Icon name="check" />} {note}
              </span>
            </div>
          ))}
        </div>
      )}
    </section>
  )
}
