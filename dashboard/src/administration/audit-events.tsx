import type { AuditEventView } from '@stellacontrol/protocol'
import { Changes } from '../shell/changes.tsx'
import { wordsOfAction } from '../words/action-words.ts'
import { formatMoment } from '../words/time.ts'

/** Events as a list that unfolds: what was done first, the values before and after when asked for. */
export function AuditEvents({ events }: { events: readonly AuditEventView[] }) {
  return (
    <ul className="events">
      {events.map((event) => (
        <li key={event.id}>
          <details>
            <summary>
              <time className="t3" dateTime={event.at}>
                {formatMoment(Date.parse(event.at))}
              </time>
              <span>
                <b>{wordsOfAction(event.action)}</b> <span className="mono t2">{event.objectId}</span>
              </span>
              <span className="t2">{event.actor}</span>
              <span className="t3">{event.organisation.name}</span>
            </summary>
            <Changes before={event.before} after={event.after} />
            <p className="t3">
              <small>
                From {event.address ?? 'this installation itself'}, as <code>{event.action}</code>
              </small>
            </p>
          </details>
        </li>
      ))}
    </ul>
  )
}
