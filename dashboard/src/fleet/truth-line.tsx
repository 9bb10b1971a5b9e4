import type { FleetSummary } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { fleetQuery } from '../api/devices.ts'
import { useLive, useLiveFleet } from '../live/live-context.tsx'
import { useRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { LedgerDialog } from '../shell/ledger-dialog.tsx'
import { formatNumber } from '../words/numbers.ts'
import { formatLag } from '../words/time.ts'
import type { FleetSearch } from './fleet-search.ts'

/** The whole fleet in one line; each count leads to exactly the boosters it counted. */
export function TruthLine() {
  const { store } = useLive()
  const { data } = useQuery(fleetQuery)
  const { isManufacturer } = useRights()
  const [isLedgerOpen, setLedgerOpen] = useState(false)
  useEffect(() => {
    if (data !== undefined && store.fleet() === undefined) store.putFleet(data)
  }, [data, store])
  const fleet = useLiveFleet() ?? data
  const isLosing = fleet !== undefined && fleet.lost > 0
  const presence = fleet?.presence
  const severity = fleet?.severity
  const neverSeen = presence?.['never-seen'] ?? 0
  const online = presence === undefined ? undefined : (presence.online ?? 0) + (presence.live ?? 0)
  return (
    <>
      <section className="truth" aria-label="Fleet now">
        <Count amount={fleet?.devices} word="boosters" search={{}} />
        <Count amount={online} word="online" icon="on" search={{ presence: ['online', 'live'] }} />
        <Count amount={presence?.live} word="live" icon="lv" search={{ presence: ['live'] }} />
        <Count amount={presence?.stale} word="stale" icon="sl" className="p3" search={{ presence: ['stale'] }} />
        <Count amount={presence?.offline} word="offline" icon="of" className="p1" search={{ presence: ['offline'] }} />
        {neverSeen > 0 && (
          <Count amount={neverSeen} word="never seen" icon="mt" search={{ presence: ['never-seen'] }} />
        )}
        <hr />
        <Count amount={severity?.critical} word="critical" icon="s1" kind="sv" search={{ severity: ['critical'] }} />
        <Count amount={severity?.major} word="major" icon="s2" kind="sv" search={{ severity: ['major'] }} />
        <Count amount={severity?.minor} word="minor" icon="s3" kind="sv" search={{ severity: ['minor'] }} />
        <hr />
        <span title="Reports accepted, mean of the last 10 s">
          <b>{formatNumber(fleet?.reportsPerSecond, 1)}</b> reports/s
        </span>
        <span title="Age of the oldest message that nobody has seen yet">
          <b>{fleet === undefined ? formatNumber(undefined) : formatLag(fleet.oldestUnprocessedMs)}</b> oldest
          unprocessed
        </span>
        {isManufacturer ? (
          <button type="button" onClick={() => setLedgerOpen(true)} className={isLosing ? 'p1' : ''}>
            <Lost fleet={fleet} />
          </button>
        ) : (
          <span className={isLosing ? 'p1' : ''}>
            <Lost fleet={fleet} />
          </span>
        )}
      </section>
      {isLedgerOpen && <LedgerDialog onClose={() => setLedgerOpen(false)} />}
    </>
  )
}

function Lost({ fleet }: { fleet: FleetSummary | undefined }) {
  return (
    <>
      <Icon name={fleet !== undefined && fleet.lost > 0 ? 'info' : 'check'} />
      <b>{formatNumber(fleet?.lost)}</b> lost
    </>
  )
}

interface CountProps {
  amount: number | undefined
  word: string
  search: FleetSearch
  icon?: string
  kind?: 'st' | 'sv'
  className?: string
}

/** A count in the colour of its meaning, grey while it is nought. */
function Count({ amount, word, search, icon, kind = 'st', className = '' }: CountProps): ReactNode {
  const isCalm = amount === undefined || amount === 0
  return (
    <Link
      to="/"
      search={(old: Pick<FleetSearch, 'view'>) => ({ ...search, view: old.view })}
      className={isCalm ? 'calm' : className}
      activeProps={{}}
    >
      {icon !== undefined && <Icon name={icon} kind={kind} />}
      <b>{formatNumber(amount)}</b> {word}
    </Link>
  )
}
