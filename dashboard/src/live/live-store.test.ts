import type { Alert, DeviceStatus, DeviceSummary, FleetSummary } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { isBannerDue, isCurrent, reconnectDelayMs } from './feed.ts'
import { LiveStore } from './live-store.ts'

function openStore() {
  const flushes: (() => void)[] = []
  const store = new LiveStore(
    (flush) => flushes.push(flush),
    () => 1_000,
  )
  return { store, flushes, flush: () => flushes.shift()?.() }
}
const summary = (serial: string, lastReportAt: string) => ({ serial, lastReportAt }) as DeviceSummary
const status = (bootId: number, sequence: number) => ({ serial: 'HN01', bootId, sequence }) as DeviceStatus

describe('the live store', () => {
  it('tells a reader once for many messages, with the newest state', () => {
    const { store, flush, flushes } = openStore()
    const seen: unknown[] = []
    store.subscribe('summary:HN01', () => seen.push(store.summary('HN01')?.lastReportAt))
    for (const second of [1, 2, 3]) {
      store.receive({ type: 'summary', devices: [summary('HN01', `2026-11-23T12:00:0${second}Z`)] })
    }
    expect(flushes).toHaveLength(1)
    expect(seen).toEqual([])
    flush()
    expect(seen).toEqual(['2026-11-23T12:00:03Z'])
  })

  it('tells nobody about devices they do not show', () => {
    const { store, flush } = openStore()
    let told = 0
    const stop = store.subscribe('summary:HN02', () => told++)
    store.receive({ type: 'summary', devices: [summary('HN01', '2026-11-23T12:00:00Z')] })
    flush()
    expect(told).toBe(0)
    stop()
    store.receive({ type: 'summary', devices: [summary('HN02', '2026-11-23T12:00:00Z')] })
    flush()
    expect(told).toBe(0)
  })

  it('keeps the newer state when an answer of the API arrives after a message that overtook it', () => {
    const { store } = openStore()
    store.putSummary(summary('HN01', '2026-11-23T12:00:05Z'))
    store.putSummary(summary('HN01', '2026-11-23T12:00:01Z'))
    expect(store.summary('HN01')?.lastReportAt).toBe('2026-11-23T12:00:05Z')
  })

  it('orders statuses by boot and sequence, never by clock', () => {
    const { store } = openStore()
    store.putStatus(status(2, 1))
    store.putStatus(status(1, 900))
    expect(store.status('HN01')?.bootId).toBe(2)
    store.putStatus(status(2, 2))
    expect(store.status('HN01')?.sequence).toBe(2)
  })

  it('keeps the newest version of an alert, and tells its reader, its device and its parent', () => {
    const { store, flush } = openStore()
    const told: string[] = []
    for (const topic of ['alert:a', 'alerts', 'alerts:HN01', 'alerts:p', 'alerts:HN02', 'alert-counts'])
      store.subscribe(topic, () => told.push(topic))
    const alert = (version: number) => ({ id: 'a', version, parentId: 'p' }) as Alert
    const device = { serialNumber: 'HN01' }
    store.receive({ type: 'alert', event: 'raised', device, alert: alert(2) })
    store.receive({ type: 'alert', event: 'raised', device, alert: alert(1) })
    flush()
    expect(store.alert('a')?.version).toBe(2)
    expect(told).toEqual(['alert:a', 'alerts', 'alerts:HN01', 'alerts:p'])
    store.receive({ type: 'alert-counts', open: { critical: 2, major: 0, minor: 0, warning: 0 }, missed: false })
    flush()
    expect(store.openCounts()?.critical).toBe(2)
    expect(told.slice(4)).toEqual(['alert-counts', 'alerts'])
    store.clear()
    expect([store.alert('a'), store.openCounts()]).toEqual([undefined, undefined])
  })

  it("knows how far the service's clock is ahead, and forgets everything at sign-out", () => {
    const { store } = openStore()
    store.putFleet({ at: new Date(4_000).toISOString() } as FleetSummary)
    expect(store.serverAheadMs()).toBe(3_000)
    store.putStatus(status(1, 1))
    store.clear()
    expect(store.status('HN01')).toBeUndefined()
    expect(store.fleet()).toBeUndefined()
    expect(store.serverAheadMs()).toBe(0)
  })
})

describe('the feed', () => {
  it('waits longer after each failure, never less than a moment, never more than 20 s', () => {
    expect(reconnectDelayMs(0, 0)).toBe(250)
    expect(reconnectDelayMs(4, 0.999)).toBeGreaterThan(reconnectDelayMs(1, 0.999))
    for (const attempt of [0, 5, 50, 5_000]) {
      expect(reconnectDelayMs(attempt, 0.9999)).toBeLessThanOrEqual(20_000)
      expect(reconnectDelayMs(attempt, 0)).toBeGreaterThanOrEqual(250)
    }
  })

  it('shows the banner only when a break lasts', () => {
    const lost = { kind: 'lost', since: 10_000, retryAt: 11_000, attempt: 1 } as const
    expect(isBannerDue(lost, 11_000)).toBe(false)
    expect(isBannerDue(lost, 13_000)).toBe(true)
    expect(isBannerDue({ kind: 'live', since: 0 }, 99_000)).toBe(false)
  })

  it('is trusted about silence only after it had time to catch up', () => {
    expect(isCurrent({ kind: 'live', since: 0 }, 10_000, 11_000)).toBe(false)
    expect(isCurrent({ kind: 'live', since: 0 }, 10_000, 12_000)).toBe(true)
    expect(isCurrent({ kind: 'live', since: 11_500 }, 10_000, 12_000)).toBe(false)
  })
})
