import type { Incident } from '@stellacontrol/protocol'
import { useCallback, useMemo, useState } from 'react'
import { useOrganisationRights } from '../rights/use-rights.ts'

export interface Selection {
  /** Those of the list that are selected, as they are now. */
  chosen: Incident[]
  has: (id: string) => boolean
  set: (id: string, isSelected: boolean) => void
  /** Selects every row that may be changed. */
  all: () => void
  clear: () => void
  /** True if the reader may do anything with it. */
  mayChange: (incident: Incident) => boolean
}

/** The rows that are selected. What is no longer in the list is not selected either. */
export function useSelection(incidents: readonly Incident[] | undefined): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const { mayIn } = useOrganisationRights()
  const chosen = useMemo(() => incidents?.filter(({ id }) => ids.has(id)) ?? [], [incidents, ids])
  const set = useCallback((id: string, isSelected: boolean) => {
    setIds((old) => {
      const next = new Set(old)
      if (isSelected) next.add(id)
      else next.delete(id)
      return next
    })
  }, [])
  const mayChange = (incident: Incident) => mayIn('alerts.acknowledge', incident.organisation.id)
  return {
    chosen,
    has: (id) => ids.has(id),
    set,
    all: () => setIds(new Set(incidents?.filter(mayChange).map(({ id }) => id))),
    clear: () => setIds(new Set()),
    mayChange,
  }
}
