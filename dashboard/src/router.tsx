import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { parseAuditSearch, positive } from './administration/audit-search.ts'
import { parseOutboxSearch } from './administration/outbox-words.ts'
import { parseInboxSearch } from './alerts/inbox-search.ts'
import { parseReportSearch } from './alerts/report-search.ts'
import { parseRulesSearch } from './alerts/rules-search.ts'
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

const linkRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/invitation',
    component: lazyRouteComponent(() => import('./links/invitation-page.tsx'), 'InvitationPage'),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: '/password-reset',
    component: lazyRouteComponent(() => import('./links/password-reset-page.tsx'), 'PasswordResetPage'),
  }),
] as const

const ofOrganisation = (search: Record<string, unknown>): { organisation?: number | undefined } => {
  const organisation = positive(search.organisation)
  return organisation === undefined ? {} : { organisation }
}

const claimRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/claim',
  validateSearch: (search: Record<string, unknown>): { serial?: string | undefined } =>
    typeof search.serial === 'string' ? { serial: search.serial.slice(0, 32) } : {},
  component: lazyRouteComponent(() => import('./registry/claim-page.tsx'), 'ClaimPage'),
})

const importRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/import',
  validateSearch: ofOrganisation,
  component: lazyRouteComponent(() => import('./registry/import-page.tsx'), 'ImportPage'),
})

const accountRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/account-page.tsx'), 'AccountPage'),
})

const notificationsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/account/notifications',
  component: lazyRouteComponent(() => import('./notifications/notifications-page.tsx'), 'NotificationsPage'),
})

const administrationRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/administration',
  component: lazyRouteComponent(() => import('./administration/administration-frame.tsx'), 'AdministrationFrame'),
})

const administrationRoutes = [
  createRoute({
    getParentRoute: () => administrationRoute,
    path: '/organisations',
    component: lazyRouteComponent(() => import('./administration/organisations-page.tsx'), 'OrganisationsPage'),
  }),
  createRoute({
    getParentRoute: () => administrationRoute,
    path: '/sites',
    validateSearch: ofOrganisation,
    component: lazyRouteComponent(() => import('./administration/sites-page.tsx'), 'SitesPage'),
  }),
  createRoute({
    getParentRoute: () => administrationRoute,
    path: '/people',
    validateSearch: (
      search: Record<string, unknown>,
    ): { organisation?: number | undefined; person?: number | undefined } => ({
      ...ofOrganisation(search),
      person: positive(search.person),
    }),
    component: lazyRouteComponent(() => import('./administration/people-page.tsx'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: () => administrationRoute,
    path: '/audit',
    validateSearch: parseAuditSearch,
    component: lazyRouteComponent(() => import('./administration/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => administrationRoute,
    path: '/outbox',
    validateSearch: parseOutboxSearch,
    component: lazyRouteComponent(() => import('./administration/outbox-page.tsx'), 'OutboxPage'),
  }),
] as const

const alertsRoute = createRoute({
  getParentRoute: () => appRoute,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./alerts/alerts-frame.tsx'), 'AlertsFrame'),
})

const alertRoutes = [
  createRoute({
    getParentRoute: () => alertsRoute,
    path: '/',
    validateSearch: parseInboxSearch,
    component: lazyRouteComponent(() => import('./alerts/inbox-page.tsx'), 'InboxPage'),
  }),
  createRoute({
    getParentRoute: () => alertsRoute,
    path: '/rules',
    validateSearch: parseRulesSearch,
    component: lazyRouteComponent(() => import('./alerts/rules-page.tsx'), 'RulesPage'),
  }),
  createRoute({
    getParentRoute: () => alertsRoute,
    path: '/maintenance',
    validateSearch: ofOrganisation,
    component: lazyRouteComponent(() => import('./alerts/maintenance-page.tsx'), 'MaintenancePage'),
  }),
  createRoute({
    getParentRoute: () => alertsRoute,
    path: '/report',
    validateSearch: parseReportSearch,
    component: lazyRouteComponent(() => import('./alerts/report-page.tsx'), 'ReportPage'),
  }),
] as const

/** The page's addresses. Nothing is fetched before it is asked for: a link that is only hovered costs nothing. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([
      signInRoute,
      ...linkRoutes,
      appRoute.addChildren([
        fleetRoute,
        deviceRoute,
        claimRoute,
        importRoute,
        accountRoute,
        notificationsRoute,
        alertsRoute.addChildren([...alertRoutes]),
        administrationRoute.addChildren([...administrationRoutes]),
      ]),
    ]),
    context: { queryClient },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    // What scrolls for itself begins anew with another rule.
    scrollToTopSelectors: ['.rule'],
    defaultPendingMs: 200,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
