import { Icon } from '../shell/icon.tsx'
import { formatNumber } from '../words/numbers.ts'
import type { OpenDialog } from './change-dialogs.tsx'
import type { ChangeAction } from './incident-changes.ts'
import type { IncidentChanges } from './use-incident-changes.ts'
import type { Selection } from './use-selection.ts'

interface BulkBarProps {
  selection: Selection
  changes: IncidentChanges
  onAct: (action: ChangeAction) => void
}

const actions: { action: ChangeAction; words: string; key?: string }[] = [
  { action: 'acknowledge', words: 'Acknowledge', key: 'A' },
  { action: 'shelve', words: 'Shelve…', key: 'S' },
  { action: 'assign', words: 'Assign…', key: 'I' },
  { action: 'comment', words: 'Comment…', key: 'C' },
  { action: 'reopen', words: 'Reopen' },
  { action: 'clear', words: 'Clear…' },
]

/** What can be done with the rows that are selected; each action counts those it can be done to. */
export function BulkBar({ selection, changes, onAct }: BulkBarProps) {
  const { chosen } = selection
  if (chosen.length === 0) return null
  return (
    <section className="bulk" aria-label="Selected alerts">
      <b>{formatNumber(chosen.length)} selected</b>
      <button type="button" className="btn sm" onClick={selection.all}>
        All shown
      </button>
      <hr />
      {actions.map(({ action, words, key }) => {
        const able = changes.changeable(chosen, action).length
        if (able === 0) return null
        return (
          <button
            key={action}
            type="button"
            className={`btn sm ${changes.isBusy && action === 'acknowledge' ? 'busy' : ''}`}
            onClick={() => onAct(action)}
          >
            {words}
            {able < chosen.length && <small>{able}</small>}
            {key !== undefined && <kbd>{key}</kbd>}
          </button>
        )
      })}
      <hr />
      <button type="button" className="btn sm icon" aria-label="Select nothing" onClick={selection.clear}>
        <Icon name="x" />
      </button>
    </section>
  )
}

export const dialogActions = ['shelve', 'assign', 'comment', 'clear'] as const satisfies OpenDialog['action'][]

/** What came of the last change, until it is read or the next one. */
export function Notice({ changes }: { changes: IncidentChanges }) {
  const { notice, dismiss } = changes
  return (
    <div role="status" className="notice">
      {notice !== undefined && (
        <div className="toast">
          <span>{notice}</span>
          <button type="button" className="btn sm" onClick={dismiss}>
            Close
          </button>
        </div>
      )}
    </div>
  )
}
