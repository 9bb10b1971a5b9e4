import type { DeviceStatus, DeviceSummary, FleetSummary } from '@stellacontrol/protocol'
import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from 'react'
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
