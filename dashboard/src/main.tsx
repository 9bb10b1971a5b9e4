import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/http.ts'
import { sessionQuery } from './api/session.ts'
import { LiveConnection } from './live/live-connection.ts'
import { LiveProvider } from './live/live-context.tsx'
import { LiveStore } from './live/live-store.ts'
import { createAppRouter } from './router.tsx'
import './styles/index.css'

const isSignedOut = (error: unknown) => error instanceof ApiError && error.status === 401

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (isSignedOut(error)) queryClient.setQueryData(sessionQuery.queryKey, null)
    },
  }),
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
})

const store = new LiveStore()
const connection = new LiveConnection({
  url: () => `${location.origin.replace(/^http/, 'ws')}/v1/live`,
  onMessage: (message) => {
    store.receive(message)
    // What the person may see or do has changed: everything that is shown is asked for again, as they are now.
    if (message.type === 'rights') void queryClient.invalidateQueries()
  },
  onLost: () => void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  onResumed: () => void queryClient.invalidateQueries({ queryKey: ['history'] }),
})

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <LiveProvider value={{ store, connection }}>
        <RouterProvider router={createAppRouter(queryClient)} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
)
