import type { NotificationDelivery } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { deliveriesQuery } from '../api/notifications.ts'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { count } from '../words/numbers.ts'
import { formatMoment } from '../words/time.ts'
import { channelWords, outcomeWords } from './delivery-words.ts'

const shownAtFirst = 10

/** The newest messages to the reader, and what became of them. */
export function DeliveriesCard() {
  const { data, error, refetch } = useQuery(deliveriesQuery)
  const [isLong, setLong] = useState(false)
  return (
    <section className="card" aria-label="Messages to you">
      <header>
        <h2>Messages to you</h2>
        <span className="t3">Kept for 90 days</span>
      </header>
      <Loaded data={data} error={error} what="your messages" onRetry={() => void refetch()}>
        {(deliveries) =>
          deliveries.length === 0 ? (
            <EmptyState icon="bell" title="Nothing yet">
              What is sent to you is listed here.
            </EmptyState>
          ) : (
            <>
              <ul className="lines">
                {deliveries.slice(0, isLong ? undefined : shownAtFirst).map((delivery) => (
                  <DeliveryLine key={delivery.id} delivery={delivery} />
                ))}
              </ul>
              {!isLong && deliveries.length > shownAtFirst && (
                <div className="pad">
                  <button type="button" className="btn" onClick={() => setLong(true)}>
                    Show {count(deliveries.length - shownAtFirst, 'older one')}
                  </button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </section>
  )
}

function DeliveryLine({ delivery }: { delivery: NotificationDelivery }) {
  const { at, channel, recipient, subject } = delivery
  const { words, isBad } = outcomeWords(delivery)
  return (
    <li>
      <span className="under">{subject}</span>
      <small className="t3 under">
        <time dateTime={at}>{formatMoment(Date.parse(at))}</time>, {channelWords[channel].toLowerCase()} to {recipient}
      </small>
      <small className={`under ${isBad ? 'p1' : 't2'}`}>{words}</small>
    </li>
  )
}
