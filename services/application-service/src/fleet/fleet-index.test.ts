import { offlineAfterMs } from '@stellacontrol/protocol'
import { expect, test } from 'vitest'
import { statusOf } from '../testing/statuses.ts'
import { summaryOf } from './fleet-device.ts'
import { FleetIndex } from './fleet-index.ts'
import { AcceptedRates, countFleet } from './fleet-summary.ts'
import { worstBandOf } from './live-state.ts'

const registered = (serial: string, name = serial) => ({
  serial,
  name,
  model: 'iR5',
  organisation: { id: 1, name: 'Customer' },
  ownedSince: null,
  site: null,
  state: 'active' as const,
  tags: [],
  createdAt: 0,
})

function indexOf(...serials: string[]): FleetIndex {
  const index = new FleetIndex()
  index.replaceRegistry(serials.map((serial) => registered(serial)))
  return index
}

const json = (serial: string, sequence: number, changes: Parameters<typeof statusOf>[2] = {}) =>
  JSON.stringify(statusOf(serial, sequence, changes))

test('presence moves from online to stale to offline by time alone, and every move is told once', () => {
  const index = indexOf('IR-0001')
  const startedAt = Date.now()
  const receivedAt = new Date(startedAt).toISOString()
  index.applyStatus('IR-0001', json('IR-0001', 1, { receivedAt, intervalSeconds: 10 }), startedAt)
  const told: string[] = []
  index.onChange((device) => told.push(device.presence))
  for (const afterMs of [0, 25_000, 25_001, 26_000, offlineAfterMs, offlineAfterMs + 1, offlineAfterMs * 9]) {
    index.tick(startedAt + afterMs)
  }
  expect(told).toEqual(['stale', 'offline'])
  const again = new Date(startedAt + offlineAfterMs * 9).toISOString()
  index.applyStatus('IR-0001', json('IR-0001', 2, { receivedAt: again, mode: 'live' }), startedAt + offlineAfterMs * 9)
  expect(index.get('IR-0001')?.presence).toBe('live')
})

test('a device that left the registry is gone, one that stays keeps its state, and a new name is told', () => {
  const index = indexOf('IR-0001', 'IR-0002')
  index.applyStatus('IR-0001', json('IR-0001', 3), Date.now())
  const told: string[] = []
  index.onChange((device) => told.push(device.registered.serial))
  const added = index.replaceRegistry([registered('IR-0001'), registered('IR-0003')])
  expect([added, index.serials(), told]).toEqual([['IR-0003'], ['IR-0001', 'IR-0003'], []])
  expect(index.get('IR-0001')?.live?.sequence).toBe(3)
  index.replaceRegistry([registered('IR-0001', 'Renamed'), registered('IR-0003')])
  expect(told).toEqual(['IR-0001'])
})

test('a report of a new boot is newer whatever its number, and nothing older is taken', () => {
  const index = indexOf('IR-0001')
  const now = Date.now()
  const apply = (bootId: number, sequence: number) =>
    index.applyStatus('IR-0001', json('IR-0001', sequence, { bootId }), now)
  expect([apply(1, 9), apply(1, 9), apply(1, 8), apply(2, 1), apply(1, 10), apply(2, 2)]).toEqual([
    true,
    false,
    false,
    true,
    false,
    true,
  ])
  expect(index.applyStatus('NO-0001', json('NO-0001', 1), now)).toBe(false)
})

test('whether a device is connected is unknown until any receiver tells of a connection', () => {
  const index = indexOf('IR-0001', 'IR-0002')
  const connected = (serial: string) => {
    const device = index.get(serial)
    return device && summaryOf(device, index.areConnectionsKnown).connected
  }
  expect(connected('IR-0001')).toBeNull()
  index.applyConnection('IR-0001', { epoch: 5, since: 0 })
  expect([connected('IR-0001'), connected('IR-0002')]).toEqual([true, false])
  index.applyConnection('IR-0001', undefined, 4)
  expect(connected('IR-0001')).toBe(true)
  index.applyConnection('IR-0001', undefined, 5)
  expect(connected('IR-0001')).toBe(false)
})

test('the worst band is one that is down, else the one that lacks most gain; off and standby do not count', () => {
  const band = (
    name: string,
    state: 'active' | 'standby' | 'fault' | 'off',
    gainActualDb?: number,
    enabled = true,
  ) => ({
    ...{ band: name, state, enabled, gainSetDb: 70 },
    ...(gainActualDb === undefined ? {} : { gainActualDb }),
  })
  expect(worstBandOf([])).toBeNull()
  expect(worstBandOf([band('B1', 'standby', 20), band('B3', 'active', 10, false)])).toBeNull()
  const active = [band('B1', 'active', 70), band('B3', 'active', 61.3), band('B7', 'active', 66)]
  expect(worstBandOf(active)).toEqual({ band: 'B3', state: 'active', gainReductionDb: 8.7 })
  expect(worstBandOf([...active, band('B8', 'fault')])).toEqual({ band: 'B8', state: 'fault', gainReductionDb: null })
})

test('counts and rates look only at what the caller may see', () => {
  const index = new FleetIndex()
  const organisation = (id: number) => ({ organisation: { id, name: String(id) } })
  index.replaceRegistry([
    { ...registered('IR-0001'), ...organisation(1) },
    { ...registered('IR-0002'), ...organisation(2) },
  ])
  expect(countFleet(index.visibleTo({ visible: new Set([2]) }).values()).devices).toBe(1)
  expect(countFleet(index.visibleTo({ visible: undefined }).values())).toMatchObject({
    devices: 2,
    presence: { 'never-seen': 2 },
  })
  const rates = new AcceptedRates(0)
  for (let second = 0; second < 20; second++) {
    for (let count = 0; count < 3; count++) rates.count(1, second * 1000)
    rates.count(2, second * 1000)
  }
  expect([rates.perSecond(undefined, 20_000), rates.perSecond(new Set([2]), 20_500)]).toEqual([4, 1])
  expect(rates.perSecond(undefined, 25_000)).toBe(2)
})

test('a device that moves is at once its new owner’s and nobody else’s', () => {
  const index = indexOf('IR-0001', 'IR-0002')
  const seen = (id: number) =>
    [...index.visibleTo({ visible: new Set([id]) }).values()].map((device) => device.registered.serial)
  expect([seen(1), seen(2)]).toEqual([['IR-0001', 'IR-0002'], []])
  index.put({ ...registered('IR-0001'), organisation: { id: 2, name: 'Other' } })
  expect([seen(1), seen(2)]).toEqual([['IR-0002'], ['IR-0001']])
  expect(index.visibleTo({ visible: new Set([1]) }).get('IR-0001')).toBeUndefined()
  expect(index.visibleTo({ visible: new Set([2]) }).get('IR-0001')).toBeDefined()
  index.remove('IR-0001')
  expect([seen(2), index.visibleTo({ visible: undefined }).get('IR-0001')]).toEqual([[], undefined])
})

test('a reading of the whole registry does not undo what was read of a device meanwhile', () => {
  const index = indexOf('IR-0001', 'IR-0002')
  const before = [registered('IR-0001'), registered('IR-0002')]
  index.put({ ...registered('IR-0001'), organisation: { id: 2, name: 'Other' } })
  index.remove('IR-0002')
  index.replaceRegistry(before, new Set(['IR-0001', 'IR-0002']))
  expect(index.get('IR-0001')?.registered.organisation.id).toBe(2)
  expect(index.get('IR-0002')).toBeUndefined()
})
