import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { sessionQuery } from './api/session.ts'
import { parseDeviceSearch } from './device/device-search.ts'
import { FleetPage } from './fleet/fleet-page.tsx'
import { parseFleetSearch } from './fleet/fleet-search.ts'
import { AppShell } from './shell/app-shell.tsx'
import { IconSprite } from './shell/icon-sprite.tsx'
import { NotFound, PageError } from './shell/page-states.tsx'
import { SignInPage } from './sign-in/sign-in-page.tsx'
import { parseSignInSearch } from './sign-in/sign-in-search.ts'
import { parseSearch, stringifySearch } from './url-state.ts'

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <>
      <IconSprite />
      <Outlet />
    </>
  ),
  notFoundComponent: NotFound,
  errorComponent: PageError,
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: parseSignInSearch,
  component: SignInPage,
})

/** Everything that only people who signed in may see. */
const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery)
    if (session !== null) return
    const next = location.href === '/' ? undefined : location.href
    throw redirect({ to: '/sign-in', search: { next } })
  },
  component: AppShell,
})

const fleetRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/',
  validateSearch: parseFleetSearch,
  component: FleetPage,
})

const deviceRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/devices/$serial',
  validateSearch: parseDeviceSearch,
  component: lazyRouteComponent(() => import('./device/device-page.tsx'), 'DevicePage'),
})

/** The page's addresses. Nothing is fetched before it is asked for: a link that is only hovered costs nothing. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([signInRoute, appRoute.addChildren([fleetRoute, deviceRoute])]),
    context: { queryClient },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPendingMs: 200,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
