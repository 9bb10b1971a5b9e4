import { useInfiniteQuery } from '@tanstack/react-query'
import { deviceEventsQuery } from '../api/registry.ts'
import { Changes } from '../shell/changes.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { wordsOfAction } from '../words/action-words.ts'
import { formatMoment } from '../words/time.ts'

/** Who did what with a booster, newest first. */
export function EventsCard({ serial }: { serial: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(deviceEventsQuery(serial))
  return (
    <section className="card" aria-label="What was done">
      <header>
        <h2>What was done</h2>
      </header>
      <Loaded
        data={data?.pages.flatMap(({ items }) => items)}
        error={error}
        what="the history"
        onRetry={() => void refetch()}
      >
        {(events) =>
          events.length === 0 ? (
            <p className="pad t3">Nobody has changed anything since it came to you.</p>
          ) : (
            <ul className="lines">
              {events.map((event) => (
                <li key={`${event.at} ${event.action}`}>
                  <b>{wordsOfAction(event.action)}</b>
                  <small className="t3 under">
                    {event.actor}, {formatMoment(Date.parse(event.at))}
                  </small>
                  <Changes before={event.before} after={event.after} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {hasNextPage && (
        <div className="pad">
          <button type="button" className="btn sm" onClick={() => void fetchNextPage()}>
            Show older
          </button>
        </div>
      )}
    </section>
  )
}
