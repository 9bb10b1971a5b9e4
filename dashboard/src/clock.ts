import { useSyncExternalStore } from 'react'

/** One timer for every relative time on the page, stopped while nobody looks. */
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const notify of listeners) notify()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** This computer's time in epoch ms, renewed every second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => (timer === undefined ? Math.floor(Date.now() / 1000) * 1000 : now))
}
