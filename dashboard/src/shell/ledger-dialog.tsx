import { useQuery } from '@tanstack/react-query'
import { ledgerQuery } from '../api/devices.ts'
import { formatNumber } from '../words/numbers.ts'
import { formatLag } from '../words/time.ts'
import { Dialog } from './dialog.tsx'
import { Icon } from './icon.tsx'

/** Where every message that was ever acknowledged went, counted while the reader looks. */
export function LedgerDialog({ onClose }: { onClose: () => void }) {
  const { data: ledger, error, refetch } = useQuery(ledgerQuery)
  if (ledger === undefined) {
    return (
      <Dialog title="Message ledger" onClose={onClose}>
        {error === null ? (
          <p className="t3">Counting …</p>
        ) : (
          <div className="empty">
            <b>The ledger did not load</b>
            <span>{error.message}. Live values are not affected.</span>
            <button type="button" className="btn sm" onClick={() => refetch()}>
              Try again
            </button>
          </div>
        )}
      </Dialog>
    )
  }
  const rows = [
    ['Taken from devices', ledger.appended],
    ['Stored', ledger.stored],
    ['Repeats of a stored report', ledger.duplicates],
    ['Set aside with a reason', ledger.setAside],
    ['Expired unread', ledger.expired],
    ['Waiting to be stored', ledger.queued],
    ['Unaccounted for', ledger.difference],
  ] as const
  return (
    <Dialog title="Message ledger" onClose={onClose}>
      <p className={`note ${ledger.balanced ? '' : 'p1'}`}>
        <Icon name={ledger.balanced ? 'check' : 's1'} kind={ledger.balanced ? 'i' : 'sv'} />
        {ledger.balanced
          ? 'Every message that was acknowledged to a device is accounted for.'
          : 'The counts do not add up → ask the operator of this installation to run its health check.'}
      </p>
      <dl className="kv">
        {rows.map(([name, amount]) => (
          <div key={name} className="pair">
            <dt>{name}</dt>
            <dd>{formatNumber(amount)}</dd>
          </div>
        ))}
        <div className="pair">
          <dt>Oldest one waiting</dt>
          <dd>{ledger.queued === 0 ? 'none waits' : formatLag(ledger.oldestQueuedMs)}</dd>
        </div>
        <div className="pair">
          <dt>The store may be away for</dt>
          <dd>{ledger.allowanceHours === null ? 'unknown' : `${formatNumber(ledger.allowanceHours, 1)} h`}</dd>
        </div>
      </dl>
    </Dialog>
  )
}
