import type { AlertSeverity, Incident } from '@stellacontrol/protocol'
import { alertSeverityWords } from '../words/alert-words.ts'
import type { InboxSearch } from './inbox-search.ts'

export interface IncidentGroup {
  key: string
  /** Undefined where the list has one order only: by time. */
  heading: { word: string; note: string } | undefined
  /** Rows with their place in the whole list. */
  rows: { incident: Incident; index: number }[]
}

/**
 * Rows in the order they are in, under a heading per severity where the worst come first. `loadedAs`: the severity with which
 * each row was loaded; one that has become worse since stays where it is until the list is updated. Pure.
 */
export function groupsOf(
  incidents: readonly Incident[],
  loadedAs: readonly AlertSeverity[],
  sort: InboxSearch['sort'],
  hasMore: boolean,
): IncidentGroup[] {
  const groups: IncidentGroup[] = []
  for (const [index, incident] of incidents.entries()) {
    const key = sort === 'raisedAt' ? 'all' : (loadedAs[index] ?? incident.severity)
    let group = groups.at(-1)
    if (group === undefined || group.key !== key) {
      group = { key, heading: undefined, rows: [] }
      groups.push(group)
    }
    group.rows.push({ incident, index })
  }
  if (sort === 'raisedAt') return groups
  return groups.map((group) => {
    const { word, asks } = alertSeverityWords[group.key as AlertSeverity]
    const goesOn = hasMore && group === groups.at(-1) ? '+' : ''
    return { ...group, heading: { word, note: `${asks}, ${group.rows.length}${goesOn}` } }
  })
}
