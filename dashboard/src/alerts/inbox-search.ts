import type { AlertClass, AlertSeverity, IncidentState } from '@stellacontrol/protocol'
import { alertClassNames, alertSeverityNames, incidentStateWords } from '../words/alert-words.ts'

/** What a tab of the inbox shows: incidents of one state, or all. */
export type InboxState = IncidentState | 'any'
export const inboxStates = [...(Object.keys(incidentStateWords) as IncidentState[]), 'any'] as const

/** All that decides which incidents the inbox shows and which one is open: exactly what stands in the address. */
export interface InboxSearch {
  /** Absent = open: what needs action. */
  state?: InboxState | undefined
  severity?: AlertSeverity[] | undefined
  class?: AlertClass[] | undefined
  assignee?: 'me' | 'nobody' | undefined
  search?: string | undefined
  device?: string | undefined
  site?: number | undefined
  organisation?: number | undefined
  rule?: string | undefined
  /** Only those that this incident explains. */
  parentId?: string | undefined
  /** Absent = worst first. */
  sort?: 'raisedAt' | undefined
  /** The one whose evidence is shown. */
  incident?: string | undefined
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads an address. What is unknown or malformed (an old or mistyped link) is left out, never an error. */
export function parseInboxSearch(input: Record<string, unknown>): InboxSearch {
  const text = (name: string, longest: number) => {
    const value = typeof input[name] === 'number' ? String(input[name]) : input[name]
    return typeof value === 'string' && value !== '' ? value.slice(0, longest) : undefined
  }
  const number = (name: string) => {
    const value = Number(text(name, 16))
    return Number.isSafeInteger(value) && value > 0 ? value : undefined
  }
  const id = (name: string) => {
    const value = text(name, 36)
    return value !== undefined && uuid.test(value) ? value : undefined
  }
  const state = inboxStates.find((name) => name === input.state)
  const found: InboxSearch = {
    state: state === 'open' ? undefined : state,
    severity: words(input.severity, alertSeverityNames),
    class: words(input.class, alertClassNames),
    assignee: (['me', 'nobody'] as const).find((name) => name === input.assignee),
    search: text('search', 100),
    device: text('device', 64),
    site: number('site'),
    organisation: number('organisation'),
    rule: text('rule', 64),
    parentId: id('parentId'),
    sort: input.sort === 'raisedAt' ? 'raisedAt' : undefined,
    incident: id('incident'),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

function words<Word extends string>(value: unknown, known: readonly Word[]): Word[] | undefined {
  const named = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : []
  const found = known.filter((word) => named.includes(word))
  return found.length === 0 ? undefined : found
}

/** The query string of `GET /v1/alerts`, without a cursor. */
export function toIncidentQuery(search: InboxSearch, limit: number): string {
  const { state = 'open', severity, class: classes, incident, sort = 'severity', ...same } = search
  const parameters = new URLSearchParams()
  if (state !== 'any') parameters.set('state', state)
  if (severity) parameters.set('severity', severity.join(','))
  if (classes) parameters.set('class', classes.join(','))
  for (const [name, value] of Object.entries(same)) if (value !== undefined) parameters.set(name, String(value))
  // Of one booster everything is shown, also what its whole site explains.
  if (same.device !== undefined) parameters.set('members', 'true')
  parameters.set('sort', sort)
  parameters.set('limit', String(limit))
  return parameters.toString()
}

/** How many filters narrow the list; the tab is none. */
export function filterCount({ state, sort, incident, ...filters }: InboxSearch): number {
  return Object.values(filters).filter((value) => value !== undefined).length
}

/** The search without its filters; tab, order and the open incident stay. */
export function withoutFilters({ state, sort, incident }: InboxSearch): InboxSearch {
  return { state, sort, incident }
}
