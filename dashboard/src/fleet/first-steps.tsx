import { Link } from '@tanstack/react-router'
import { useRights } from '../rights/use-rights.ts'
import { EmptyState } from '../shell/page-states.tsx'

const steps = [
  ['First message', 'Usually within 2 min of power-up. This page updates by itself.'],
  ['Measured', 'Every band, its gain and its isolation, as the booster reports them.'],
  ['Watched', 'What leaves its limits stands on top, with what to check first.'],
] as const

/** No boosters yet: what a new customer does first, and what happens then. */
export function FirstSteps() {
  const { mayAnywhere, isManufacturer } = useRights()
  if (!mayAnywhere('devices.claim')) {
    return (
      <EmptyState icon="fleet" title="No boosters yet">
        As soon as somebody of your organisation has claimed one, it shows up here by itself.
      </EmptyState>
    )
  }
  return (
    <div className="first page narrow">
      <h2>No boosters yet. Claim your first booster.</h2>
      <p className="t2">
        A booster needs power and a network. Its serial is on the label; ask whoever hands it over for its claim code.
      </p>
      <div className="row wrap">
        <Link className="btn pri" to="/claim">
          Claim your first booster
        </Link>
        {/* Others' lists change boosters that are theirs already. */}
        {isManufacturer && mayAnywhere('devices.import') && (
          <Link className="btn" to="/import">
            Import a list
          </Link>
        )}
      </div>
      <h3>What happens after you claim</h3>
      <ol>
        {steps.map(([title, words], index) => (
          <li key={title}>
            <span className="n">{index + 1}</span>
            <b>{title}</b>
            <small>{words}</small>
          </li>
        ))}
      </ol>
    </div>
  )
}
