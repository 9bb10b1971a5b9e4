import type { DeviceListQuery } from '@stellacontrol/protocol'
import { decodeCursor, encodeCursor, type ListPosition } from '../http/list-cursor.ts'
import { ApiProblem } from '../http/problem.ts'
import type { FleetDevice } from './fleet-device.ts'
import type { LiveState } from './live-state.ts'

export interface DevicePage {
  devices: FleetDevice[]
  /** How many devices match, on all pages. */
  total: number
  nextCursor: string | null
}

/** What a device is ordered by; null = it has no such value and comes last, whatever the direction. */
type SortValue = string | number | null
type DevicePosition = ListPosition<SortValue, string>

/**
 * Severity, worst first: what is known to be broken, then what is silent, then what is well. A device that was critical when
 * it fell silent stays critical.
 */
const presenceRanks = { offline: 4, stale: 3, 'never-seen': 2, online: 1, live: 1 } as const
const severityRanks = { critical: 7, major: 6, minor: 5, normal: 0 } as const

const sortValues: Record<DeviceListQuery['sort'], (device: FleetDevice) => SortValue> = {
  severity: ({ live, presence }) => Math.max(severityRanks[live?.severity ?? 'normal'], presenceRanks[presence]),
  serial: ({ registered }) => registered.serial,
  name: ({ registered }) => registered.name.toLowerCase(),
  site: ({ registered }) => registered.site?.name.toLowerCase() ?? null,
  lastReportAt: ({ live }) => live?.lastReportAt ?? null,
  boardCelsius: ({ live }) => live?.boardCelsius ?? null,
  minimumIsolationMarginDb: ({ live }) => live?.minimumIsolationMarginDb ?? null,
}

/** The direction that shows first what a reader of that order looks for. */
const firstDirections: Record<DeviceListQuery['sort'], 'ascending' | 'descending'> = {
  severity: 'descending',
  lastReportAt: 'descending',
  boardCelsius: 'descending',
  minimumIsolationMarginDb: 'ascending',
  serial: 'ascending',
  name: 'ascending',
  site: 'ascending',
}

/**
 * One page of the devices that match, in a total order: the sort value, then the serial. The cursor holds the value and serial
 * of the last device shown, so a page goes on behind it whatever changed meanwhile; only a device whose own value moved across
 * that point can be seen twice or not at all. Pure, one pass: time grows with the fleet, not with the page's position.
 * @throws ApiProblem `cursor-invalid`
 */
export function listDevices(devices: Iterable<FleetDevice>, query: DeviceListQuery): DevicePage {
  const { sort, limit } = query
  const direction = query.direction ?? firstDirections[sort]
  const order = `${sort} ${direction}`
  const after = query.cursor === undefined ? undefined : positionOf(query.cursor, order)
  const matches = matcherOf(query)
  const sortValueOf = sortValues[sort]
  const sign = direction === 'ascending' ? 1 : -1
  const page = new FirstBehind(after, limit + 1, sign)
  let total = 0
  for (const device of devices) {
    if (!matches(device)) continue
    total++
    page.offer(device, sortValueOf(device))
  }
  const shown = page.entries.slice(0, limit)
  const last = page.entries.length > limit ? shown.at(-1) : undefined
  return {
    devices: shown.map(({ device }) => device),
    total,
    nextCursor: last === undefined ? null : encodeCursor(order, last.position),
  }
}

function positionOf(cursor: string, order: string): DevicePosition {
  const { value, key } = decodeCursor(cursor, order)
  if (typeof key !== 'string') throw new ApiProblem('cursor-invalid')
  return { value, key }
}

function matcherOf(query: DeviceListQuery): (device: FleetDevice) => boolean {
  const { presence, severity, model, site, organisation, state, tag } = query
  const tests = liveTestsOf(query)
  const words = query.search?.toLowerCase().split(/\s+/).filter(Boolean) ?? []
  return ({ registered, live, presence: present, searchText }) => {
    if (presence?.length && !presence.includes(present)) return false
    if (severity?.length && !severity.includes(live?.severity ?? 'normal')) return false
    if (model !== undefined && registered.model !== model) return false
    if (site !== undefined && registered.site?.id !== site) return false
    if (organisation !== undefined && registered.organisation.id !== organisation) return false
    if (state?.length && !state.includes(registered.state)) return false
    if (tag !== undefined && !registered.tags.includes(tag)) return false
    if (tests.length > 0 && !(live && tests.every((test) => test(live)))) return false
    return words.every((word) => searchText.includes(word))
  }
}

/** What the live values must be. A device that never reported has none and matches no such filter. */
function liveTestsOf(query: DeviceListQuery): ((live: LiveState) => boolean)[] {
  const { minimumBoardCelsius, maximumIsolationMarginDb, band, bandState = [] } = query
  const tests: ((live: LiveState) => boolean)[] = []
  if (minimumBoardCelsius !== undefined) {
    tests.push(({ boardCelsius }) => boardCelsius !== undefined && boardCelsius >= minimumBoardCelsius)
  }
  if (maximumIsolationMarginDb !== undefined) {
    tests.push(({ minimumIsolationMarginDb: margin }) => margin !== undefined && margin <= maximumIsolationMarginDb)
  }
  if (band !== undefined || bandState.length > 0) {
    const isMeant = (one: LiveState['bands'][number]) =>
      (band === undefined || one.band === band) && (bandState.length === 0 || bandState.includes(one.state))
    tests.push(({ bands }) => bands.some(isMeant))
  }
  return tests
}

function comparePositions(leftValue: SortValue, leftSerial: string, right: DevicePosition, sign: number): number {
  if (leftValue !== right.value) return compareValues(leftValue, right.value, sign)
  return leftSerial < right.key ? -1 : Number(leftSerial > right.key)
}

function compareValues(left: SortValue, right: SortValue, sign: number): number {
  if (left === null) return 1
  if (right === null) return -1
  return left < right ? -sign : sign
}

/** Keeps the first `capacity` devices behind a position, in order: cheaper than to sort a whole fleet for one page. */
class FirstBehind {
  readonly entries: { device: FleetDevice; position: DevicePosition }[] = []
  private readonly after: DevicePosition | undefined
  private readonly capacity: number
  private readonly sign: number

  constructor(after: DevicePosition | undefined, capacity: number, sign: number) {
    this.after = after
    this.capacity = capacity
    this.sign = sign
  }

  /** Allocates nothing for the many devices that are on another page. */
  offer(device: FleetDevice, value: SortValue): void {
    const { entries, after, capacity, sign } = this
    const { serial } = device.registered
    if (after && comparePositions(value, serial, after, sign) <= 0) return
    const last = entries.length === capacity ? entries[capacity - 1] : undefined
    if (last && comparePositions(value, serial, last.position, sign) >= 0) return
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = entries[middle]
      if (entry && comparePositions(value, serial, entry.position, sign) > 0) low = middle + 1
      else high = middle
    }
    entries.splice(low, 0, { device, position: { value, key: serial } })
    if (entries.length > capacity) entries.pop()
  }
}
