import { createReadStream } from 'node:fs'
import {
  commandLineActor,
  type Database,
  type DeviceRecord,
  importDevices,
  listDeviceRecords,
  readDeviceList,
  systemScope,
  withTransaction,
  writeDeviceList,
} from '@stellacontrol/database'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { withDatabase } from '../installation.ts'
import { tableLines } from '../output.ts'
import { announceDevices, ownerNamed } from './device-access.ts'

const importTimeoutMs = 60_000
const devicesPerPage = 1_000

/** Devices as CSV, in and out. */
export function listCommands(context: CommandContext): Command[] {
  return [importCommand(context), exportCommand(context)]
}

interface ImportOptions {
  organisation: string
  dryRun?: boolean
  json?: boolean
}

function importCommand({ environment, output }: CommandContext): Command {
  return new Command('import')
    .description('bring the devices of an organisation up to date with a CSV file; all of it, or nothing')
    .argument('<file>', '"-" = standard input')
    .requiredOption('--organisation <name>', 'whose devices they are')
    .option('--dry-run', 'only say what would happen')
    .option('--json', 'one JSON object')
    .action(async (file: string, options: ImportOptions) => {
      const list = await readDeviceList(file === '-' ? process.stdin : createReadStream(file))
      const { report, serials } = await withDatabase(environment, (database) =>
        withTransaction(
          database,
          async (transaction) => {
            const { id: organisationId } = await ownerNamed(transaction, options.organisation)
            const how = { organisationId, dryRun: options.dryRun ?? false, mayAdd: true }
            return importDevices(transaction, systemScope, commandLineActor, list, how)
          },
          { statementTimeoutMs: importTimeoutMs },
        ),
      )
      await announceDevices(environment, serials)
      if (options.json) output.data(JSON.stringify(report))
      else {
        const rows = report.problems.map(({ line, column, value, problem }) => {
          return [String(line), column ?? '', JSON.stringify(value), problem]
        })
        if (rows.length > 0)
          for (const row of tableLines([['LINE', 'COLUMN', 'VALUE', 'PROBLEM'], ...rows])) output.data(row)
      }
      const { lines, added, changed, unchanged, problems } = report
      const counts = `${lines} lines: ${added} added, ${changed} changed, ${unchanged} unchanged, ${problems.length} bad`
      output.say(options.dryRun ? `${counts}. Nothing was changed: dry run.` : counts)
      if (problems.length > 0) throw new CommandError('failure', 'The list has bad lines.')
    })
}

function exportCommand({ environment, output }: CommandContext): Command {
  return new Command('export')
    .description('devices as CSV, which "import" takes back')
    .option('--organisation <name>', 'of this one only')
    .option('--json', 'one JSON object per device and line, instead')
    .action(async (options: { organisation?: string; json?: boolean }) => {
      await withDatabase(environment, async (database) => {
        const named = options.organisation
        const organisationId = named === undefined ? undefined : (await ownerNamed(database, named)).id
        const pages = pagesOf(database, organisationId)
        if (options.json) {
          for await (const page of pages) for (const device of page) output.data(JSON.stringify(device))
        } else {
          const chunks: Buffer[] = []
          for await (const chunk of writeDeviceList(pages)) chunks.push(Buffer.from(chunk))
          output.data(Buffer.concat(chunks).toString().replace(/\r\n$/, ''))
        }
      })
    })
}

async function* pagesOf(database: Database, organisationId: number | undefined): AsyncGenerator<DeviceRecord[]> {
  for (let after = 0; ; ) {
    const page = await listDeviceRecords(database, systemScope, { after, limit: devicesPerPage, organisationId })
    yield page
    if (page.length < devicesPerPage) return
    after = page.at(-1)?.id ?? 0
  }
}
