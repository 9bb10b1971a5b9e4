import { useSyncExternalStore } from 'react'
import { writeSetting } from './settings.ts'

export type Theme = 'light' | 'dark'

const systemIsDark = () => window.matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

/** The theme that shows now: the stored choice, else the system's. public/theme.js applies the choice before the first paint. */
function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme
  if (chosen === 'light' || chosen === 'dark') return chosen
  return systemIsDark().matches ? 'dark' : 'light'
}

/** Switches to the other theme; a choice that equals the system's is forgotten, so that the page follows it again. */
export function switchTheme(): void {
  const next: Theme = currentTheme() === 'dark' ? 'light' : 'dark'
  const isSystem = (next === 'dark') === systemIsDark().matches
  if (isSystem) delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = next
  writeSetting('theme', isSystem ? undefined : next)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  const query = systemIsDark()
  query.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    query.removeEventListener('change', listener)
  }
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme)
}
