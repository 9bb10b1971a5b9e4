import type { RuleView } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { ListSearch } from '../shell/paged-list.tsx'
import { alertClassNames, alertClassWords, alertSeverityWords } from '../words/alert-words.ts'
import { count } from '../words/numbers.ts'
import { type RuleFilter, ruleFilterWords, worstOf } from './rule-filter.ts'
import { type RuleScope, searchOf } from './rules-search.ts'

interface RuleListProps {
  /** Those that match, in the order of the service. */
  views: readonly RuleView[]
  opened: string | undefined
  scope: RuleScope | undefined
  text: string
  onText: (text: string) => void
  filter: RuleFilter
  onFilter: (filter: RuleFilter) => void
}

/** The rules by class, and the way to one of one's own. */
export function RuleListPart({ views, opened, scope, text, onText, filter, onFilter }: RuleListProps) {
  const { mayAnywhere } = useRights()
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    if (opened !== undefined) nav.current?.querySelector('.on')?.scrollIntoView({ block: 'nearest' })
  }, [opened])
  const groups = alertClassNames
    .map((name) => ({ name, rules: views.filter(({ base }) => base.class === name) }))
    .filter(({ rules }) => rules.length > 0)
  return (
    <nav ref={nav} className="rl" aria-label="Rules">
      <div className="rl-head">
        <div className="row">
          <h2>Rules</h2>
          <span className="grow" />
          {mayAnywhere('rules.edit') && (
            <Link className="btn sm" to="/alerts/rules" search={{ rule: 'new' }}>
              <Icon name="plus" />
              New rule
            </Link>
          )}
        </div>
        <ListSearch label="Search rules" value={text} onChange={onText} />
        <label className="pick">
          <span className="vh">Which rules</span>
          <select value={filter} onChange={(event) => onFilter(event.target.value as RuleFilter)}>
            {Object.entries(ruleFilterWords).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </div>
      {groups.length === 0 && <p className="t3 none">No rule matches</p>}
      {groups.map(({ name, rules }) => (
        <section key={name} aria-label={alertClassWords[name]}>
          <h3>{alertClassWords[name]}</h3>
          <ul>
            {rules.map((view) => (
              <RuleRow key={view.base.id} view={view} isOpen={view.base.id === opened} scope={scope} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}

function RuleRow({ view, isOpen, scope }: { view: RuleView; isOpen: boolean; scope: RuleScope | undefined }) {
  const { rule, base, isOwn, overrides } = view
  const { icon, word } = alertSeverityWords[worstOf(rule)]
  const facts = [
    ...(rule.enabled ? [] : ['off']),
    ...(isOwn ? ['own rule'] : []),
    ...(overrides.length > 0 ? [count(overrides.length, 'override')] : []),
  ]
  return (
    <li>
      <Link
        className={`${isOpen ? 'on' : ''} ${rule.enabled ? '' : 'is-off'}`}
        aria-current={isOpen ? 'true' : undefined}
        activeProps={{}}
        to="/alerts/rules"
        search={searchOf(base.id, scope)}
      >
        <Icon name={icon} kind="sv" label={word} />
        <span>
          {base.name}
          {facts.length > 0 && <small>{facts.join(', ')}</small>}
        </span>
      </Link>
    </li>
  )
}
