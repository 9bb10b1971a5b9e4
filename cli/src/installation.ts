import { type Database, openDatabase } from '@stellacontrol/database'
import { openRedis, type Redis, rightsChanged } from '@stellacontrol/redis'
import type { Environment } from '@stellacontrol/runtime'
import { checkout } from './checkout.ts'
import { CommandError } from './exit-code.ts'
import { dataFolderOf } from './up/configuration.ts'
import { readFacts, readReadyUrls } from './up/run-folder.ts'

/** The data folder that commands look at. */
export function dataFolderFor(environment: Environment): string {
  return dataFolderOf(environment.STELLA_DATA_DIR, { workingFolder: process.cwd(), checkout })
}

/**
 * The environment with what a running installation adds: commands need no variable. Variables that are set win.
 * @throws CommandError `unreachable` when neither names a required server
 */
export function installedEnvironment(environment: Environment, required: readonly string[]): Environment {
  const dataFolder = dataFolderFor(environment)
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const merged: Environment = { ...readFacts(dataFolder), ...given }
  const absent = required.filter((name) => merged[name] === undefined)
  if (absent.length === 0) return merged
  const remedy = `start it with "npm start", or set ${absent.join(' and ')}`
  throw new CommandError('unreachable', `StellaControl does not run on ${dataFolder}: ${remedy}.`)
}

/** Runs `work` with the two Redis servers of the installation. */
export async function withRedis<Result>(
  environment: Environment,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const installed = installedEnvironment(environment, ['REDIS_QUEUE_URL', 'REDIS_STATE_URL'])
  await using redis = openRedis({ name: 'cli', environment: installed })
  return await work(redis)
}

/** Makes a change of accounts or organisations hold at once, also for who is signed in. */
export async function announceRights(environment: Environment): Promise<void> {
  await withRedis(environment, async (redis) => {
    await redis.state.ready()
    await rightsChanged(redis)
  })
}

/** Runs `work` with the database of the installation, as its owner. */
export async function withDatabase<Result>(
  environment: Environment,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { DATABASE_URL: url } = installedEnvironment(environment, ['DATABASE_URL'])
  await using database = openDatabase({ url: url ?? '', applicationName: 'cli', maximumConnections: 2 })
  return await work(database)
}

/** The address that people use, for links: the configured one, else where the running page answers on this machine. */
export function publicOrigin(environment: Environment): string {
  const configured = environment.STELLA_PUBLIC_URL
  const running = readReadyUrls(dataFolderFor(environment))?.['application-service']
  return new URL(configured || running || 'http://localhost:8080').origin
}
