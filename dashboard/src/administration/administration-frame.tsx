import { Link, Outlet } from '@tanstack/react-router'
import { FeedBanner } from '../shell/feed-status.tsx'
import { useAdministrationPages } from './administration-pages.ts'

/** Organisations, sites, people and the audit log: one head, one tab each for whoever may use it. */
export function AdministrationFrame() {
  const pages = useAdministrationPages()
  return (
    <main id="main">
      <FeedBanner />
      <div className="dhead tabbed">
        <h1>Administration</h1>
        <nav className="tabs" aria-label="Sections">
          {pages.map(({ name, path }) => (
            <Link key={path} to={path} activeProps={{ className: 'on', 'aria-current': 'page' }}>
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
