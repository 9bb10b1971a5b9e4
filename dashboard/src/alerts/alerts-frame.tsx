import { Link, Outlet } from '@tanstack/react-router'
import { FeedBanner } from '../shell/feed-status.tsx'
import { Icon } from '../shell/icon.tsx'
import { useAlertPages } from './alert-pages.ts'

/** What is wrong, by which rules, when it is expected, and what came of it: one head, one tab each. */
export function AlertsFrame() {
  const pages = useAlertPages()
  return (
    <main id="main">
      <FeedBanner />
      <div className="dhead tabbed">
        <div className="row">
          <h1>Alerts</h1>
          <span className="grow" />
          <Link className="btn sm" to="/account/notifications">
            <Icon name="bell" />
            What you are told
          </Link>
        </div>
        <nav className="tabs" aria-label="Sections">
          {pages.map(({ name, path }) => (
            <Link
              key={path}
              to={path}
              activeOptions={{ exact: path === '/alerts', includeSearch: false }}
              activeProps={{ className: 'on', 'aria-current': 'page' }}
            >
              {name}
            </Link>
          ))}
        </nav>
      </div>
      <div className="page stack">
        <Outlet />
      </div>
    </main>
  )
}
