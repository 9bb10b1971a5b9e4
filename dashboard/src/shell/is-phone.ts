import { useSyncExternalStore } from 'react'

/** The width at which the style sheets change to the layout for one hand. */
const phone = '(max-width: 720px)'

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(phone)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

export function useIsPhone(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(phone).matches)
}
