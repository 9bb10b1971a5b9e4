import type { DeviceLifeState, DeviceListQuery, FleetSummary, Presence, Severity } from '@stellacontrol/protocol'
import { lifeStateNames } from '../words/people-words.ts'
import { presenceNames } from '../words/presence-words.ts'
import { severityNames } from '../words/severity-words.ts'

type DeviceSort = DeviceListQuery['sort']
type Direction = NonNullable<DeviceListQuery['direction']>

/** All that decides which boosters the fleet shows, in which order and form: exactly what stands in the address. */
export interface FleetSearch {
  search?: string | undefined
  presence?: Presence[] | undefined
  severity?: Severity[] | undefined
  model?: string | undefined
  site?: number | undefined
  organisation?: number | undefined
  state?: DeviceLifeState[] | undefined
  tag?: string | undefined
  minimumBoardCelsius?: number | undefined
  maximumIsolationMarginDb?: number | undefined
  sort?: DeviceSort | undefined
  direction?: Direction | undefined
  view?: 'tiles' | undefined
}

/** How a list can be sorted: the words of the menu, and the direction that shows first what a reader looks for. */
export const sorts: Record<DeviceSort, { words: string; first: Direction }> = {
  severity: { words: 'worst first', first: 'descending' },
  lastReportAt: { words: 'last seen', first: 'descending' },
  boardCelsius: { words: 'hottest first', first: 'descending' },
  minimumIsolationMarginDb: { words: 'least isolation margin', first: 'ascending' },
  serial: { words: 'serial', first: 'ascending' },
  name: { words: 'name', first: 'ascending' },
  site: { words: 'site', first: 'ascending' },
}
export const sortNames = Object.keys(sorts) as DeviceSort[]

/** Reads an address. What is unknown or malformed (an old or mistyped link) is left out, never an error. */
export function parseFleetSearch(input: Record<string, unknown>): FleetSearch {
  const search = text(input.search)?.slice(0, 100)
  const presence = words(input.presence, presenceNames)
  const severity = words(input.severity, severityNames)
  const model = text(input.model)?.slice(0, 32)
  const site = Number(text(input.site))
  const organisation = Number(text(input.organisation))
  const state = words(input.state, lifeStateNames)
  const tag = text(input.tag)?.slice(0, 40)
  const minimumBoardCelsius = limit(input.minimumBoardCelsius)
  const maximumIsolationMarginDb = limit(input.maximumIsolationMarginDb)
  const sort = sortNames.find((name) => name === input.sort)
  const direction = (['ascending', 'descending'] as const).find((name) => name === input.direction)
  return {
    ...(search && { search }),
    ...(presence.length > 0 && { presence }),
    ...(severity.length > 0 && { severity }),
    ...(model && { model }),
    ...(Number.isInteger(site) && site > 0 && { site }),
    ...(Number.isInteger(organisation) && organisation > 0 && { organisation }),
    ...(state.length > 0 && { state }),
    ...(tag && { tag }),
    ...(minimumBoardCelsius !== undefined && { minimumBoardCelsius }),
    ...(maximumIsolationMarginDb !== undefined && { maximumIsolationMarginDb }),
    ...(sort && sort !== 'severity' && { sort }),
    ...(direction && direction !== sorts[sort ?? 'severity'].first && { direction }),
    ...(input.view === 'tiles' && { view: 'tiles' as const }),
  }
}

function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? value : undefined
}

/** A limit of a live value; undefined for anything that is no number. */
function limit(value: unknown): number | undefined {
  const number = Number(text(value) || undefined)
  return Number.isFinite(number) ? number : undefined
}

function words<Word extends string>(value: unknown, known: readonly Word[]): Word[] {
  const named = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : []
  return known.filter((word) => named.includes(word))
}

export function directionOf(search: FleetSearch): Direction {
  return search.direction ?? sorts[search.sort ?? 'severity'].first
}

/** The query string of `GET /v1/devices`, without a cursor. */
export function toListQuery(search: FleetSearch, limit: number): string {
  const parameters = new URLSearchParams()
  if (search.search) parameters.set('search', search.search)
  if (search.presence) parameters.set('presence', search.presence.join(','))
  if (search.severity) parameters.set('severity', search.severity.join(','))
  if (search.model) parameters.set('model', search.model)
  if (search.site) parameters.set('site', String(search.site))
  if (search.state) parameters.set('state', search.state.join(','))
  for (const name of ['organisation', 'tag', 'minimumBoardCelsius', 'maximumIsolationMarginDb'] as const)
    if (search[name] !== undefined) parameters.set(name, String(search[name]))
  parameters.set('sort', search.sort ?? 'severity')
  parameters.set('direction', directionOf(search))
  parameters.set('limit', String(limit))
  return parameters.toString()
}

/** How many filters narrow the list. */
export function filterCount({ sort, direction, view, ...filters }: FleetSearch): number {
  return Object.values(filters).filter((value) => value !== undefined).length
}

/** The search without its filters; order and view stay. */
export function withoutFilters({ sort, direction, view }: FleetSearch): FleetSearch {
  return { sort, direction, view }
}

/** True if the two lists name the same words. */
export function isSameChoice(chosen: readonly string[] | undefined, words: readonly string[]): boolean {
  return chosen?.length === words.length && words.every((word) => chosen.includes(word))
}

/**
 * How many boosters the search should list by the fleet's own counts; undefined where those counts cannot say (a search
 * text, a model, two kinds of filter at once).
 */
export function expectedTotal(search: FleetSearch, fleet: FleetSummary): number | undefined {
  const filters = filterCount(search)
  if (filters === 0) return fleet.devices
  if (filters > 1) return undefined
  if (search.presence) return sum(search.presence.map((presence) => fleet.presence[presence]))
  if (search.severity) return sum(search.severity.map((severity) => fleet.severity[severity]))
  return undefined
}

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0)
}
