import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RedisServer, redisProgram, startRedis } from './redis.ts'
import { redisCommand } from './redis-command.ts'
import { type Server, startServer } from './server.ts'
import { waitFor } from './wait-for.ts'

/** A master, a replica and the sentinels that watch them. */
export interface RedisSentinel {
  /** The name clients ask the sentinels for. */
  readonly masterName: string
  /** The master at the start; after a failover it is a replica. */
  readonly master: RedisServer
  readonly replica: RedisServer
  readonly sentinels: readonly Server[]
  /** The port the sentinels name now. */
  currentMasterPort(): Promise<number>
  stop(): Promise<void>
}

const masterName = 'stellacontrol'
const sentinelCount = 3

/** Starts master, replica and three sentinels that fail over about a second after the master falls silent. */
export async function startRedisSentinel(options: { folder: string; durable?: boolean }): Promise<RedisSentinel> {
  const { folder, durable = false } = options
  const master = await startRedis({ folder, durable, name: 'sentinel-master' })
  const replica = await startRedis({
    folder,
    durable,
    name: 'sentinel-replica',
    settings: { replicaof: `127.0.0.1 ${master.port}` },
  })
  const sentinels = await Promise.all(
    Array.from({ length: sentinelCount }, (_, index) => startOneSentinel(folder, `sentinel-${index}`, master.port)),
  )
  await Promise.all([...sentinels.map(untilInformed), untilInStep(replica)])
  const everything = [...sentinels, replica, master]
  return {
    masterName,
    master,
    replica,
    sentinels,
    currentMasterPort: () => askForMaster(sentinels),
    stop: async () => void (await Promise.all(everything.map((server) => server.stop()))),
  }
}

function startOneSentinel(parent: string, name: string, masterPort: number): Promise<Server> {
  const folder = join(parent, name)
  mkdirSync(folder, { recursive: true })
  const command = redisProgram()
  const configurationFile = join(folder, 'sentinel.conf')
  return startServer({
    name,
    folder,
    launchOn: (port) => {
      writeFileSync(configurationFile, sentinelConfiguration(port, masterPort))
      return {
        name,
        command,
        arguments: [configurationFile, '--sentinel'],
        workingFolder: folder,
        logFile: join(folder, `${name}.log`),
        stopSignal: 'TERM',
        isReady: async () => (await redisCommand(port, 'PING')) === 'PONG',
      }
    },
  })
}

function sentinelConfiguration(port: number, masterPort: number): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor ${masterName} 127.0.0.1 ${masterPort} 2`,
    `sentinel down-after-milliseconds ${masterName} 1000`,
    `sentinel failover-timeout ${masterName} 6000`,
    `sentinel parallel-syncs ${masterName} 1`,
    '',
  ].join('\n')
}

/** A replica begins to follow a few seconds after its start (repl-diskless-sync-delay); promoted before that it is empty. */
function untilInStep(replica: Server): Promise<boolean> {
  const isInStep = async () =>
    String(await redisCommand(replica.port, 'INFO', 'replication')).includes('master_link_status:up')
  return waitFor(isInStep, { deadlineMs: 30_000, what: 'the replica to be in step' })
}

/** A failover needs sentinels that know each other and the replica. */
function untilInformed(sentinel: Server): Promise<boolean> {
  const isInformed = async () => {
    const facts = asRecord(await redisCommand(sentinel.port, 'SENTINEL', 'MASTER', masterName))
    return facts['num-slaves'] === '1' && facts['num-other-sentinels'] === String(sentinelCount - 1)
  }
  return waitFor(isInformed, { deadlineMs: 30_000, what: `${sentinel.name} to know the others` })
}

async function askForMaster(sentinels: readonly Server[]): Promise<number> {
  const alive = sentinels.find((sentinel) => sentinel.isRunning())
  if (alive === undefined) throw new Error('no sentinel is running')
  const address = await redisCommand(alive.port, 'SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName)
  return Number(Array.isArray(address) ? address[1] : Number.NaN)
}

function asRecord(reply: unknown): Record<string, unknown> {
  const words = Array.isArray(reply) ? reply : []
  return Object.fromEntries(words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]]] : [])))
}
