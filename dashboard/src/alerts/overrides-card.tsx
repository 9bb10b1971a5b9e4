import type { RuleView } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { Icon } from '../shell/icon.tsx'
import { count, formatNumber } from '../words/numbers.ts'
import { formatDay } from '../words/time.ts'
import { overrideWords } from './override-words.ts'
import { scopeWords } from './rule-words.ts'
import { type RuleScope, searchOf } from './rules-search.ts'

/** More are not listed one by one: the place says which holds there. */
const mostShown = 20

interface OverridesCardProps {
  view: RuleView
  scope: RuleScope | undefined
  /** Undefined where the reader may change nothing. */
  onAdd: (() => void) | undefined
}

/** Where a rule differs from what is written, and how. */
export function OverridesCard({ view, scope, onAdd }: OverridesCardProps) {
  const { overrides, base } = view
  return (
    <section className="part" aria-label="Overrides">
      <h3>
        Where it differs <span>{overrides.length > 0 && formatNumber(overrides.length)}</span>
        <span className="grow" />
        {onAdd !== undefined && (
          <button type="button" className="btn sm" onClick={onAdd}>
            <Icon name="plus" />
            Override…
          </button>
        )}
      </h3>
      {overrides.length === 0 && <p className="t3">It holds everywhere as it is written.</p>}
      <ul className="overrides">
        {overrides.slice(0, mostShown).map((override) => (
          <li key={`${override.scope} ${override.scopeId}`}>
            <Where override={override} rule={base.id} scope={scope} />
            <dl>
              {overrideWords(base, override.changes).map(({ what, was, now }) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    {now !== was && was !== '' && (
                      <>
                        <del>
                          <span className="vh">was </span>
                          {was}
                        </del>{' '}
                      </>
                    )}
                    <ins>{now}</ins>
                  </dd>
                </div>
              ))}
            </dl>
            <small className="t3">
              {count(override.devices, 'booster')}, {formatDay(Date.parse(override.changedAt))}
              {override.changedBy !== null && ` by ${override.changedBy}`}
            </small>
          </li>
        ))}
      </ul>
      {overrides.length > mostShown && (
        <p className="t3">
          {formatNumber(overrides.length - mostShown)} more. Choose a place above to see what holds there.
        </p>
      )}
    </section>
  )
}

interface WhereProps {
  override: RuleView['overrides'][number]
  rule: string
  scope: RuleScope | undefined
}

function Where({ override, rule, scope }: WhereProps) {
  const { scope: kind, scopeId: id, scopeName } = override
  const words = (
    <>
      <span className="t3">{scopeWords[kind]}</span> {scopeName ?? 'above yours'}
    </>
  )
  if (scopeName === null || (scope?.kind === kind && scope.id === id)) return <b>{words}</b>
  return (
    <Link className="link" to="/alerts/rules" search={searchOf(rule, { kind, id })}>
      {words}
    </Link>
  )
}
