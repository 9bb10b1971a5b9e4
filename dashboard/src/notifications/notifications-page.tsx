import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { AccountHead } from '../account/account-head.tsx'
import { ownNotificationsQuery } from '../api/notifications.ts'
import { FeedBanner } from '../shell/feed-status.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { DeliveriesCard } from './deliveries-card.tsx'
import { PreferencesForm } from './preferences-form.tsx'
import { TestCard } from './test-card.tsx'

/** What the reader is told of, and how. */
export function NotificationsPage() {
  const { data, error, refetch } = useQuery(ownNotificationsQuery)
  useEffect(() => {
    document.title = 'Notifications · StellaControl'
  }, [])
  return (
    <main id="main">
      <FeedBanner />
      <AccountHead />
      <div className="page stack notifications">
        <Loaded data={data} error={error} what="what you are told" onRetry={() => void refetch()}>
          {(own) => (
            <PreferencesForm own={own}>
              <aside className="stack">
                <TestCard own={own} />
                <DeliveriesCard />
              </aside>
            </PreferencesForm>
          )}
        </Loaded>
      </div>
    </main>
  )
}
