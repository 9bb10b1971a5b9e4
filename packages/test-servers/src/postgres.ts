import { readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type Account, postgresAccount } from './postgres-account.ts'
import { findPostgres, type PostgresBinaries, type PostgresSource } from './postgres-binaries.ts'
import { clusterMajor, ensureCluster, postgresUrl, serviceName } from './postgres-cluster.ts'
import { choosePlace, type PostgresPlace } from './postgres-place.ts'
import { processStart, signalProcess } from './process-identity.ts'
import { type Server, startServer } from './server.ts'
import type { Launch } from './server-process.ts'
import { waitFor } from './wait-for.ts'

/** How to start PostgreSQL on 127.0.0.1. */
export interface PostgresOptions {
  /** Where data, passwords and log lie; made when missing. */
  folder: string
  name?: string
  source?: PostgresSource
  port?: number
  /** Further settings by their names in postgresql.conf. */
  settings?: Record<string, string>
}

export interface PostgresServer extends Server {
  /** For services: not a superuser, owner of the database `stellacontrol`. Holds the password. */
  readonly url: string
  /** For whoever serves people: the role under row-level security. */
  readonly apiUrl: string
  /** For tests that must look into the server. */
  readonly superuserUrl: string
  readonly source: 'system' | 'embedded'
  readonly version: string
  /** Where the data really lie. */
  readonly dataFolder: string
  /** What an operator should know about where programs or data lie, if anything. */
  readonly note: string | undefined
}

/**
 * Starts PostgreSQL with real durability (`fsync` and `synchronous_commit` on), making data, role and database the first time.
 * As root it runs as user `postgres` or `nobody`. A server that a killed process left on the data is stopped first.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const name = options.name ?? 'postgres'
  const folder = join(options.folder, name)
  const account = postgresAccount()
  const place = choosePlace(folder, account)
  const binaries = findPostgres(options.source ?? 'auto', account, clusterMajor(place))
  const secrets = await ensureCluster(place, binaries, account)
  const server = await startServer({
    name,
    folder,
    port: options.port,
    prepare: () => endPostmaster(place.cluster),
    launchOn: (port) => launchOf(name, folder, port, { place, binaries, account, settings: options.settings }),
  })
  const notes = [binaries.note, place.note].filter((note) => note !== undefined)
  return Object.assign(server, {
    url: postgresUrl(server.port, secrets, 'service'),
    apiUrl: postgresUrl(server.port, secrets, 'api'),
    superuserUrl: postgresUrl(server.port, secrets, 'superuser'),
    source: binaries.source,
    version: binaries.version,
    dataFolder: place.cluster,
    note: notes.length === 0 ? undefined : notes.join('; '),
  })
}

interface Ground {
  place: PostgresPlace
  binaries: PostgresBinaries
  account: Account | undefined
  settings: Record<string, string> | undefined
}

function launchOf(name: string, folder: string, port: number, ground: Ground): Launch {
  const settings = Object.entries(postgresSettings(port, ground.settings))
  const { account } = ground
  return {
    name,
    command: join(ground.binaries.folder, 'postgres'),
    arguments: ['-D', ground.place.cluster, ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    workingFolder: ground.place.folder,
    logFile: join(folder, `${name}.log`),
    ...(account === undefined ? {} : { account: { uid: account.uid, gid: account.gid } }),
    // SIGINT is PostgreSQL's "fast" shutdown: it does not wait for clients.
    stopSignal: 'INT',
    isReady: () => asksForPassword(port),
  }
}

function postgresSettings(port: number, further: Record<string, string> = {}): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '127.0.0.1',
    // Paths of Unix sockets end at 107 bytes; loopback TCP has no such trap.
    unix_socket_directories: '',
    fsync: 'on',
    synchronous_commit: 'on',
    max_connections: '200',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    wal_compression: 'on',
    // Charts are many small queries: compiling them costs more than it gives.
    jit: 'off',
    ...further,
  }
}

/** The start-up message of protocol 3.0; the answer 'R' (authentication) means that the server takes connections. */
function asksForPassword(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const words = Buffer.from(`user\0${serviceName}\0database\0${serviceName}\0\0`)
    const head = Buffer.alloc(8)
    head.writeInt32BE(head.length + words.length, 0)
    head.writeInt32BE(3 << 16, 4)
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (ready: boolean) => {
      socket.destroy()
      resolve(ready)
    }
    socket.setTimeout(2_000, () => answer(false))
    socket.once('error', () => answer(false))
    socket.once('close', () => answer(false))
    socket.once('data', (bytes) => answer(bytes[0] === 'R'.charCodeAt(0)))
    socket.write(Buffer.concat([head, words]))
  })
}

/**
 * Ends a server that still holds the data although nobody owns it. `postmaster.pid` names it; a number that now belongs to
 * another program is left alone, and its file removed.
 */
async function endPostmaster(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  const pid = Number.parseInt(readText(file), 10)
  if (Number.isNaN(pid)) return
  if (!isPostmasterOf(pid, cluster)) return rmSync(file, { force: true })
  signalProcess(pid, 'SIGCONT')
  signalProcess(pid, 'SIGINT')
  await waitFor(() => processStart(pid) === undefined, {
    deadlineMs: 20_000,
    what: `the end of PostgreSQL ${pid}, left over on ${cluster}`,
  })
}

function isPostmasterOf(pid: number, cluster: string): boolean {
  if (processStart(pid) === undefined) return false
  const commandLine = readText(`/proc/${pid}/cmdline`)
  return process.platform !== 'linux' || commandLine.split('\0').includes(cluster)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
