import type { Alert, DeviceStatus, DeviceSummary, FleetSummary, OpenCounts } from '@stellacontrol/protocol'
import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import { useNow } from '../clock.ts'
import type { Feed } from './feed.ts'
import type { LiveConnection } from './live-connection.ts'
import type { LiveStore } from './live-store.ts'

export interface Live {
  store: LiveStore
  connection: LiveConnection
}

const LiveContext = createContext<Live | undefined>(undefined)
export const LiveProvider = LiveContext.Provider

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === undefined) throw new Error('useLive outside of LiveProvider')
  return live
}

export function useFeed(): Feed {
  const { connection } = useLive()
  return useSyncExternalStore(connection.subscribe, connection.feed)
}

export function useLiveSummary(serial: string): DeviceSummary | undefined {
  const { store } = useLive()
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(`summary:${serial}`, listener),
    [store, serial],
  )
  return useSyncExternalStore(subscribe, () => store.summary(serial))
}

export function useLiveStatus(serial: string): DeviceStatus | undefined {
  const { store } = useLive()
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(`status:${serial}`, listener),
    [store, serial],
  )
  return useSyncExternalStore(subscribe, () => store.status(serial))
}

export function useLiveFleet(): FleetSummary | undefined {
  const { store } = useLive()
  const subscribe = useCallback((listener: () => void) => store.subscribe('fleet', listener), [store])
  return useSyncExternalStore(subscribe, store.fleet)
}

/** What the bus last said of an incident since the page was loaded. */
export function useLiveAlert(id: string): Alert | undefined {
  const { store } = useLive()
  const subscribe = useCallback((listener: () => void) => store.subscribe(`alert:${id}`, listener), [store, id])
  return useSyncExternalStore(subscribe, () => store.alert(id))
}

/** Open incidents by severity; undefined until the feed has told them. */
export function useOpenCounts(): OpenCounts | undefined {
  const { store } = useLive()
  const subscribe = useCallback((listener: () => void) => store.subscribe('alert-counts', listener), [store])
  return useSyncExternalStore(subscribe, store.openCounts)
}

/** An incident is in the database a moment after it is on the bus: it is read soon, and once more when it surely is. */
const readDelaysMs = [800, 3_500]

/** Calls `read` some moments after news of a topic (see LiveStore.subscribe), however many there are at once. */
export function useAlertNews(topic: string, read: () => void): void {
  const { store } = useLive()
  const latest = useRef(read)
  latest.current = read
  useEffect(() => {
    const timers = new Map<number, ReturnType<typeof setTimeout>>()
    const stop = store.subscribe(topic, () => {
      for (const delayMs of readDelaysMs) {
        if (timers.has(delayMs)) continue
        const timer = setTimeout(() => {
          timers.delete(delayMs)
          latest.current()
        }, delayMs)
        timers.set(delayMs, timer)
      }
    })
    return () => {
      stop()
      for (const timer of timers.values()) clearTimeout(timer)
    }
  }, [store, topic])
}

/** Watches these devices for as long as the component is there. One component per detail at a time. */
export function useWatch(detail: 'summary' | 'status', serials: readonly string[]): void {
  const { connection } = useLive()
  const key = serials.join(',')
  useEffect(() => {
    connection.watch(detail, key === '' ? [] : key.split(','))
  }, [connection, detail, key])
  useEffect(() => () => connection.watch(detail, []), [connection, detail])
}

/** The service's time in epoch ms, renewed every second: the ages on the page do not depend on this computer's clock. */
export function useServerNow(): number {
  const { store } = useLive()
  return useNow() + store.serverAheadMs()
}
