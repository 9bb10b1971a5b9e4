import type { RuleView } from '@stellacontrol/protocol'
import { formatDay } from '../words/time.ts'

/** Why a rule is as it is, what to do when it fires, and whose it is. */
export function RuleAbout({ view }: { view: RuleView }) {
  const { base, isOwn, owner, version, changedAt, changedBy } = view
  const whose = owner === null ? 'Of an organisation above yours' : `Of ${owner.name}`
  const changed = changedAt === null ? '' : `, version ${version} of ${formatDay(Date.parse(changedAt))}`
  return (
    <section className="part" aria-label="About this rule">
      <h3>About</h3>
      {base.advice !== '' && (
        <p className="say">
          <b>What to do:</b> {base.advice}
        </p>
      )}
      {base.basis !== '' && <p className="say t2">{base.basis}</p>}
      <p className="t3">
        {isOwn ? `${whose}${changed}${changedBy === null ? '' : `, by ${changedBy}`}` : 'Of the catalogue'}
        {', '}
        <span className="mono">{base.id}</span>
      </p>
    </section>
  )
}
