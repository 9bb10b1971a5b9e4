import { type AuditEvent, type Database, listAudit, systemScope } from '@stellacontrol/database'
import { Command } from 'commander'
import { stringify } from 'csv-stringify/sync'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase } from '../installation.ts'
import { tableLines } from '../output.ts'
import { organisationNamed } from './named-organisation.ts'

const help = `
Examples:
  $ ./stella audit
  $ ./stella audit --organisation "Harbour Estates" --action user.invited
  $ ./stella audit --limit 100000 --csv > audit.csv
`
const pageEvents = 1_000

interface AuditOptions {
  organisation?: string
  action?: string
  limit: string
  csv?: boolean
  json?: boolean
}

/** `stella audit`: who did what. */
export function auditCommand({ environment, output }: CommandContext): Command {
  return new Command('audit')
    .description('who did what, newest first')
    .addHelpText('before', help.trimStart())
    .option('--organisation <name>', 'name or number of whose log')
    .option('--action <action>', 'such as user.invited')
    .option('--limit <number>', 'at most so many', '50')
    .option('--csv', 'for spreadsheets')
    .option('--json', 'one JSON object per event and line')
    .action(async (options: AuditOptions) => {
      if (!/^[1-9]\d{0,6}$/.test(options.limit)) throw new CommandError('usage', '--limit is a number from 1.')
      const show = options.csv ? csvLines : options.json ? jsonLines : textLines
      let isFirst = true
      await withDatabase(environment, async (database) => {
        for await (const events of pagesOf(database, options)) {
          for (const line of show(events, isFirst)) output.data(line)
          isFirst = false
        }
      })
    })
}

async function* pagesOf(database: Database, options: AuditOptions): AsyncGenerator<AuditEvent[]> {
  const { organisation, action } = options
  const organisationId = organisation && (await organisationNamed(database, organisation)).id
  let left = Number(options.limit)
  for (let cursor: number | undefined; left > 0; ) {
    const limit = Math.min(left, pageEvents)
    const query = { limit, cursor, action, organisationId: organisationId || undefined }
    const events = await listAudit(database, systemScope, query)
    yield events
    if (events.length < limit) return
    left -= limit
    cursor = events.at(-1)?.id
  }
}

function factsOf({ at, organisationName, actor, address, action, objectKind, objectId, before, after }: AuditEvent) {
  const facts = { at: new Date(at).toISOString(), organisation: organisationName, actor, address, action }
  return { ...facts, objectKind, objectId, before, after }
}

/** What begins like a formula would be run by the spreadsheet that opens the file [CWE-1236]. */
function csvLines(events: AuditEvent[], isFirst: boolean): string[] {
  const json = (value: unknown) => (value === null ? '' : JSON.stringify(value))
  const rows = events.map(factsOf).map((facts) => ({ ...facts, before: json(facts.before), after: json(facts.after) }))
  const columns = [...['at', 'organisation', 'actor', 'address', 'action', 'objectKind', 'objectId', 'before', 'after']]
  const text = stringify(rows, { header: isFirst, columns, escape_formulas: true })
  return text === '' ? [] : [text.trimEnd()]
}

function jsonLines(events: AuditEvent[]): string[] {
  return events.map((event) => JSON.stringify(factsOf(event)))
}

function textLines(events: AuditEvent[], isFirst: boolean): string[] {
  const head = isFirst ? [['AT', 'ACTION', 'OBJECT', 'ACTOR', 'ORGANISATION']] : []
  const rows = events.map(factsOf).map(({ at, action, objectKind, objectId, actor, organisation }) => {
    return [at, action, `${objectKind} ${objectId}`, actor, organisation]
  })
  return tableLines([...head, ...rows])
}
