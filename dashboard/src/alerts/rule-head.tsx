import type { RuleList, RuleView } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { Icon } from '../shell/icon.tsx'
import { alertClassWords } from '../words/alert-words.ts'
import { count, formatNumber } from '../words/numbers.ts'
import { scopeWords } from './rule-words.ts'
import { type RuleScope, searchOf } from './rules-search.ts'

interface RuleHeadProps {
  view: RuleView
  list: RuleList
  isEnabled: boolean
  scope: RuleScope | undefined
  /** What the place is called; undefined without one. */
  placeName: string | undefined
  onChoosePlace: () => void
}

/** Which rule it is, for how many boosters it is on, and the place whose values are shown. */
export function RuleHead({ view, list, isEnabled, scope, placeName, onChoosePlace }: RuleHeadProps) {
  return (
    <header className="rhead">
      <Link className="link to-list" to="/alerts/rules" search={searchOf(undefined, scope)}>
        <Icon name="back" />
        All rules
      </Link>
      <div className="row wrap">
        <h2>{view.base.name}</h2>
        {view.isOwn && <span className="tag">Own rule</span>}
        {!isEnabled && <span className="tag">Switched off</span>}
      </div>
      <p className="t3">
        {alertClassWords[view.base.class]}, on for {formatNumber(view.devices)} of {count(list.devices, 'booster')}
      </p>
      <div className="row wrap place">
        <button type="button" className="btn sm" onClick={onChoosePlace}>
          <Icon name="pin" />
          {scope === undefined ? (
            'As written'
          ) : (
            <span>
              {scopeWords[scope.kind]} <b>{placeName}</b>
            </span>
          )}
          <Icon name="down" />
          <span className="vh">, choose another place</span>
        </button>
        {scope !== undefined && (
          <Link className="btn ghost sm" to="/alerts/rules" search={searchOf(view.base.id, undefined)}>
            <Icon name="x" />
            As written
          </Link>
        )}
      </div>
    </header>
  )
}
