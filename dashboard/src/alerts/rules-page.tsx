import type { RuleList } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { rulesQuery } from '../api/alert-rules.ts'
import { useRights } from '../rights/use-rights.ts'
import { useIsPhone } from '../shell/is-phone.ts'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { useShortcuts } from '../shell/shortcuts.ts'
import { NewRulePane } from './new-rule-pane.tsx'
import { matchingRules, type RuleFilter } from './rule-filter.ts'
import { RuleListPart } from './rule-list.tsx'
import { RulePane } from './rule-pane.tsx'
import { placeOf, type RuleScope, scopeOf, searchOf } from './rules-search.ts'

const route = getRouteApi('/app/alerts/rules')

/** By which rules alerts are raised, where they differ, and how to change them. */
export function RulesPage() {
  const scope = scopeOf(route.useSearch())
  const list = useQuery(rulesQuery(placeOf(scope)))
  useEffect(() => {
    document.title = 'Rules · StellaControl'
  }, [])
  return (
    <Loaded data={list.data} error={list.error} what="the rules" onRetry={list.refetch}>
      {(data) => <Rules list={data} scope={scope} />}
    </Loaded>
  )
}

function Rules({ list, scope }: { list: RuleList; scope: RuleScope | undefined }) {
  const { rule } = route.useSearch()
  const navigate = route.useNavigate()
  const isPhone = useIsPhone()
  const { mayAnywhere } = useRights()
  const [text, setText] = useState('')
  const [filter, setFilter] = useState<RuleFilter>('all')
  const views = matchingRules(list.items, text, filter)
  // A phone shows the list or one rule; where there is room for both, one is always open.
  const opened = rule ?? (isPhone ? undefined : list.items[0]?.base.id)
  const isNew = opened === 'new' && mayAnywhere('rules.edit')
  const view = list.items.find(({ base }) => base.id === opened)
  const step = (by: number) => {
    const next = views[views.findIndex(({ base }) => base.id === opened) + by]
    if (next !== undefined) void navigate({ search: searchOf(next.base.id, scope) })
  }
  useShortcuts({ j: () => step(1), k: () => step(-1) })
  return (
    <div className={`rules ${opened === undefined ? '' : 'opened'}`}>
      <RuleListPart {...{ views, opened, scope, text, filter }} onText={setText} onFilter={setFilter} />
      {isNew && <NewRulePane list={list} />}
      {view !== undefined && (
        <RulePane key={`${view.base.id} ${scope?.kind} ${scope?.id}`} view={view} list={list} scope={scope} />
      )}
      {opened !== undefined && !isNew && view === undefined && (
        <EmptyState icon="search" title="There is no such rule here">
          It may have been deleted, or it does not hold at this place.
        </EmptyState>
      )}
    </div>
  )
}
