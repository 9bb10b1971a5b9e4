import type { NotificationDelivery, OwnNotifications } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { deliveriesQuery, ownNotificationsQuery, sendTest } from '../api/notifications.ts'
import { Actions, Problem } from '../forms/form.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { Icon } from '../shell/icon.tsx'
import { channelWords, outcomeWords } from './delivery-words.ts'

const lookEveryMs = 1_000
/** A server that has not answered by then is tried again without anybody waiting. */
const waitMs = 45_000

interface WaitingTest {
  /** The newest delivery before it. */
  after: number
  isOver: boolean
}

/** Sends the reader a test by every way that is saved, and says what became of it. */
export function TestCard({ own }: { own: OwnNotifications }) {
  const queryClient = useQueryClient()
  const { isBusy, problem, submit } = useSubmit()
  const [test, setTest] = useState<WaitingTest>()
  const { email, sms } = own.preferences
  const ways = Math.max(1, Number(email) + Number(sms))
  const isWaiting = test !== undefined && !test.isOver
  const { data = [] } = useQuery({ ...deliveriesQuery, refetchInterval: isWaiting ? lookEveryMs : false })
  const outcomes = test === undefined ? [] : data.filter(({ id, alerts }) => id > test.after && alerts === 0)
  const isComplete = outcomes.length >= ways
  useEffect(() => {
    if (!isWaiting) return
    const end = () => {
      setTest((before) => before && { ...before, isOver: true })
      void queryClient.invalidateQueries({ queryKey: ownNotificationsQuery.queryKey })
    }
    const timer = setTimeout(end, isComplete ? 0 : waitMs)
    return () => clearTimeout(timer)
  }, [isWaiting, isComplete, queryClient])
  const send = () =>
    void submit(async () => {
      setTest(undefined)
      const before = await queryClient.fetchQuery({ ...deliveriesQuery, staleTime: 0 })
      await sendTest()
      setTest({ after: Math.max(0, ...before.map(({ id }) => id)), isOver: false })
    })
  return (
    <section className="card" aria-label="Test">
      <header>
        <h2>Does it reach you?</h2>
      </header>
      <div className="pad form">
        {own.emailProblem !== null && (
          <p className="note p1">
            <Icon name="info" />
            <span>
              Nothing is mailed to {own.email} any more. The mail server said: {own.emailProblem} → have the address put
              right, then send a test.
            </span>
          </p>
        )}
        <p className="t2">A test goes the way alerts go, by what is saved.</p>
        <Problem words={problem} />
        <div role="status">
          {isWaiting && outcomes.length === 0 && <p className="t2">On its way …</p>}
          {outcomes.length > 0 && (
            <ul className="outcomes">
              {outcomes.map((delivery) => (
                <Outcome key={delivery.id} delivery={delivery} />
              ))}
            </ul>
          )}
          {test?.isOver && !isComplete && (
            <p className="t2">No word yet of every way. It goes on being tried, and is listed below.</p>
          )}
        </div>
        <Actions>
          <button
            type="button"
            className={`btn ${isBusy || isWaiting ? 'busy' : ''}`}
            aria-busy={isBusy}
            onClick={send}
          >
            Send a test
          </button>
        </Actions>
      </div>
    </section>
  )
}

function Outcome({ delivery }: { delivery: NotificationDelivery }) {
  const { words, isBad } = outcomeWords(delivery)
  return (
    <li className="row">
      <Icon name={isBad ? 'x' : 'check'} />
      <span>
        <b>{channelWords[delivery.channel]}</b> to {delivery.recipient}
        <small className={`under ${isBad ? 'p1' : 't2'}`}>{words}</small>
      </span>
    </li>
  )
}
