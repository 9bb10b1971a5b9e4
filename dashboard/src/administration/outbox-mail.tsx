import type { OutboxMailView } from '@stellacontrol/protocol'
import { useState } from 'react'
import { mailAddress } from '../api/outbox.ts'
import { formatMoment } from '../words/time.ts'
import { kindWords, stateWords } from './outbox-words.ts'

/** One mail: who it is to, what became of it, and what it says when it is unfolded. */
export function OutboxMail({ mail }: { mail: OutboxMailView }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <time className="t3" dateTime={mail.createdAt}>
          {formatMoment(Date.parse(mail.createdAt))}
        </time>
        <b>{titleOf(mail)}</b>
        <span className="t2">{mail.recipient}</span>
        <span className={mail.state === 'failed' ? 'p2' : 't3'}>
          <span className="tag">{kindWords[mail.kind].one}</span> {stateWords(mail)}
        </span>
      </summary>
      {mail.failure !== null && (
        <p className="t2">
          The mail server said: {mail.failure} ({mail.attempts} tries)
        </p>
      )}
      {isOpen && <MailBody mail={mail} />}
    </details>
  )
}

/** A text message has no subject: it is short enough to stand for itself. */
function titleOf({ kind, subject, text }: OutboxMailView): string {
  return kind === 'sms' && text !== '' ? text : subject
}

function MailBody({ mail: { id, kind, subject, text, hasHtml, state } }: { mail: OutboxMailView }) {
  const [isText, setText] = useState(!hasHtml)
  if (text === '') {
    const why = state === 'waiting' ? 'it holds a link for its reader' : 'it is forgotten once it was sent or given up'
    return <p className="mail">The text is not shown: {why}.</p>
  }
  return (
    <div className="mail-body">
      {hasHtml && (
        <fieldset className="seg">
          <legend className="vh">Show the mail</legend>
          {[false, true].map((asText) => (
            <button
              key={String(asText)}
              type="button"
              className={asText === isText ? 'on' : ''}
              aria-pressed={asText === isText}
              onClick={() => setText(asText)}
            >
              {asText ? 'As text' : 'As its reader sees it'}
            </button>
          ))}
        </fieldset>
      )}
      {isText ? (
        <p className={kind === 'sms' ? 'mail bubble' : 'mail'}>{text}</p>
      ) : (
        // The answer gives the frame no right of its own either; its links open beside the page.
        <iframe
          className="mail-frame"
          title={`The mail: ${subject}`}
          src={mailAddress(id)}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
        />
      )}
    </div>
  )
}
