import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { sessionQuery, signOut } from '../api/session.ts'
import { ProofProvider } from '../forms/proof.tsx'
import { useLive } from '../live/live-context.tsx'
import { useGoKeys } from './go-keys.ts'
import { HelpDialog } from './help-dialog.tsx'
import { Rail } from './rail.tsx'
import { useShortcuts } from './shortcuts.ts'
import { TopBar } from './top-bar.tsx'

/** The frame of every page behind the sign-in; holds the live connection while it is shown. */
export function AppShell() {
  const { data: session } = useQuery(sessionQuery)
  const { connection, store } = useLive()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const [isHelpOpen, setHelpOpen] = useState(false)
  useShortcuts({ '?': () => setHelpOpen(true) })
  useGoKeys()

  useEffect(() => {
    connection.start()
    return () => connection.stop()
  }, [connection])

  // A session that ended elsewhere (expired, signed out in another tab) ends here too, and comes back to the same page.
  const isSignedOut = session === null
  useEffect(() => {
    if (isSignedOut)
      void navigate({ to: '/sign-in', search: { next: location.pathname + location.search }, replace: true })
  }, [isSignedOut, navigate])

  async function leave(): Promise<void> {
    await signOut().catch(() => undefined)
    connection.stop()
    store.clear()
    queryClient.clear()
    await navigate({ to: '/sign-in', search: {} })
  }
  if (!session) return null
  return (
    <ProofProvider>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="app">
        <Rail onHelp={() => setHelpOpen(true)} onSignOut={leave} />
        <div className="main">
          <TopBar user={session.user} />
          <Outlet />
        </div>
      </div>
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </ProofProvider>
  )
}
