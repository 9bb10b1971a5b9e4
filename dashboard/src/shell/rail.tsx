import { Link, useRouterState } from '@tanstack/react-router'
import { useAdministrationPages } from '../administration/administration-pages.ts'
import { useOpenCounts } from '../live/live-context.tsx'
import { useRights } from '../rights/use-rights.ts'
import { Icon } from './icon.tsx'
import { Logo } from './logo.tsx'
import { switchTheme, useTheme } from './theme.ts'

/** The bar at the left; at the bottom on a phone. */
export function Rail({ onHelp, onSignOut }: { onHelp: () => void; onSignOut: () => void }) {
  const theme = useTheme()
  const { mayAnywhere } = useRights()
  const isAdministration = useRouterState({ select: ({ location }) => location.pathname.startsWith('/administration') })
  const [administration] = useAdministrationPages()
  return (
    <nav className="rail" aria-label="Main">
      <Link className="logo" to="/" aria-label="StellaControl home">
        <Logo />
      </Link>
      <Link to="/" activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
        <Icon name="fleet" />
        Fleet
      </Link>
      <Link to="/alerts" activeProps={{ 'aria-current': 'page' }}>
        <Icon name="bell" />
        Alerts
        <CriticalCount />
      </Link>
      {mayAnywhere('devices.claim') && (
        <Link to="/claim" activeProps={{ 'aria-current': 'page' }}>
          <Icon name="pin" />
          Claim
        </Link>
      )}
      {administration !== undefined && (
        <Link to={administration.path} aria-current={isAdministration ? 'page' : undefined} activeProps={{}}>
          <Icon name="people" />
          Manage
        </Link>
      )}
      <button
        type="button"
        className="push"
        onClick={switchTheme}
        aria-label={`Switch to ${theme === 'dark' ? 'light' : 'dark'} theme`}
      >
        <Icon name="theme" />
        Theme
      </button>
      <button type="button" onClick={onHelp}>
        <Icon name="help" />
        Help
      </button>
      <button type="button" onClick={onSignOut}>
        <Icon name="out" />
        Sign out
      </button>
    </nav>
  )
}

/** How many critical incidents wait for somebody. */
function CriticalCount() {
  const critical = useOpenCounts()?.critical ?? 0
  if (critical === 0) return null
  return (
    <span className="cnt">
      <span className="vh">, critical: </span>
      {critical > 99 ? '99+' : critical}
    </span>
  )
}
