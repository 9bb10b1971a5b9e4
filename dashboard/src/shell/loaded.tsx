import type { ReactNode } from 'react'
import { problemWords } from '../forms/problem-words.ts'
import { AfterDelay, EmptyState } from './page-states.tsx'

interface LoadedProps<Data> {
  data: Data | undefined
  error: Error | null
  /** What is being loaded: "the sites". */
  what: string
  onRetry: () => void
  children: (data: Data) => ReactNode
}

/** What is there once it has loaded; a skeleton before, and words with a way out if it failed. */
export function Loaded<Data>({ data, error, what, onRetry, children }: LoadedProps<Data>) {
  if (data !== undefined) return children(data)
  if (error === null) {
    return (
      <AfterDelay>
        <div className="pad skeleton-lines" role="status" aria-busy="true">
          <span className="vh">Loading {what}</span>
          <span className="skel" style={{ width: '40%' }} />
          <span className="skel" style={{ width: '64%' }} />
          <span className="skel" style={{ width: '52%' }} />
        </div>
      </AfterDelay>
    )
  }
  return (
    <EmptyState
      icon="info"
      title={`Could not load ${what}`}
      actions={
        <button type="button" className="btn sm" onClick={onRetry}>
          Try again
        </button>
      }
    >
      {problemWords(error)}
    </EmptyState>
  )
}
