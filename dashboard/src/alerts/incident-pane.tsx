import type { Incident, IncidentDetail } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { rulesQuery } from '../api/alert-rules.ts'
import { incidentQuery } from '../api/alerts.ts'
import { ApiError } from '../api/http.ts'
import { useAlertNews, useLive, useLiveAlert, useServerNow } from '../live/live-context.tsx'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { count } from '../words/numbers.ts'
import { BlackBox } from './black-box.tsx'
import { IncidentActivity } from './incident-activity.tsx'
import type { ChangeAction } from './incident-changes.ts'
import { IncidentMembers } from './incident-members.tsx'
import { withAlert } from './latest-incident.ts'
import { PaneHeader } from './pane-header.tsx'
import type { IncidentChanges } from './use-incident-changes.ts'
import { WhyTable } from './why-table.tsx'

const route = getRouteApi('/app/alerts/')

interface PaneProps {
  changes: IncidentChanges
  onAct: (action: ChangeAction, incidents: readonly Incident[]) => void
  onClose: () => void
}

/** The reports around a fresh incident go on arriving for a quarter of an hour. */
const boxRefreshMs = 60_000
/** What the feed told already is in the database a moment later. */
const behindRefreshMs = 1_000

/** The evidence of one incident: what, why, what was measured around it, who did what about it. */
export function IncidentPane({ id, ...props }: PaneProps & { id: string }) {
  const { store } = useLive()
  const alert = useLiveAlert(id)
  const options = incidentQuery(id)
  const { data, error, refetch } = useQuery({
    ...options,
    refetchInterval: ({ state: { data: known } }) => {
      if (known === undefined) return false
      if (alert !== undefined && alert.version > known.version) return behindRefreshMs
      return Date.now() + store.serverAheadMs() < Date.parse(known.blackBox.to) ? boxRefreshMs : false
    },
  })
  useAlertNews(`alerts:${id}`, () => void refetch())
  const isGone = error instanceof ApiError && error.status === 404
  return (
    <aside className="pane" aria-label="Evidence">
      {isGone ? (
        <EmptyState
          icon="search"
          title="There is no such alert"
          actions={
            <button type="button" className="btn sm" onClick={props.onClose}>
              Back to the list
            </button>
          }
        >
          The address may be old, or it belongs to somebody else.
        </EmptyState>
      ) : (
        <Loaded data={data} error={error} what="the evidence" onRetry={() => void refetch()}>
          {(incident) => <Evidence incident={withAlert(incident, alert)} {...props} />}
        </Loaded>
      )}
    </aside>
  )
}

function Evidence({ incident, changes, onAct, onClose }: PaneProps & { incident: IncidentDetail }) {
  const now = useServerNow()
  const serial = incident.device?.serial
  const rules = useQuery({ ...rulesQuery({ device: serial ?? '' }), enabled: serial !== undefined })
  const rule = rules.data?.items.find((one) => one.rule.id === incident.rule)?.rule
  return (
    <>
      <PaneHeader incident={incident} now={now} changes={changes} onAct={onAct} onClose={onClose} />
      <Meaning incident={incident} />
      <WhyTable incident={incident} rule={rule} />
      {incident.device !== null && !(serial !== undefined && rules.isPending) && (
        <BlackBox incident={incident} rule={rule} />
      )}
      <IncidentMembers incident={incident} />
      <IncidentActivity incident={incident} changes={changes} />
    </>
  )
}

/** What to do, and what else is known of it in words. */
function Meaning({ incident }: { incident: IncidentDetail }) {
  const { advice, parentId, announced, repeats, flapping } = incident
  const notes = [
    ...(flapping ? ['It comes and goes: told once, until it rests.'] : []),
    ...(repeats > 0 ? [`Came again ${count(repeats, 'time')} without being announced.`] : []),
    ...(announced || parentId !== null ? [] : ['Nobody was told: in maintenance, or shelved.']),
  ]
  if (advice === null && parentId === null && notes.length === 0) return null
  return (
    <section>
      {advice !== null && (
        <p className="advice">
          <span aria-hidden="true">→ </span>
          <b>{advice}</b>
        </p>
      )}
      {parentId !== null && (
        <p className="t2">
          <Icon name="link" />{' '}
          <route.Link search={(old) => ({ ...old, incident: parentId })} replace resetScroll={false}>
            Another alert explains this one
          </route.Link>
          , so nobody was told of it.
        </p>
      )}
      {notes.map((note) => (
        <p key={note} className="t3">
          {note}
        </p>
      ))}
    </section>
  )
}

/** Beside the list while nothing is open, so that it does not jump when something is. */
export function PanePlaceholder({ isEmpty }: { isEmpty: boolean }) {
  if (isEmpty) return null
  return (
    <aside className="pane rest" aria-label="Evidence">
      <EmptyState icon="bell" title="Choose an alert to see its evidence">
        <kbd>J</kbd> <kbd>K</kbd> move, <kbd>↵</kbd> opens, <kbd>X</kbd> selects, <kbd>?</kbd> all keys
      </EmptyState>
    </aside>
  )
}
