import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { type OutboxMail, outboxQuery } from '../api/outbox.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { formatMoment } from '../words/time.ts'

const stateWords: Record<OutboxMail['state'], string> = { waiting: 'Waits', sent: 'Sent', failed: 'Not sent' }

/** Mails that went out, wait, or would have gone out if a mail server were set. */
export function OutboxPage() {
  const { data, error, refetch } = useQuery(outboxQuery)
  useEffect(() => {
    document.title = 'Outbox · StellaControl'
  }, [])
  return (
    <section className="card clip" aria-label="Outbox">
      <header>
        <h2>Outbox</h2>
        <span className="t3">Mails are kept for 30 days</span>
      </header>
      <Loaded data={data} error={error} what="the outbox" onRetry={() => void refetch()}>
        {({ items, hasMailServer }) => (
          <>
            {!hasMailServer && (
              <p className="note flat">
                <Icon name="info" />
                No mail server is set, so nothing is sent. Hand the links over yourself.
              </p>
            )}
            {items.length === 0 ? (
              <EmptyState icon="check" title="No mails">
                Invitations and password resets appear here.
              </EmptyState>
            ) : (
              <ul className="events">
                {items.map((mail) => (
                  <li key={mail.id}>
                    <Mail mail={mail} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

function Mail({ mail }: { mail: OutboxMail }) {
  return (
    <details>
      <summary>
        <time className="t3" dateTime={mail.createdAt}>
          {formatMoment(Date.parse(mail.createdAt))}
        </time>
        <b>{mail.subject}</b>
        <span className="t2">{mail.recipient}</span>
        <span className={mail.state === 'failed' ? 'p2' : 't3'}>{stateWords[mail.state]}</span>
      </summary>
      {mail.failure !== null && (
        <p className="t2">
          The mail server said: {mail.failure} ({mail.attempts} tries)
        </p>
      )}
      <p className="mail">{mail.text === '' ? 'The text is not shown: it holds a link for its reader.' : mail.text}</p>
    </details>
  )
}
