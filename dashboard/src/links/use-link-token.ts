import { useEffect, useState } from 'react'

/**
 * The token of a link from an e-mail. It leaves the address at once, so that it is in no history, no screenshot and no
 * Referer; a page that is loaded again needs the link again.
 */
export function useLinkToken(): string | undefined {
  const [token] = useState(() => new URLSearchParams(location.search).get('token') ?? undefined)
  useEffect(() => {
    if (location.search !== '') history.replaceState(history.state, '', location.pathname)
  }, [])
  return token
}
