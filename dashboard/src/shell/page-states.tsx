import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { Icon } from './icon.tsx'

/** A skeleton that flashes for a moment is worse than none. */
const skeletonAfterMs = 200

/** Shows its children only once loading has become noticeable. */
export function AfterDelay({ children }: { children: ReactNode }) {
  const [isDue, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), skeletonAfterMs)
    return () => clearTimeout(timer)
  }, [])
  return isDue ? children : null
}

/** A place where something should be but is not: what happened, and what can be done. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon: string
  title: string
  children: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <b>{title}</b>
      <span>{children}</span>
      {actions !== undefined && <div className="row">{actions}</div>}
    </div>
  )
}

export function NotFound() {
  return (
    <main id="main" className="page">
      <h1 className="vh">Page not found</h1>
      <EmptyState
        icon="search"
        title="There is no such page"
        actions={
          <Link className="btn sm" to="/">
            Open the fleet
          </Link>
        }
      >
        The address may be old or mistyped.
      </EmptyState>
    </main>
  )
}

export function PageError({ error }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <main id="main" className="page">
      <h1 className="vh">Page failed</h1>
      <EmptyState
        icon="info"
        title="The page could not be shown"
        actions={
          <button type="button" className="btn sm" onClick={() => router.invalidate()}>
            Try again
          </button>
        }
      >
        {error instanceof Error ? error.message : String(error)}. The boosters are not affected.
      </EmptyState>
    </main>
  )
}
