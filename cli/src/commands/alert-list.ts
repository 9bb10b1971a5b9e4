import {
  type Database,
  findIncidentsLike,
  type IncidentEventRow,
  type IncidentPosition,
  type IncidentRow,
  listIncidentEvents,
  listIncidents,
  type Queries,
  systemScope,
} from '@stellacontrol/database'
import { incidentListQuerySchema } from '@stellacontrol/protocol'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase } from '../installation.ts'
import { type Output, tableLines } from '../output.ts'
import { checked } from './checked.ts'
import { serialOf } from './device-access.ts'
import { organisationNamed } from './named-organisation.ts'

const maximumListed = 100_000

interface ListOptions {
  state: string
  severity?: string
  organisation?: string
  device?: string
  rule?: string
  search?: string
  members?: boolean
  limit: string
  json?: boolean
}

export function listCommand({ environment, output }: CommandContext): Command {
  return new Command('list')
    .description('incidents, newest first')
    .option('--state <states>', 'open, acknowledged, shelved, cleared; or all', 'open,acknowledged,shelved')
    .option('--severity <severities>', 'critical, major, minor, warning')
    .option('--organisation <name>', 'name or number of whose')
    .option('--device <serial>')
    .option('--rule <id>', 'such as device-offline')
    .option('--search <text>', 'words of text, rule, serial, device, site or organisation')
    .option('--members', 'also those that another incident explains')
    .option('--limit <number>', 'at most so many', '100')
    .option('--json', 'one JSON object per incident and line')
    .action(async (options: ListOptions) => {
      const limit = Number(options.limit)
      if (!Number.isInteger(limit) || limit < 1 || limit > maximumListed) {
        throw new CommandError('usage', `--limit is a number from 1 to ${maximumListed}.`)
      }
      const rows = await withDatabase(environment, (database) => readIncidents(database, options, limit))
      if (options.json) for (const row of rows) output.data(JSON.stringify(readable(row)))
      else for (const line of tableLines(listTable(rows))) output.data(line)
      output.say(output.dim(`${rows.length} incidents`))
    })
}

async function readIncidents(database: Database, options: ListOptions, limit: number): Promise<IncidentRow[]> {
  const { state, severity, rule, search } = options
  const words = checked(incidentListQuerySchema, {
    ...(state === 'all' ? {} : { state }),
    ...(severity && { severity }),
  })
  const { organisation, device } = options
  const filter = {
    ...{ states: words.state, severities: words.severity, rule, search, withMembers: options.members },
    organisationId: organisation === undefined ? undefined : (await organisationNamed(database, organisation)).id,
    serial: device === undefined ? undefined : serialOf(device),
  }
  const rows: IncidentRow[] = []
  let after: IncidentPosition | undefined
  do {
    const page = { sort: 'raisedAt', limit: Math.min(500, limit - rows.length), after } as const
    const { rows: more, end } = await listIncidents(database, systemScope, filter, page)
    rows.push(...more)
    after = end
  } while (after !== undefined && rows.length < limit)
  return rows
}

export function showCommand({ environment, output }: CommandContext): Command {
  return new Command('show')
    .description('one incident, with everything that happened to it')
    .argument('<id>', 'its id, or how it begins')
    .option('--json', 'one JSON object')
    .action(async (typed: string, options: { json?: boolean }) => {
      const { incident, events } = await withDatabase(environment, async (database) => {
        const found = await incidentLike(database, typed)
        return { incident: found, events: await listIncidentEvents(database, found.id) }
      })
      if (options.json) return output.data(JSON.stringify({ ...readable(incident), events: events.map(readableEvent) }))
      show(output, incident, events)
    })
}

function show(output: Output, incident: IncidentRow, events: readonly IncidentEventRow[]): void {
  for (const line of tableLines(showTable(incident))) output.data(line)
  output.data('')
  const happened = events.map((event) => [iso(event.at), event.kind, event.actor ?? '-', event.text])
  for (const line of tableLines(happened)) output.data(line)
}

/** The one incident that is meant. @throws CommandError `notFound`, `usage` if several begin so */
export async function incidentLike(queries: Queries, typed: string): Promise<IncidentRow> {
  if (!/^[0-9a-f][0-9a-f-]{3,35}$/i.test(typed)) throw new CommandError('usage', `"${typed}" is no id of an incident.`)
  const found = await findIncidentsLike(queries, systemScope, typed.toLowerCase())
  const [first] = found
  if (first === undefined) throw new CommandError('notFound', `There is no incident ${typed}.`)
  if (found.length > 1) throw new CommandError('usage', `Several incidents begin with ${typed}: type more of it.`)
  return first
}

function listTable(rows: readonly IncidentRow[]): string[][] {
  const head = ['ID', 'RAISED', 'SEVERITY', 'STATE', 'RULE', 'DEVICE', 'WHAT']
  return [
    head,
    ...rows.map(({ id, raisedAt, severity, state, rule, scope, text }) => {
      return [id.slice(0, 8), iso(raisedAt), severity, state, rule, scope, text]
    }),
  ]
}

function showTable(incident: IncidentRow): string[][] {
  const { value, threshold, unit } = incident
  return [
    ['id', incident.id],
    ['what', incident.text],
    ['severity', incident.severity],
    [
      'state',
      incident.shelvedUntil === null ? incident.state : `${incident.state} until ${iso(incident.shelvedUntil)}`,
    ],
    ['rule', `${incident.rule} (${incident.ruleName})`],
    ['device', incident.device === null ? incident.scope : `${incident.scope} ${incident.device.name}`],
    ['organisation', incident.organisation.name],
    ['site', incident.site?.name ?? '-'],
    ['since', iso(incident.since)],
    ['raised', iso(incident.raisedAt)],
    ['cleared', incident.clearedAt === null ? '-' : `${iso(incident.clearedAt)} ${incident.clearReason ?? ''}`.trim()],
    ['fired at', value === null ? '-' : `${value} against ${threshold ?? '-'} ${unit ?? ''}`.trim()],
    ['assignee', incident.assignee?.name ?? '-'],
    ['repeats', String(incident.repeats)],
    ['advice', incident.advice ?? '-'],
  ]
}

const moments = ['since', 'raisedAt', 'changedAt', 'acknowledgedAt', 'shelvedUntil', 'clearedAt'] as const

/** With its moments as people and programs read them. */
export function readable(incident: IncidentRow): Record<string, unknown> {
  const told = moments.map((name) => [name, incident[name] === null ? null : iso(incident[name])] as const)
  return { ...incident, ...Object.fromEntries(told) }
}

function readableEvent(event: IncidentEventRow): Record<string, unknown> {
  return { ...event, at: iso(event.at) }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
