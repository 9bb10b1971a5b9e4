import type { DeviceSummary, Presence, Severity } from '@stellacontrol/protocol'
import type { FleetSearch } from './fleet-search.ts'

/** Worst first: what is broken, then what is silent, then what is well; the service orders by the same rule. */
const severityRanks: Record<Severity, number> = { critical: 7, major: 6, minor: 5, normal: 0 }
const presenceRanks: Record<Presence, number> = { offline: 4, stale: 3, 'never-seen': 2, online: 1, live: 1 }

/** The value a row is sorted by, larger = further down in ascending order; null if it has none or never changes. */
function sortValue(device: DeviceSummary, sort: FleetSearch['sort']): number | null {
  if (sort === undefined || sort === 'severity') {
    return Math.max(severityRanks[device.severity], presenceRanks[device.presence])
  }
  if (sort === 'lastReportAt') return device.lastReportAt === null ? null : Date.parse(device.lastReportAt)
  if (sort === 'boardCelsius' || sort === 'minimumIsolationMarginDb') return device[sort]
  return null
}

/**
 * How many rows would have to move to bring the values into order: their number less the longest run, with gaps, that is in
 * order already. Rows without a value do not count. Source: patience sorting, Aldous and Diaconis 1999.
 */
export function countMisplaced(values: readonly (number | null)[], direction: 'ascending' | 'descending'): number {
  const sign = direction === 'ascending' ? 1 : -1
  const tails: number[] = []
  let counted = 0
  for (const value of values) {
    if (value === null) continue
    counted++
    const key = value * sign
    tails[firstGreater(tails, key)] = key
  }
  return counted - tails.length
}

function firstGreater(sorted: readonly number[], key: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) > key) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * How many rows wait for "Reorder now": those that changed place since the list was loaded, and those that the list has too
 * many or too few of.
 */
export function countWaiting(
  loaded: readonly DeviceSummary[],
  latest: readonly DeviceSummary[],
  search: FleetSearch,
  direction: 'ascending' | 'descending',
  totals: { listed: number; expected: number | undefined },
): number {
  const before = countMisplaced(
    loaded.map((device) => sortValue(device, search.sort)),
    direction,
  )
  const now = countMisplaced(
    latest.map((device) => sortValue(device, search.sort)),
    direction,
  )
  const missing = totals.expected === undefined ? 0 : Math.abs(totals.expected - totals.listed)
  return Math.max(0, now - before) + missing
}
