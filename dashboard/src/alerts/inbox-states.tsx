import type { IncidentList } from '@stellacontrol/protocol'
import { EmptyState } from '../shell/page-states.tsx'
import { count } from '../words/numbers.ts'
import { filterCount, type InboxSearch, type InboxState, withoutFilters } from './inbox-search.ts'

interface InboxEmptyProps {
  search: InboxSearch
  counts: IncidentList['counts'] | undefined
  onChange: (search: InboxSearch) => void
}

const nothing: Record<InboxState, { title: string; words: string }> = {
  open: { title: 'Nothing needs action', words: 'New alerts show up here by themselves, the worst first.' },
  acknowledged: { title: 'Nobody has acknowledged anything', words: 'What somebody takes care of stands here.' },
  shelved: { title: 'Nothing is shelved', words: 'What was put aside until a moment stands here.' },
  cleared: { title: 'Nothing has been cleared yet', words: 'Alerts that are over stay here, with their evidence.' },
  any: { title: 'No alert yet', words: 'Whenever a booster breaks a rule, it stands here.' },
}

/** No rows: either the filters leave none, or all is well. */
export function InboxEmpty({ search, counts, onChange }: InboxEmptyProps) {
  const filters = filterCount(search)
  const { title, words } = nothing[search.state ?? 'open']
  const elsewhere = counts === undefined ? 0 : Object.values(counts).reduce((sum, amount) => sum + amount, 0)
  if (filters === 0) {
    return (
      <EmptyState icon="check" title={title}>
        {words}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon="search"
      title={search.search === undefined ? 'No alert matches these filters' : `No alert matches “${search.search}”`}
      actions={
        <>
          <button type="button" className="btn sm" onClick={() => onChange(withoutFilters(search))}>
            Clear {count(filters, 'filter')}
          </button>
          {elsewhere > 0 && (
            <button type="button" className="btn sm" onClick={() => onChange({ ...search, state: 'any' })}>
              Show all {count(elsewhere, 'alert')} that match
            </button>
          )}
        </>
      }
    >
      {search.search === undefined
        ? 'That can be good news.'
        : 'The search looks for words of the alert, its rule, booster, site and customer.'}
    </EmptyState>
  )
}
