import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '@stellacontrol/runtime'
import { type Server, startPostgres, startRedis } from '@stellacontrol/test-servers'
import type { UpConfiguration } from './configuration.ts'
import { decideRestart } from './supervisor.ts'

/** The servers of one installation, ours and those that were given. */
export interface StartedServers {
  queueUrl: string
  stateUrl: string
  databaseUrl: string
  /** The role that serves people; undefined for a database that was given. */
  databaseApiUrl?: string | undefined
  /** What the start screen says about each of them. */
  descriptions: string[]
  /** Stops ours; after the deadline they are killed, which loses nothing that was confirmed. */
  stop(deadlineMs: number): Promise<void>
}

/** Starts the servers that were not given, side by side, and keeps them running. */
export async function startServers(
  configuration: UpConfiguration,
  say: (line: string) => void,
): Promise<StartedServers> {
  const own: Server[] = []
  const keep = async <Kind extends Server>(starting: Promise<Kind>): Promise<Kind> => {
    const server = await starting
    own.push(server)
    keepRunning(server, say)
    return server
  }
  const stop = async (deadlineMs: number) =>
    void (await Promise.all(own.map((server) => stopWithin(server, deadlineMs))))
  const outcomes = await Promise.allSettled([
    redisOf('queue', configuration, keep),
    redisOf('state', configuration, keep),
    databaseOf(configuration, keep),
  ])
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failure !== undefined) {
    await stop(startFailureStopMs)
    throw failure.reason
  }
  const [queue, state, database] = outcomes.map((outcome) => (outcome as PromiseFulfilledResult<Described>).value)
  return {
    queueUrl: queue?.url ?? '',
    stateUrl: state?.url ?? '',
    databaseUrl: database?.url ?? '',
    databaseApiUrl: database?.apiUrl,
    descriptions: [queue, state, database].map((server) => server?.description ?? ''),
    stop,
  }
}

interface Described {
  url: string
  apiUrl?: string
  description: string
}

type Keep = <Kind extends Server>(starting: Promise<Kind>) => Promise<Kind>

const startFailureStopMs = 2_000

async function redisOf(job: 'queue' | 'state', configuration: UpConfiguration, keep: Keep): Promise<Described> {
  const given = job === 'queue' ? configuration.given.queueUrl : configuration.given.stateUrl
  if (given !== undefined) return { url: given, description: `Redis (${job}): as given` }
  const maximumMemoryBytes = job === 'queue' ? configuration.queueMemoryBytes : configuration.stateMemoryBytes
  const folder = join(configuration.dataFolder, 'servers')
  const server = await keep(startRedis({ folder, name: `redis-${job}`, durable: true, maximumMemoryBytes }))
  return { url: server.url, description: `Redis (${job}): 127.0.0.1:${server.port}, process ${server.pid}` }
}

async function databaseOf(configuration: UpConfiguration, keep: Keep): Promise<Described> {
  if (configuration.given.databaseUrl !== undefined) {
    return { url: configuration.given.databaseUrl, description: 'PostgreSQL: as given' }
  }
  const folder = join(configuration.dataFolder, 'servers')
  const server = await keep(startPostgres({ folder, source: configuration.postgresSource }))
  const origin = server.source === 'system' ? "the system's" : "npm's"
  const note = server.note === undefined ? '' : `; ${server.note}`
  const where = `127.0.0.1:${server.port}, process ${server.pid}`
  const { url, apiUrl } = server
  return { url, apiUrl, description: `PostgreSQL: ${where}, ${origin} ${server.version}${note}` }
}

/** A server that dies is started again on its port and folder, for as long as nobody asked it to stop. */
function keepRunning(server: Server, say: (line: string) => void): void {
  let crashes = 0
  let startedAt = performance.now()
  const startAgain = async () => {
    const decision = decideRestart(crashes, performance.now() - startedAt)
    crashes = decision.crashes
    say(`${server.name} ended and is started again in ${decision.delayMs / 1000} s; see ${server.logFile}`)
    await delay(decision.delayMs, undefined, { ref: false })
    startedAt = performance.now()
    try {
      await server.restart()
    } catch (error) {
      say(`${server.name} does not start: ${messageOf(error)}`)
      void startAgain()
    }
  }
  server.onCrash(() => void startAgain())
}

async function stopWithin(server: Server, deadlineMs: number): Promise<void> {
  const late = new AbortController()
  const insist = delay(deadlineMs, undefined, { signal: late.signal }).then(
    () => server.kill(),
    () => {},
  )
  await server.stop()
  late.abort()
  await insist
}
