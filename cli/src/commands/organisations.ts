import {
  commandLineActor,
  createOrganisation,
  defaultManufacturer,
  listOrganisationFigures,
  type OrganisationFigures,
  readEveryPage,
  recordAudit,
  systemScope,
  withTransaction,
} from '@stellacontrol/database'
import { newOrganisationSchema } from '@stellacontrol/protocol'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { announceRights, withDatabase } from '../installation.ts'
import { tableLines } from '../output.ts'
import { checked, unlessTaken } from './checked.ts'
import { organisationNamed } from './named-organisation.ts'

const help = `
Examples:
  $ ./stella organisations list
  $ ./stella organisations add "Harbour Estates"
  $ ./stella organisations add "North Sales" --kind reseller
  $ ./stella organisations add "Quay Hotel" --parent "North Sales" --json
`

/** `stella organisations …`: the tree of manufacturer, resellers and customers. */
export function organisationCommands(context: CommandContext): Command {
  return new Command('organisations')
    .description('list and add resellers and customers')
    .addHelpText('before', help.trimStart())
    .addCommand(listCommand(context))
    .addCommand(addCommand(context))
}

function listCommand({ environment, output }: CommandContext): Command {
  return new Command('list')
    .description('every organisation, with what lies in it')
    .option('--json', 'one JSON object per organisation and line')
    .action(async (options: { json?: boolean }) => {
      const rows = await withDatabase(environment, (database) =>
        readEveryPage((page) => listOrganisationFigures(database, systemScope, page)),
      )
      if (options.json) for (const row of rows) output.data(JSON.stringify(jsonOf(row)))
      else for (const line of tableLines(tableOf(rows))) output.data(line)
      output.say(output.dim(`${rows.length} organisations`))
    })
}

function addCommand({ environment, output }: CommandContext): Command {
  return new Command('add')
    .description('add an organisation below another')
    .argument('<name>')
    .option('--parent <name>', 'name or number of the one above', defaultManufacturer)
    .option('--kind <kind>', 'reseller or customer', 'customer')
    .option('--json', 'one JSON object')
    .action(async (name: string, options: { parent: string; kind: string; json?: boolean }) => {
      const created = await withDatabase(environment, (database) =>
        withTransaction(database, async (queries) => {
          const parent = await organisationNamed(queries, options.parent)
          const wanted = checked(newOrganisationSchema, { parentId: parent.id, kind: options.kind, name })
          const organisation = await unlessTaken(wanted.name, () => createOrganisation(queries, wanted))
          await recordAudit(queries, commandLineActor, [
            {
              ...{ organisationId: parent.id, action: 'organisation.created', objectKind: 'organisation' },
              ...{ objectId: String(organisation.id), after: { kind: wanted.kind, name: wanted.name } },
            },
          ])
          return organisation
        }),
      )
      await announceRights(environment)
      if (options.json) output.data(JSON.stringify(created))
      else output.say(`Added ${created.name}, number ${created.id}.`)
    })
}

function jsonOf({ createdAt, ...row }: OrganisationFigures): Record<string, unknown> {
  return { ...row, createdAt: new Date(createdAt).toISOString() }
}

function tableOf(rows: readonly OrganisationFigures[]): string[][] {
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return [
    ['NUMBER', 'KIND', 'DEVICES', 'PEOPLE', 'SITES', 'NAME', 'BELOW'],
    ...rows.map(({ id, kind, devices, people, sites, name, parentId }) => [
      ...[String(id), kind, String(devices), String(people), String(sites), name, names.get(parentId ?? 0) ?? '-'],
    ]),
  ]
}
