import { useEffect, useRef } from 'react'
import { readSetting, writeSetting } from './settings.ts'

/** Fields keep their letters: single keys mean nothing while somebody types. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)
}

export function singleKeysAreOn(): boolean {
  return readSetting('single-keys') !== 'off'
}

/** Single-key shortcuts can be turned off: speech input types letters [WCAG 2.2, 2.1.4]. */
export function setSingleKeys(on: boolean): void {
  writeSetting('single-keys', on ? undefined : 'off')
}

/** The name of a pressed key as the shortcut tables use it: "mod+k", "j", "/", "escape"; undefined if it is not for us. */
function shortcutOf(event: KeyboardEvent): string | undefined {
  if (event.altKey) return undefined
  if (event.ctrlKey || event.metaKey) return `mod+${event.key.toLowerCase()}`
  if (event.key === 'Escape') return 'escape'
  if (event.key.length !== 1 || isTyping(event.target) || !singleKeysAreOn()) return undefined
  return event.key.toLowerCase()
}

/** Does what a key stands for; `false`: it stands for nothing just now, and others may have it. */
type Handler = (event: KeyboardEvent) => unknown

/** Handles keys anywhere on the page, `isFirst` before all others. A dialog that is open keeps all keys to itself. */
export function useShortcuts(handlers: Readonly<Record<string, Handler>>, isFirst = false): void {
  const latest = useRef(handlers)
  latest.current = handlers
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return
      const shortcut = shortcutOf(event)
      const handler = shortcut === undefined ? undefined : latest.current[shortcut]
      if (handler === undefined || handler(event) === false) return
      if (shortcut !== 'escape') event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown, isFirst)
    return () => document.removeEventListener('keydown', onKeyDown, isFirst)
  }, [isFirst])
}
