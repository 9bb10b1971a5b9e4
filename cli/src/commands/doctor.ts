import { readFileSync, statfsSync } from 'node:fs'
import { openDatabase } from '@stellacontrol/database'
import { openRedis } from '@stellacontrol/redis'
import { messageOf, readRevocationLists } from '@stellacontrol/runtime'
import { Command } from 'commander'
import type { CommandContext } from '../command-line.ts'
import { CommandError } from '../exit-code.ts'
import { dataFolderFor, installedEnvironment } from '../installation.ts'
import { readFacts, readReadyUrls, runningOwner } from '../up/run-folder.ts'
import { isReady } from '../up/services.ts'
import {
  type Finding,
  judgeDatabase,
  judgeDisk,
  judgeNode,
  judgeRedis,
  judgeRevocationLists,
  parseInformation,
  type RedisFacts,
} from './doctor-judgements.ts'
import { measureAllowance } from './outage-allowance.ts'

const help = `
Examples:
  $ ./stella doctor
  $ ./stella doctor --json | jq -r 'select(.verdict != "ok")'
`

/** `stella doctor`: looks at everything an installation needs and says what to do about what is wrong. */
export function doctorCommand({ environment, output }: CommandContext): Command {
  return new Command('doctor')
    .description('check this installation; exit code 1 when something is wrong')
    .option('--json', 'one JSON object per check')
    .addHelpText('before', help.trimStart())
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(environment)
      for (const finding of findings) {
        output.data(options.json ? JSON.stringify(finding) : findingLine(finding, output))
      }
      const problems = findings.filter(({ verdict }) => verdict === 'problem').length
      if (problems > 0) throw new CommandError('failure', `${problems} of ${findings.length} checks found a problem.`)
    })
}

async function examine(environment: CommandContext['environment']): Promise<Finding[]> {
  const dataFolder = dataFolderFor(environment)
  const owner = runningOwner(dataFolder)
  const running: Finding =
    owner === undefined
      ? { check: 'running', verdict: 'warning', detail: `nothing runs on ${dataFolder}`, remedy: 'npm start' }
      : { check: 'running', verdict: 'ok', detail: `process ${owner} on ${dataFolder}` }
  const local = [judgeNode(process.versions.node), diskFinding(dataFolder), running]
  const remote = await Promise.all([
    attempt('queue Redis', () => redisFinding(environment, 'queue')),
    attempt('state Redis', () => redisFinding(environment, 'state')),
    attempt('outage allowance', () => measureAllowance(installedEnvironment(environment, redisVariables))),
    attempt('PostgreSQL', () => databaseFinding(environment)),
    ...revocationFindings(environment, dataFolder),
    ...Object.entries(readReadyUrls(dataFolder) ?? {}).map(([name, url]) => readinessFinding(name, url)),
  ])
  return [...local, ...remote]
}

const redisVariables = ['REDIS_QUEUE_URL', 'REDIS_STATE_URL']

async function attempt(check: string, examine: () => Promise<Finding>): Promise<Finding> {
  try {
    return await examine()
  } catch (error) {
    return { check, verdict: 'problem', detail: messageOf(error), remedy: 'start it, or correct its address' }
  }
}

async function redisFinding(environment: CommandContext['environment'], job: 'queue' | 'state'): Promise<Finding> {
  const installed = installedEnvironment(environment, redisVariables)
  await using redis = openRedis({ name: 'doctor', environment: installed })
  const connection = await redis[job].ready()
  const information = parseInformation(String(await connection.command(undefined, ['INFO'])))
  const setting = async (name: string) => {
    const reply = await connection.command(undefined, ['CONFIG', 'GET', name])
    return String(Array.isArray(reply) ? reply[1] : Object.values(reply as Record<string, string>)[0])
  }
  const facts: RedisFacts = {
    version: information.get('redis_version') ?? '0',
    usedBytes: Number(information.get('used_memory')),
    maximumBytes: Number(information.get('maxmemory')),
    policy: await setting('maxmemory-policy'),
    appendOnly: (await setting('appendonly')) === 'yes',
    fsync: await setting('appendfsync'),
    lastWriteFailed: information.get('aof_last_write_status') === 'err',
  }
  return judgeRedis(`${job} Redis`, facts)
}

async function databaseFinding(environment: CommandContext['environment']): Promise<Finding> {
  const { DATABASE_URL: url } = installedEnvironment(environment, ['DATABASE_URL'])
  await using database = openDatabase({ url: url ?? '', applicationName: 'doctor', maximumConnections: 1 })
  const [row] = await database.query<{
    version: string
    fsync: string
    commit: string
    bytes: number
    superuser: boolean
  }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
       current_setting('synchronous_commit') as commit, pg_database_size(current_database()) as bytes,
       (select rolsuper from pg_roles where rolname = current_user) as superuser`,
  )
  if (row === undefined) throw new Error('no answer')
  return judgeDatabase(row)
}

/** None where no list is configured. */
function revocationFindings(environment: CommandContext['environment'], dataFolder: string): Promise<Finding>[] {
  const file = environment.STELLA_MQTT_CLIENT_CRL || readFacts(dataFolder)?.STELLA_MQTT_CLIENT_CRL
  if (file === undefined) return []
  const judge = async () => {
    const lists = readRevocationLists(readFileSync(file, 'utf8'))
    const ends = lists.map(({ endsAt }) => endsAt)
    return judgeRevocationLists(file, ends, Date.now())
  }
  return [attempt('revocation lists', judge)]
}

async function readinessFinding(check: string, url: string): Promise<Finding> {
  if (await isReady(url)) return { check, verdict: 'ok', detail: `ready (${url})` }
  return {
    check,
    verdict: 'problem',
    detail: `not ready (${url})`,
    remedy: 'read its log; the page /readyz says which part',
  }
}

function diskFinding(dataFolder: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(dataFolder)
    return judgeDisk(dataFolder, bavail * bsize)
  } catch {
    return { check: 'disk', verdict: 'ok', detail: `${dataFolder} does not exist yet` }
  }
}

function findingLine(
  { check, verdict, detail, remedy }: Finding,
  { red, green, bold }: CommandContext['output'],
): string {
  const mark = { ok: green('ok     '), warning: bold('warning'), problem: red('problem') }[verdict]
  return `${mark}  ${check}: ${detail}${remedy === undefined ? '' : ` → ${remedy}`}`
}
