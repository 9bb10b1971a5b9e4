import type { History } from '@stellacontrol/protocol'
import { describe, expect, it } from 'vitest'
import { difference, extent, gapsUntil, mergeHistory } from './chart-data.ts'
import { timeLabels } from './time-axis.ts'

const history = (at: number[], average: (number | null)[]): History => ({
  from: new Date(0).toISOString(),
  to: new Date((at.at(-1) ?? 0) + 10_000).toISOString(),
  source: 'reports',
  bucketMs: 10_000,
  at,
  series: [{ metric: 'boardCelsius', unit: '°C', minimum: average, average, maximum: average }],
})
const sample = (at: number, value: number) => ({
  at,
  values: { boardCelsius: { minimum: value, average: value, maximum: value } },
})

describe('chart data', () => {
  it('breaks the line where reports are missing', () => {
    const data = mergeHistory(history([0, 10_000, 60_000], [1, 2, 3]), [], 10_000)
    expect(data.gaps).toEqual([{ from: 20_000, to: 60_000 }])
    expect(data.at).toEqual([0, 10_000, 20_000, 60_000])
    expect(data.series.get('boardCelsius')?.average).toEqual([1, 2, null, 3])
  })

  it('is not broken between the reports of a slow booster', () => {
    expect(mergeHistory(history([0, 600_000, 1_200_000], [1, 2, 3]), [], 600_000).gaps).toEqual([])
  })

  it('grows by live reports, gathered into buckets of the same width', () => {
    const live = [sample(20_500, 5), sample(21_500, 7), sample(31_000, 9)]
    const data = mergeHistory(history([0, 10_000], [1, 2]), live, 1_000)
    expect(data.at).toEqual([0, 10_000, 20_000, 30_000])
    const board = data.series.get('boardCelsius')
    expect(board?.average).toEqual([1, 2, 6, 9])
    expect(board?.minimum[2]).toBe(5)
    expect(board?.maximum[2]).toBe(7)
  })

  it('counts a report once that the history has already', () => {
    const data = mergeHistory(history([0, 10_000], [1, 2]), [sample(15_000, 99)], 1_000)
    expect(data.series.get('boardCelsius')?.average).toEqual([1, 2])
  })

  it('shows the silence that is still going on', () => {
    const data = mergeHistory(history([0, 10_000], [1, 2]), [], 10_000)
    expect(gapsUntil(data, 30_000)).toEqual([])
    expect(gapsUntil(data, 90_000)).toEqual([{ from: 10_000, to: 90_000 }])
  })

  it('has a difference only where both values exist', () => {
    const series = (average: (number | null)[]) => ({ minimum: average, average, maximum: average })
    expect(difference(series([90, 80, null]), series([60, null, 60]))?.average).toEqual([30, null, null])
    expect(extent(series([null, null]))).toBeUndefined()
    expect(extent(series([4, 2, null]))).toEqual({ lowest: 2, highest: 4, latest: 2 })
  })

  it('labels its axis by the time of the site', () => {
    const midnight = Date.UTC(2026, 10, 22, 23)
    expect(timeLabels([midnight, midnight + 3_600_000], 3_600_000, 'Europe/Berlin')).toEqual(['Mon', '01:00'])
    expect(timeLabels([midnight], 4 * 86_400_000, 'UTC')).toEqual(['22 Nov'])
  })
})
