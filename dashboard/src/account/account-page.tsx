import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { accountQuery } from '../api/account.ts'
import { sessionQuery } from '../api/session.ts'
import { FeedBanner } from '../shell/feed-status.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { AccountHead } from './account-head.tsx'
import { NameCard, PasswordCard } from './name-and-password.tsx'
import { SecondFactorCard } from './second-factor-card.tsx'
import { SessionsCard } from './sessions-card.tsx'

/** One's own account. */
export function AccountPage() {
  const { data, error, refetch } = useQuery(accountQuery)
  const queryClient = useQueryClient()
  useEffect(() => {
    document.title = 'Your account · StellaControl'
  }, [])
  const changed = () =>
    Promise.all([accountQuery, sessionQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey })))
  return (
    <main id="main">
      <FeedBanner />
      <AccountHead />
      <div className="page pairs">
        <Loaded data={data} error={error} what="your account" onRetry={() => void refetch()}>
          {(account) => (
            <>
              <div className="stack">
                <NameCard account={account} onChanged={changed} />
                <PasswordCard account={account} onChanged={changed} />
              </div>
              <SecondFactorCard account={account} onChanged={changed} />
            </>
          )}
        </Loaded>
        <SessionsCard />
      </div>
    </main>
  )
}
