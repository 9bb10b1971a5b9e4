import type { IncidentDetail, IncidentEvent } from '@stellacontrol/protocol'
import { useState } from 'react'
import { Problem } from '../forms/form.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Icon } from '../shell/icon.tsx'
import { alertSeverityWords, incidentEventWords } from '../words/alert-words.ts'
import { formatMoment } from '../words/time.ts'
import { longestComment } from './change-dialogs.tsx'
import { shortMoment } from './incident-words.ts'
import type { IncidentChanges } from './use-incident-changes.ts'

interface ActivityProps {
  incident: IncidentDetail
  changes: IncidentChanges
}

/** Everything that happened to it, oldest first, and the place to add what one knows. */
export function IncidentActivity({ incident, changes }: ActivityProps) {
  const mayComment = changes.changeable([incident], 'comment').length > 0
  return (
    <section aria-label="Activity">
      <h3>Activity</h3>
      <ol className="tl">
        {incident.events.map((event, index) => (
          <EventLine key={event.id} event={event} before={incident.events[index - 1]} />
        ))}
      </ol>
      {mayComment && <CommentForm incident={incident} changes={changes} />}
    </section>
  )
}

function EventLine({ event, before }: { event: IncidentEvent; before: IncidentEvent | undefined }) {
  const { kind, actor, severity, text, at } = event
  const { icon } = incidentEventWords[kind]
  const isRaised = kind === 'raised' && severity !== null
  return (
    <li>
      <time dateTime={at} title={formatMoment(Date.parse(at))}>
        {shortMoment(at)}
      </time>
      {isRaised ? <Icon name={alertSeverityWords[severity].icon} kind="sv" /> : <Icon name={icon} />}
      <span>
        {headlineOf(event, before)}
        {actor !== null && <span className="t2"> by {actor}</span>}
        {kind === 'commented' && <span className="said">{text}</span>}
        {isMeasured(event, before) && <small>{text}</small>}
      </span>
    </li>
  )
}

function headlineOf({ kind, actor, severity, text }: IncidentEvent, before: IncidentEvent | undefined): string {
  if (kind === 'assigned') return text === '' ? 'Assigned to nobody' : `Assigned to ${text}`
  if (kind === 'raised' && severity !== null) return `Raised as ${severity}`
  if (kind !== 'repeated') return incidentEventWords[kind].word
  if (actor !== null) return 'Opened again'
  return severity !== null && severity !== before?.severity ? `Became ${severity}` : 'Came again'
}

/** The sentence with the value, where it says something that the line before did not. */
function isMeasured({ kind, actor, text }: IncidentEvent, before: IncidentEvent | undefined): boolean {
  return (kind === 'raised' || (kind === 'repeated' && actor === null)) && text !== before?.text
}

function CommentForm({ incident, changes }: ActivityProps) {
  const [text, setText] = useState('')
  const { isBusy, problem, submit } = useSubmit()
  async function send(): Promise<void> {
    const words = text.trim()
    if (words === '') return
    if (await submit(() => changes.apply([incident], { action: 'comment', text: words }))) setText('')
  }
  return (
    <form
      className="form comment"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <label className="field">
        <span className="vh">Comment</span>
        <textarea
          rows={2}
          maxLength={longestComment}
          placeholder="Write what you know or did"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <Problem words={problem} />
      <button
        type="submit"
        className={`btn self-start ${isBusy ? 'busy' : ''}`}
        aria-busy={isBusy}
        disabled={text.trim() === ''}
      >
        <Icon name="chat" />
        Add comment
      </button>
    </form>
  )
}
