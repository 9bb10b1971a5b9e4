import type { DeviceSummary } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { countMisplaced, countWaiting } from './waiting-updates.ts'

const device = (serial: string, boardCelsius: number | null): DeviceSummary => ({
  serial,
  name: serial,
  model: 'iR5',
  organisation: { id: 1, name: 'One' },
  site: null,
  firmwareVersion: null,
  presence: 'online',
  connected: true,
  lastReportAt: null,
  mode: 'normal',
  intervalSeconds: 10,
  severity: 'normal',
  findings: [],
  boardCelsius,
  worstBand: null,
  minimumIsolationMarginDb: null,
  bands: [],
  state: 'active',
  tags: [],
})

describe('rows that hold still', () => {
  it('count as waiting only if they would move', () => {
    expect(countMisplaced([3, 2, 2, 1], 'descending')).toBe(0)
    expect(countMisplaced([1, 3, 2, 2], 'descending')).toBe(1)
    expect(countMisplaced([1, 2, null, 3], 'ascending')).toBe(0)
    expect(countMisplaced([3, 2, 1], 'ascending')).toBe(2)
  })

  it('count one row that overtook all others as one, not as all', () => {
    const loaded = [50, 48, 46, 44].map((celsius, index) => device(`A${index}`, celsius))
    const latest = [...loaded.slice(0, 3), device('A3', 80)]
    const search = { sort: 'boardCelsius' as const }
    expect(countWaiting(loaded, latest, search, 'descending', { listed: 4, expected: 4 })).toBe(1)
  })

  it('do not blame the reader for an order that the service chose by other rules', () => {
    const loaded = [device('A0', 40), device('A1', 60)]
    expect(countWaiting(loaded, loaded, { sort: 'boardCelsius' }, 'descending', { listed: 2, expected: 2 })).toBe(0)
  })

  it('include boosters that the list does not have yet', () => {
    expect(countWaiting([], [], { severity: ['critical'] }, 'descending', { listed: 2, expected: 5 })).toBe(3)
  })
})
