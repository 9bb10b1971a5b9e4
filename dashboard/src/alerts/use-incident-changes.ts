import type { BulkResult, Incident, IncidentDetail, IncidentList } from '@stellacontrol/protocol'
import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { changeIncidents, type IncidentChange, incidentQuery } from '../api/alerts.ts'
import { useSubmit } from '../forms/use-submit.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { afterChange, type ChangeAction, changeable, outcomeWords } from './incident-changes.ts'

export interface IncidentChanges {
  isBusy: boolean
  /** What came of the last change. */
  notice: string | undefined
  dismiss: () => void
  /** Those of the incidents to which the reader can do it. */
  changeable: (incidents: readonly Incident[], action: ChangeAction) => Incident[]
  /** Does it and tells what came of it. */
  run: (incidents: readonly Incident[], change: IncidentChange) => Promise<void>
  /** Does it for a form, which tells itself if it could not be done. */
  apply: (incidents: readonly Incident[], change: IncidentChange, assignee?: Incident['assignee']) => Promise<void>
}

/** What worked also shows in the rows; the words for it need not stay. What did not work stays until it is read. */
const noticeMs = 8_000

/** What people do to incidents, one or many. */
export function useIncidentChanges(): IncidentChanges {
  const queryClient = useQueryClient()
  const { mayIn } = useOrganisationRights()
  const { isBusy, problem, submit } = useSubmit()
  const [outcome, setOutcome] = useState<BulkResult & { words: string }>()
  /** What the notice is about; undefined once it has been read. */
  const [last, setLast] = useState<'problem' | 'outcome'>()

  async function apply(
    incidents: readonly Incident[],
    change: IncidentChange,
    assignee: Incident['assignee'] = null,
  ): Promise<void> {
    const result = await changeIncidents(
      incidents.map(({ id }) => id),
      change,
    )
    const patch = patchOf(result, change, assignee)
    for (const { queryKey, state } of queryClient.getQueryCache().findAll({ queryKey: ['alerts', 'list'] })) {
      const patched = (old: InfiniteData<IncidentList> | undefined) =>
        old && { ...old, pages: old.pages.map((page) => ({ ...page, items: page.items.map(patch) })) }
      // The list itself is as old as before: what arrived since it was read still waits.
      queryClient.setQueryData(queryKey, patched, { updatedAt: state.dataUpdatedAt })
    }
    for (const { id } of incidents) {
      const { queryKey } = incidentQuery(id)
      queryClient.setQueryData<IncidentDetail>(queryKey, (old) => old && patch(old))
      // What Redis decides follows by the feed; what only the database knows is there at once.
      if (change.action === 'comment' || change.action === 'assign') void queryClient.invalidateQueries({ queryKey })
    }
    setOutcome({ ...result, words: outcomeWords(change.action, result) })
    setLast('outcome')
  }

  const isAllDone = outcome?.results.every(({ ok }) => ok) ?? false
  useEffect(() => {
    if (last !== 'outcome' || !isAllDone) return
    const timer = setTimeout(() => setLast(undefined), noticeMs)
    return () => clearTimeout(timer)
  }, [last, isAllDone])

  return {
    isBusy,
    notice: last === 'problem' ? problem : last === 'outcome' ? outcome?.words : undefined,
    dismiss: () => setLast(undefined),
    changeable: (incidents, action) => changeable(incidents, action, mayIn),
    run: async (incidents, change) => {
      if (incidents.length === 0) return
      setLast('problem')
      await submit(() => apply(incidents, change))
    },
    apply,
  }
}

function patchOf({ results }: BulkResult, change: IncidentChange, assignee: Incident['assignee']) {
  const worked = new Map(results.flatMap(({ id, ok, state }) => (ok ? [[id, state] as const] : [])))
  return <Known extends Incident>(incident: Known): Known =>
    worked.has(incident.id) ? afterChange(incident, change, worked.get(incident.id), assignee) : incident
}
