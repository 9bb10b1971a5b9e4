import {
  commandLineActor,
  createSite,
  listSiteFigures,
  readEveryPage,
  recordAudit,
  type SiteFigures,
  systemScope,
  withTransaction,
} from '@stellacontrol/database'
import { newSiteSchema, siteKinds } from '@stellacontrol/protocol'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { withDatabase } from '../installation.ts'
import { tableLines } from '../output.ts'
import { checked, unlessTaken } from './checked.ts'
import { organisationNamed } from './named-organisation.ts'

const help = `
Examples:
  $ ./stella sites list
  $ ./stella sites add "Quay Hotel" --organisation "Harbour Estates" --time-zone Europe/Brussels
  $ ./stella sites add "MS Aurora" --organisation Cruises --time-zone UTC --kind ship --json
`

/** `stella sites …`: where devices stand. */
export function siteCommands(context: CommandContext): Command {
  return new Command('sites')
    .description('list and add sites')
    .addHelpText('before', help.trimStart())
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
}

function listCommand({ environment, output }: CommandContext): Command {
  return new Command('list')
    .description('every site, with how many devices stand there')
    .option('--json', 'one JSON object per site and line')
    .action(async (options: { json?: boolean }) => {
      const rows = await withDatabase(environment, (database) =>
        readEveryPage((page) => listSiteFigures(database, systemScope, page)),
      )
      if (options.json) for (const row of rows) output.data(JSON.stringify(row))
      else for (const line of tableLines(tableOf(rows))) output.data(line)
      output.say(output.dim(`${rows.length} sites`))
    })
}

interface AddOptions {
  organisation: string
  timeZone: string
  kind: string
  address: string
  latitude?: string
  longitude?: string
  json?: boolean
}

function addCommand({ environment, output }: CommandContext): Command {
  return new Command('add')
    .description('add a site')
    .argument('<name>')
    .requiredOption('--organisation <name>', 'name or number of whose it is')
    .requiredOption('--time-zone <zone>', 'such as Europe/Brussels')
    .option('--kind <kind>', `one of ${siteKinds.join(', ')}`, 'building')
    .option('--address <text>', 'in one line', '')
    .option('--latitude <degrees>')
    .option('--longitude <degrees>')
    .option('--json', 'one JSON object')
    .action(async (name: string, options: AddOptions) => {
      const created = await withDatabase(environment, (database) =>
        withTransaction(database, async (queries) => {
          const { id: organisationId } = await organisationNamed(queries, options.organisation)
          const { timeZone, kind, address } = options
          const wanted = checked(newSiteSchema, {
            ...{ organisationId, name, timeZone, kind, address },
            ...{ latitude: degrees(options.latitude), longitude: degrees(options.longitude) },
          })
          const site = { ...wanted, address: wanted.address || null }
          const { id, ...after } = await unlessTaken(wanted.name, () => createSite(queries, site))
          await recordAudit(queries, commandLineActor, [
            { organisationId, action: 'site.created', objectKind: 'site', objectId: String(id), after },
          ])
          return { id, ...after }
        }),
      )
      if (options.json) output.data(JSON.stringify(created))
      else output.say(`Added ${created.name}, number ${created.id}.`)
    })
}

function degrees(typed: string | undefined): number | null {
  return typed === undefined ? null : Number(typed)
}

function tableOf(rows: readonly SiteFigures[]): string[][] {
  return [
    ['NUMBER', 'KIND', 'DEVICES', 'TIME ZONE', 'NAME', 'ORGANISATION'],
    ...rows.map(({ id, kind, devices, timeZone, name, organisation }) => [
      ...[String(id), kind, String(devices), timeZone, name, organisation.name],
    ]),
  ]
}
