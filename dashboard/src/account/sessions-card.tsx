import type { OwnSession } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { endOtherSessions, endSession, sessionsQuery } from '../api/account.ts'
import { Actions, Problem } from '../forms/form.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Loaded } from '../shell/loaded.tsx'
import { formatDuration, formatMoment } from '../words/time.ts'
import { browserOf } from './browser-words.ts'

/** Where one is signed in, and the way to end it. */
export function SessionsCard() {
  const queryClient = useQueryClient()
  const { data, error, refetch } = useQuery(sessionsQuery)
  const { isBusy, problem, submit } = useSubmit()
  const end = (action: () => Promise<unknown>) =>
    void submit(action).then(() => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }))
  return (
    <section className="card" aria-label="Sessions">
      <header>
        <h2>Where you are signed in</h2>
      </header>
      <Loaded data={data} error={error} what="your sessions" onRetry={() => void refetch()}>
        {(sessions) => (
          <>
            <ul className="lines">
              {sessions.map((session) => (
                <SessionLine key={session.id} session={session} onEnd={() => end(() => endSession(session.id))} />
              ))}
            </ul>
            <div className="pad form">
              <Problem words={problem} />
              {sessions.length > 1 && (
                <Actions>
                  <button type="button" className={`btn ${isBusy ? 'busy' : ''}`} onClick={() => end(endOtherSessions)}>
                    Sign out everywhere else
                  </button>
                </Actions>
              )}
            </div>
          </>
        )}
      </Loaded>
    </section>
  )
}

function SessionLine({ session, onEnd }: { session: OwnSession; onEnd: () => void }) {
  const usedAt = Date.parse(session.lastUsedAt)
  const browser = browserOf(session.agent)
  return (
    <li className="row">
      <span className="grow">
        <b title={session.agent}>{browser}</b> <span className="t3">from {session.address}</span>
        <small className="t3 under">
          <time dateTime={session.lastUsedAt} title={formatMoment(usedAt)}>
            Used {formatDuration(Date.now() - usedAt)} ago
          </time>
          , signed in {formatMoment(Date.parse(session.createdAt))}
        </small>
      </span>
      {session.isThisOne ? (
        <span className="tag">This one</span>
      ) : (
        <button type="button" className="btn sm" onClick={onEnd}>
          Sign out<span className="vh"> of {browser}</span>
        </button>
      )}
    </li>
  )
}
