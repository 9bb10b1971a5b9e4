import { type Range, ranges } from '../api/history.ts'

/** What of a device page stands in its address. */
export interface DeviceSearch {
  /** The time span of the charts; 24 hours unless named. */
  range?: Range | undefined
  /** The band the charts show; the one that needs attention unless named. */
  band?: string | undefined
}

export const defaultRange: Range = '24h'
export const rangeNames = Object.keys(ranges) as Range[]

/** Reads an address; what is unknown is left out. */
export function parseDeviceSearch(input: Record<string, unknown>): DeviceSearch {
  const range = rangeNames.find((name) => name === input.range)
  const band = typeof input.band === 'string' && /^B\d{1,3}$/.test(input.band) ? input.band : undefined
  return { ...(range && range !== defaultRange && { range }), ...(band && { band }) }
}

/** The next shorter (-1) or longer (+1) range; the ends stay. */
export function neighbourRange(range: Range, step: -1 | 1): Range {
  const index = rangeNames.indexOf(range) + step
  return rangeNames[Math.min(rangeNames.length - 1, Math.max(0, index))] ?? range
}
