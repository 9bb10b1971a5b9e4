import type { User } from '@stellacontrol/protocol'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { FleetSearch } from '../fleet/fleet-search.ts'
import { FeedStatus } from './feed-status.tsx'
import { Icon } from './icon.tsx'
import { useShortcuts } from './shortcuts.ts'

/** Long enough not to ask for every letter, short enough to feel immediate. */
const searchDelayMs = 180

/** Search and feed. On the fleet the list follows while typing; elsewhere Enter opens the fleet with the search. */
export function TopBar({ user }: { user: User }) {
  const navigate = useNavigate()
  const isFleet = useRouterState({ select: (state) => state.location.pathname === '/' })
  const searched = useRouterState({
    select: ({ location }) => (location.pathname === '/' && location.search.search) || '',
  })
  const [text, setText] = useState(searched)
  const [shown, setShown] = useState(searched)
  const input = useRef<HTMLInputElement>(null)

  // The address is the truth: going back, or clearing a filter, changes the field too.
  if (shown !== searched) {
    setShown(searched)
    setText(searched)
  }

  function search(value: string, replace: boolean): void {
    const next = value.trim() || undefined
    setShown(next ?? '')
    if (isFleet) void navigate({ to: '/', search: (old) => ({ ...(old as FleetSearch), search: next }), replace })
    else void navigate({ to: '/', search: { search: next } })
  }
  useEffect(() => {
    if (!isFleet || text.trim() === searched) return
    const timer = setTimeout(() => search(text, true), searchDelayMs)
    return () => clearTimeout(timer)
  })

  const focusSearch = () => {
    input.current?.focus()
    input.current?.select()
  }
  useShortcuts({ '/': focusSearch, 'mod+k': focusSearch })

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    search(text, true)
    document.querySelector<HTMLElement>('[data-row-link]')?.focus()
  }
  return (
    <header className="top">
      <search>
        <form className="cmd" onSubmit={onSubmit}>
          <Icon name="search" />
          <label className="vh" htmlFor="booster-search">
            Search boosters
          </label>
          <input
            id="booster-search"
            ref={input}
            type="search"
            autoComplete="off"
            spellCheck={false}
            maxLength={100}
            placeholder="Search serial, name, site or customer"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return
              event.preventDefault()
              if (text !== '') setText('')
              else input.current?.blur()
            }}
          />
          <kbd>Ctrl K</kbd>
        </form>
      </search>
      <span className="grow" />
      <FeedStatus />
      <Link className="me" to="/account" title={`${user.name}, ${user.email}`}>
        {initials(user.name)}
        <span className="vh">
          , your account: {user.name}, {user.organisation.name}
        </span>
      </Link>
    </header>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0]?.toUpperCase() ?? '').join('')
}
