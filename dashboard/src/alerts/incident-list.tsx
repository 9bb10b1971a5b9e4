import { type KeyboardEvent, useMemo } from 'react'
import { useRowKeys } from '../fleet/row-keys.ts'
import { useServerNow } from '../live/live-context.tsx'
import { ShowMore } from '../shell/paged-list.tsx'
import { count } from '../words/numbers.ts'
import { formatDuration } from '../words/time.ts'
import type { InboxList } from './inbox-list.ts'
import type { InboxSearch } from './inbox-search.ts'
import { groupsOf } from './incident-groups.ts'
import { IncidentRow } from './incident-row.tsx'
import type { Waiting } from './latest-incident.ts'
import type { Selection } from './use-selection.ts'

interface IncidentListProps {
  list: InboxList
  search: InboxSearch
  selection: Selection
}

/** The rows, worst first under a heading per severity, or newest first under none. They hold still while they are read. */
export function IncidentRows({ list, search, selection }: IncidentListProps) {
  const now = useServerNow()
  const incidents = list.incidents ?? []
  const groups = useMemo(
    () => groupsOf(list.incidents ?? [], list.loadedAs, search.sort, list.hasMore),
    [list.incidents, list.loadedAs, search.sort, list.hasMore],
  )
  const move = useRowKeys(incidents.length, scrollToRow)
  function onKeyDown(event: KeyboardEvent): void {
    const step = ({ ArrowDown: 1, ArrowUp: -1 } as const)[event.key]
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    move(step)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrows move between the links that are in it
    <div onKeyDown={onKeyDown}>
      {groups.map(({ key, heading, rows }) => (
        <section key={`${key} ${rows[0]?.incident.id}`} aria-label={heading?.word ?? 'Newest first'}>
          {heading !== undefined && (
            <h2>
              {heading.word} <span>{heading.note}</span>
            </h2>
          )}
          <ul>
            {rows.map(({ incident, index }) => (
              <IncidentRow
                key={incident.id}
                incident={incident}
                index={index}
                age={formatDuration(now - Date.parse(incident.raisedAt))}
                isOpen={search.incident === incident.id}
                replaces={search.incident !== undefined}
                isSelected={selection.mayChange(incident) ? selection.has(incident.id) : undefined}
                onSelect={selection.set}
              />
            ))}
          </ul>
        </section>
      ))}
      <ShowMore list={list.pages} />
    </div>
  )
}

function scrollToRow(index: number): void {
  document.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: 'nearest' })
}

/** What came and went since the rows were loaded, to be let in when the reader is ready for it. */
export function WaitingBar({ waiting, onUpdate }: { waiting: Waiting; onUpdate: () => void }) {
  const { arrived, left } = waiting
  const words = [...(arrived > 0 ? [`${count(arrived, 'new alert')}`] : []), ...(left > 0 ? [`${left} moved on`] : [])]
  return (
    <div role="status" className="waiting">
      {words.length > 0 && (
        <button type="button" onClick={onUpdate}>
          <b>{words.join(', ')}</b>
          <span>Update the list</span>
        </button>
      )}
    </div>
  )
}
