import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { sessionQuery } from '../api/session.ts'
import { roleWords } from '../words/people-words.ts'

const pages = [
  { name: 'Account', path: '/account' },
  { name: 'Notifications', path: '/account/notifications' },
] as const

/** Who is signed in, and the pages about them. */
export function AccountHead() {
  const { data: session } = useQuery(sessionQuery)
  return (
    <div className="dhead tabbed">
      <h1>Your account</h1>
      <div className="meta">
        <span>{session?.user.email}</span>
        {session?.memberships.map(({ organisation, role }) => (
          <span key={organisation.id}>
            {roleWords[role].word} in {organisation.name}
          </span>
        ))}
      </div>
      <nav className="tabs" aria-label="Sections">
        {pages.map(({ name, path }) => (
          <Link
            key={path}
            to={path}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ className: 'on', 'aria-current': 'page' }}
          >
            {name}
          </Link>
        ))}
      </nav>
    </div>
  )
}
