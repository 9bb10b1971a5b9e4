import type { MaintenanceWindow } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { OrganisationFilter } from '../administration/organisation-field.tsx'
import { endWindow, windowsQuery } from '../api/maintenance.ts'
import { FormDialog } from '../forms/form-dialog.tsx'
import { useOrganisationRights, useRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { WindowDialog } from './window-dialog.tsx'
import { WindowTable } from './window-table.tsx'
import { placeWords, windowGroups } from './window-words.ts'

const route = getRouteApi('/app/alerts/maintenance')

type Opened = { kind: 'plan' } | { kind: 'change' | 'end'; window: MaintenanceWindow }

/** When alerts are expected: they are recorded, and nobody is told. */
export function MaintenancePage() {
  const { organisation } = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const list = useQuery(windowsQuery(organisation))
  const { mayAnywhere } = useRights()
  const { organisations, mayIn } = useOrganisationRights()
  const [opened, setOpened] = useState<Opened>()
  useEffect(() => {
    document.title = 'Maintenance · StellaControl'
  }, [])
  const changed = () => queryClient.invalidateQueries({ queryKey: ['maintenance'] })
  const close = () => setOpened(undefined)
  const editable = (organisations ?? []).filter(({ id }) => mayIn('maintenance.edit', id))
  const proposed = organisation ?? (editable.length === 1 ? editable[0]?.id : undefined)
  return (
    <section className="card clip" aria-label="Maintenance">
      <header>
        <h2>Maintenance</h2>
        <OrganisationFilter
          organisations={organisations}
          value={organisation}
          onChange={(id) => void navigate({ search: { organisation: id }, replace: true })}
        />
        <span className="t3">Alerts that begin meanwhile are recorded, and nobody is told</span>
        <span className="grow" />
        {mayAnywhere('maintenance.edit') && (
          <button type="button" className="btn sm pri" onClick={() => setOpened({ kind: 'plan' })}>
            <Icon name="plus" />
            Plan maintenance
          </button>
        )}
      </header>
      <Loaded data={list.data} error={list.error} what="the maintenance windows" onRetry={list.refetch}>
        {(windows) =>
          windows.length === 0 ? (
            <EmptyState icon="clock" title="No maintenance is planned">
              Plan a window before somebody works on boosters, so that nobody is called for it.
            </EmptyState>
          ) : (
            windowGroups(windows).map((group) => (
              <WindowTable
                key={group.name}
                name={group.name}
                windows={group.windows}
                mayEdit={(id) => mayIn('maintenance.edit', id)}
                onChange={(window) => setOpened({ kind: 'change', window })}
                onEnd={(window) => setOpened({ kind: 'end', window })}
              />
            ))
          )
        }
      </Loaded>
      {opened?.kind === 'plan' && (
        <WindowDialog
          place={{ kind: 'organisation', organisation: proposed, site: undefined, device: undefined }}
          onDone={changed}
          onClose={close}
        />
      )}
      {opened?.kind === 'change' && <WindowDialog window={opened.window} onDone={changed} onClose={close} />}
      {opened?.kind === 'end' && <EndDialog window={opened.window} onDone={changed} onClose={close} />}
    </section>
  )
}

interface EndDialogProps {
  window: MaintenanceWindow
  onDone: () => unknown
  onClose: () => void
}

function EndDialog({ window, onDone, onClose }: EndDialogProps) {
  const isRunning = window.state === 'active'
  return (
    <FormDialog
      title={`${isRunning ? 'End' : 'Delete'} maintenance of ${placeWords(window)}`}
      action={isRunning ? 'End it now' : 'Delete window'}
      isDanger
      onClose={onClose}
      onSubmit={async () => {
        await endWindow(window.id)
        await onDone()
      }}
    >
      <p className="t2">
        {isRunning
          ? 'From now on people are told of alerts again, also of those that began meanwhile and last.'
          : 'It has not begun. Alerts will be told as always.'}
        {window.repeats === 'weekly' && ' It does not come again.'}
      </p>
    </FormDialog>
  )
}
