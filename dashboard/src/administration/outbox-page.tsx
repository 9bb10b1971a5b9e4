import type { OutboxKind } from '@stellacontrol/protocol'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { outboxQuery } from '../api/outbox.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { OutboxMail } from './outbox-mail.tsx'
import { kindNames, kindWords } from './outbox-words.ts'

const route = getRouteApi('/app/administration/outbox')

/** Mails and text messages that went out, wait, or would have gone out if there were a server. */
export function OutboxPage() {
  const { kind } = route.useSearch()
  const navigate = route.useNavigate()
  const outbox = useInfiniteQuery(outboxQuery(kind))
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = outbox
  useEffect(() => {
    document.title = 'Outbox · StellaControl'
  }, [])
  const choose = (next: OutboxKind | undefined) => void navigate({ search: { kind: next }, replace: true })
  return (
    <section className="card clip" aria-label="Outbox">
      <header>
        <h2>Outbox</h2>
        <span className="t3">Kept for 30 days</span>
      </header>
      <search className="filters row wrap">
        <KindFilter kind={kind} onChange={choose} />
      </search>
      <Loaded data={data?.pages} error={error} what="the outbox" onRetry={() => void refetch()}>
        {(pages) => {
          const mails = pages.flatMap(({ items }) => items)
          return (
            <>
              {pages[0]?.hasMailServer === false && (
                <p className="note flat">
                  <Icon name="info" />
                  No mail server is set, so nothing is sent: it is read here. Hand links over yourself.
                </p>
              )}
              {mails.length === 0 ? (
                <EmptyState icon="check" title={kind === undefined ? 'No mails' : 'None of this kind'}>
                  Invitations, password resets, alerts and reports appear here while they cannot be sent.
                </EmptyState>
              ) : (
                <ul className="events mails">
                  {mails.map((mail) => (
                    <li key={mail.id}>
                      <OutboxMail mail={mail} />
                    </li>
                  ))}
                </ul>
              )}
            </>
          )
        }}
      </Loaded>
      {hasNextPage && (
        <div className="pad">
          <button
            type="button"
            className={`btn ${isFetchingNextPage ? 'busy' : ''}`}
            aria-busy={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            Show older
          </button>
        </div>
      )}
    </section>
  )
}

function KindFilter({ kind, onChange }: { kind: OutboxKind | undefined; onChange: (kind?: OutboxKind) => void }) {
  return (
    <label className="pick">
      <span className="vh">Kind</span>
      <select value={kind ?? ''} onChange={({ target }) => onChange(kindNames.find((one) => one === target.value))}>
        <option value="">Everything</option>
        {kindNames.map((one) => (
          <option key={one} value={one}>
            {kindWords[one].many}
          </option>
        ))}
      </select>
    </label>
  )
}
