import type { Incident } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../shell/icon.tsx'
import { useIsPhone } from '../shell/is-phone.ts'
import { alertSeverityWords } from '../words/alert-words.ts'
import { formatMoment } from '../words/time.ts'
import type { ChangeAction } from './incident-changes.ts'
import { stateSentence, timeWords } from './incident-words.ts'
import type { IncidentChanges } from './use-incident-changes.ts'

interface PaneHeaderProps {
  incident: Incident
  now: number
  changes: IncidentChanges
  onAct: (action: ChangeAction, incidents: readonly Incident[]) => void
  onClose: () => void
}

const actions: { action: ChangeAction; words: string; icon?: string; key?: string }[] = [
  { action: 'acknowledge', words: 'Acknowledge', key: 'A' },
  { action: 'reopen', words: 'Reopen' },
  { action: 'shelve', words: 'Shelve…', icon: 'clock', key: 'S' },
  { action: 'assign', words: 'Assign…', icon: 'user', key: 'I' },
  { action: 'clear', words: 'Clear…', icon: 'check' },
]

/** What it is, since when, whose, and what can be done about it. */
export function PaneHeader({ incident, now, changes, onAct, onClose }: PaneHeaderProps) {
  const { severity, state, text } = incident
  const { word, icon, className } = alertSeverityWords[severity]
  const heading = useRef<HTMLHeadingElement>(null)
  const isPhone = useIsPhone()
  useEffect(() => {
    // On a phone this has taken the place of the list, so whoever cannot see it has to be told.
    if (isPhone) heading.current?.focus({ preventScroll: true })
  }, [isPhone])
  const able = actions.filter(({ action }) => changes.changeable([incident], action).length > 0)
  return (
    <header className={state === 'open' ? '' : 'ack'}>
      <div className="row wrap">
        <button type="button" className="btn ghost icon sm only-phone" aria-label="Back to the list" onClick={onClose}>
          <Icon name="back" />
        </button>
        <span className={`tag ${className}`}>
          <Icon name={icon} kind="sv" />
          {word}
        </span>
        <span className="tag state">{stateSentence(incident)}</span>
        <span className="grow" />
        <CopyLink id={incident.id} />
        <button type="button" className="btn ghost icon sm only-wide" aria-label="Close" onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      <h2 className="big" ref={heading} tabIndex={-1}>
        {text}
      </h2>
      <Place incident={incident} />
      <p className="t3" title={`Raised ${formatMoment(Date.parse(incident.raisedAt))}`}>
        {timeWords(incident, now)}
      </p>
      {able.length > 0 && (
        <div className="row wrap does">
          {able.map(({ action, words, icon: sign, key }, index) => (
            <button
              key={action}
              type="button"
              className={`btn ${index === 0 && action === 'acknowledge' ? 'pri' : ''} ${changes.isBusy && action === 'acknowledge' ? 'busy' : ''}`}
              onClick={() => onAct(action, [incident])}
            >
              {sign !== undefined && <Icon name={sign} />}
              {words}
              {key !== undefined && <kbd>{key}</kbd>}
            </button>
          ))}
        </div>
      )}
    </header>
  )
}

/** The booster with the way to its page; else the site. Both lead to everything that is wrong there. */
function Place({ incident }: { incident: Incident }) {
  const { device, site, organisation, scope } = incident
  return (
    <p className="place">
      {device === null ? (
        !scope.includes(':') && <span className="mono">{scope} </span>
      ) : (
        <Link to="/devices/$serial" params={{ serial: device.serial }}>
          <span className="mono">{device.serial}</span> {device.name}
        </Link>
      )}
      {site !== null && (
        <Link to="/alerts" search={{ site: site.id, state: 'any' }} title="Every alert of this site">
          {site.name}
        </Link>
      )}
      <span className="t2">{organisation.name}</span>
    </p>
  )
}

/** How long the word "copied" stays. */
const copiedMs = 2_000

function CopyLink({ id }: { id: string }) {
  const [isCopied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(`${location.origin}/alerts?incident=${id}`)
    setCopied(true)
    setTimeout(() => setCopied(false), copiedMs)
  }
  return (
    <button type="button" className="btn ghost icon sm" aria-label={isCopied ? 'Copied' : 'Copy link'} onClick={copy}>
      <Icon name={isCopied ? 'check' : 'link'} />
    </button>
  )
}
