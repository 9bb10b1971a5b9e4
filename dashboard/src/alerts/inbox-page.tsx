import type { Incident } from '@stellacontrol/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { incidentQuery } from '../api/alerts.ts'
import { Loaded } from '../shell/loaded.tsx'
import { useShortcuts } from '../shell/shortcuts.ts'
import { BulkBar, dialogActions, Notice } from './bulk-bar.tsx'
import { ChangeDialog, type OpenDialog } from './change-dialogs.tsx'
import { InboxFilters } from './inbox-filters.tsx'
import { useInboxList } from './inbox-list.ts'
import type { InboxSearch } from './inbox-search.ts'
import { InboxEmpty } from './inbox-states.tsx'
import { InboxTabs } from './inbox-tabs.tsx'
import type { ChangeAction } from './incident-changes.ts'
import { IncidentRows, WaitingBar } from './incident-list.tsx'
import { IncidentPane, PanePlaceholder } from './incident-pane.tsx'
import { useIncidentChanges } from './use-incident-changes.ts'
import { useSelection } from './use-selection.ts'

const route = getRouteApi('/app/alerts/')

/** What is wrong, the worst first; beside it the evidence of the one that is open. */
export function InboxPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInboxList(search)
  const selection = useSelection(list.incidents)
  const changes = useIncidentChanges()
  const queryClient = useQueryClient()
  const [dialog, setDialog] = useState<OpenDialog>()
  useEffect(() => {
    document.title = 'Alerts · StellaControl'
  }, [])

  const change = (next: InboxSearch) => void navigate({ search: next, resetScroll: false })
  const close = () => change({ ...search, incident: undefined })
  function act(action: ChangeAction, incidents: readonly Incident[]): void {
    const able = changes.changeable(incidents, action)
    if (able.length === 0) return
    const asked = dialogActions.find((name) => name === action)
    if (asked !== undefined) setDialog({ action: asked, incidents: able })
    else if (action === 'acknowledge' || action === 'reopen') void changes.run(able, { action }).then(selection.clear)
  }
  const { incidents } = list
  /** What a key acts on: the selected rows, else the one with the focus, else the one that is open. */
  function meant(): Incident[] {
    if (selection.chosen.length > 0) return selection.chosen
    const { incident: id } = search
    const open = id === undefined ? undefined : queryClient.getQueryData(incidentQuery(id).queryKey)
    const one = focusedOf(incidents ?? []) ?? incidents?.find((incident) => incident.id === id) ?? open
    return one === undefined ? [] : [one]
  }
  useShortcuts({
    a: () => act('acknowledge', meant()),
    s: () => act('shelve', meant()),
    i: () => act('assign', meant()),
    c: () => {
      const those = meant()
      // The one whose evidence is open has its field there.
      if (those.length === 1 && those[0]?.id === search.incident) focusComment()
      else act('comment', those)
    },
    x: () => {
      const one = focusedOf(incidents ?? [])
      if (one !== undefined && selection.mayChange(one)) selection.set(one.id, !selection.has(one.id))
    },
    escape: () => (selection.chosen.length > 0 ? selection.clear() : search.incident !== undefined && close()),
  })
  useReturn(search.incident)
  return (
    <section className={`inbox ${search.incident === undefined ? '' : 'opened'}`} aria-label="Inbox">
      <div className="vbar">
        <InboxTabs search={search} counts={list.counts} />
      </div>
      <search>
        <InboxFilters search={search} onChange={change} incidents={incidents ?? []} />
      </search>
      <div className="split">
        <div className="list">
          <WaitingBar waiting={list.waiting} onUpdate={list.update} />
          <Loaded data={incidents} error={list.error} what="the alerts" onRetry={list.update}>
            {(rows) =>
              rows.length === 0 ? (
                <InboxEmpty search={search} counts={list.counts} onChange={change} />
              ) : (
                <IncidentRows list={list} search={search} selection={selection} />
              )
            }
          </Loaded>
        </div>
        {search.incident === undefined ? (
          <PanePlaceholder isEmpty={incidents?.length === 0} />
        ) : (
          <IncidentPane key={search.incident} id={search.incident} changes={changes} onAct={act} onClose={close} />
        )}
      </div>
      <BulkBar selection={selection} changes={changes} onAct={(action) => act(action, selection.chosen)} />
      <Notice changes={changes} />
      {dialog !== undefined && (
        <ChangeDialog dialog={dialog} changes={changes} onDone={selection.clear} onClose={() => setDialog(undefined)} />
      )}
    </section>
  )
}

function focusComment(): void {
  document.querySelector<HTMLElement>('.pane .comment textarea')?.focus()
}

/** The row that has the focus. */
function focusedOf(incidents: readonly Incident[]): Incident | undefined {
  const id = document.activeElement?.closest<HTMLElement>('[data-incident]')?.dataset.incident
  return incidents.find((incident) => incident.id === id)
}

/** On a phone the evidence takes the place of the list; whoever comes back finds the list, and the row, where they left it. */
function useReturn(openId: string | undefined): void {
  const before = useRef(openId)
  const listTop = useRef(0)
  const isOpen = openId !== undefined
  useLayoutEffect(() => {
    if (isOpen) return
    const remember = () => {
      listTop.current = window.scrollY
    }
    window.addEventListener('scroll', remember, { passive: true })
    return () => window.removeEventListener('scroll', remember)
  }, [isOpen])
  useLayoutEffect(() => {
    const last = before.current
    before.current = openId
    if ((last === undefined) === (openId === undefined)) return
    window.scrollTo(0, openId === undefined ? listTop.current : 0)
    if (openId !== undefined) return
    const row = document.querySelector<HTMLElement>(`[data-incident="${last}"] [data-row-link]`)
    row?.focus({ preventScroll: true })
  }, [openId])
}
