import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { requireProgram } from './find-program.ts'
import { redisCommand } from './redis-command.ts'
import { type Server, startServer } from './server.ts'

/** How to start one Redis (or Valkey) server on 127.0.0.1. */
export interface RedisOptions {
  /** Where its files lie; made when missing. Two servers may share a folder if their names differ. */
  folder: string
  name?: string
  port?: number
  /** Append-only file with an fsync before every reply. Without it nothing is written to disk. */
  durable?: boolean
  /** `maxmemory`; 0 or absent means without limit. The policy is always `noeviction`. */
  maximumMemoryBytes?: number
  /** Further settings by their names in redis.conf. */
  settings?: Record<string, string>
}

export interface RedisServer extends Server {
  readonly url: string
}

export function redisProgram(): string {
  return requireProgram(
    ['redis-server', 'valkey-server'],
    [
      '/usr/bin/redis-server',
      '/usr/local/bin/redis-server',
      '/opt/homebrew/bin/redis-server',
      '/usr/bin/valkey-server',
    ],
    '"redis-server" (Debian, Ubuntu), "redis" or "valkey"',
  )
}

/**
 * Starts Redis. Durable servers keep what they confirmed through kill -9 and power loss: `appendfsync always`, also while the
 * append-only file is rewritten. Throws `program-missing` without redis-server or valkey-server.
 */
export async function startRedis(options: RedisOptions): Promise<RedisServer> {
  const name = options.name ?? 'redis'
  const folder = join(options.folder, name)
  mkdirSync(options.folder, { recursive: true })
  // Redis makes its files readable for everybody.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const command = redisProgram()
  const server = await startServer({
    name,
    folder,
    port: options.port,
    launchOn: (port) => ({
      name,
      command,
      arguments: asArguments(redisSettings(port, options)),
      workingFolder: folder,
      logFile: join(folder, `${name}.log`),
      stopSignal: 'TERM',
      isReady: async () => (await redisCommand(port, 'PING')) === 'PONG',
    }),
  })
  return Object.assign(server, { url: `redis://127.0.0.1:${server.port}` })
}

/**
 * The append-only file is rewritten when it has doubled and is at least this large: busy servers of small data would otherwise
 * fork every other second. Loading as much takes a start about two seconds.
 */
const aofRewriteBytes = '256mb'

/** The settings of a server on a port: what `redis.conf` would say. */
function redisSettings(port: number, options: Omit<RedisOptions, 'folder'>): Record<string, string> {
  const durability: Record<string, string> = options.durable
    ? {
        appendonly: 'yes',
        appendfsync: 'always',
        'no-appendfsync-on-rewrite': 'no',
        'auto-aof-rewrite-min-size': aofRewriteBytes,
        // Compressing what is rewritten again soon takes a third of a rewrite's time from the services beside it.
        rdbcompression: 'no',
      }
    : { appendonly: 'no' }
  return {
    port: String(port),
    bind: '127.0.0.1',
    'protected-mode': 'yes',
    daemonize: 'no',
    save: '',
    'maxmemory-policy': 'noeviction',
    maxmemory: String(options.maximumMemoryBytes ?? 0),
    ...durability,
    ...options.settings,
  }
}

function asArguments(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
}
