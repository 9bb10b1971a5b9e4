import type { Page } from '@stellacontrol/protocol'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { formatNumber } from '../words/numbers.ts'
import { Icon } from './icon.tsx'

/** Long enough not to ask for every letter, short enough to feel immediate. */
export const searchDelayMs = 180

/** A value that follows once it has not changed for a moment. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), searchDelayMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

interface ListSearchProps {
  label: string
  value: string
  onChange: (text: string) => void
}

/** The search field above a list. */
export function ListSearch({ label, value, onChange }: ListSearchProps) {
  return (
    <search className="pick">
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder="Search"
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </search>
  )
}

export type ListPages = UseInfiniteQueryResult<{ pages: Page<unknown>[] }, Error>

/** How much of a list is shown, and the way to more of it. */
export function ShowMore({ list }: { list: ListPages }) {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = list
  if (!hasNextPage || data === undefined) return null
  const shown = data.pages.reduce((sum, { items }) => sum + items.length, 0)
  return (
    <div className="pad row wrap">
      <button
        type="button"
        className={`btn ${isFetchingNextPage ? 'busy' : ''}`}
        aria-busy={isFetchingNextPage}
        onClick={() => !isFetchingNextPage && void fetchNextPage()}
      >
        Show more
      </button>
      <span className="t3" role="status">
        {formatNumber(shown)} of {formatNumber(data.pages[0]?.total ?? shown)}
      </span>
    </div>
  )
}
