import { localPath } from '../url-state.ts'

export interface SignInSearch {
  /** Where to go on to; a place of this page. */
  next?: string | undefined
  /** The code of what went wrong at the provider. */
  problem?: string | undefined
}

export function parseSignInSearch(search: Record<string, unknown>): SignInSearch {
  const problem = typeof search.problem === 'string' ? search.problem.slice(0, 60) : undefined
  return { next: localPath(search.next), problem }
}
