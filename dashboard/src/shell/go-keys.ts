import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { useAdministrationPages } from '../administration/administration-pages.ts'
import { useRights } from '../rights/use-rights.ts'
import { useShortcuts } from './shortcuts.ts'

/** How long the first key of a pair waits for the second one. */
const pairMs = 1_500

/** `G`, then the letter of a page. */
export function useGoKeys(): void {
  const navigate = useNavigate()
  const { mayAnywhere } = useRights()
  const [first] = useAdministrationPages()
  const until = useRef(0)
  // The second key of a pair is nobody else's; alone it may mean something to the page.
  const go = (action: () => unknown) => () => {
    if (performance.now() > until.current) return false
    until.current = 0
    action()
    return true
  }
  useShortcuts(
    {
      g: () => {
        until.current = performance.now() + pairMs
      },
      f: go(() => navigate({ to: '/' })),
      i: go(() => navigate({ to: '/alerts' })),
      c: go(() => mayAnywhere('devices.claim') && navigate({ to: '/claim' })),
      m: go(() => {
        if (first !== undefined) void navigate({ to: first.path })
      }),
      a: go(() => navigate({ to: '/account' })),
    },
    true,
  )
}
