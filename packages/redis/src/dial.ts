import { createClient, ErrorReply, RESP_TYPES } from '@redis/client'
import { messageOf } from '@stellacontrol/runtime'
import { within } from './deadline.ts'
import { dialCluster } from './dial-cluster.ts'
import { createEnd, isPattern, type RawClient } from './raw-client.ts'
import { redisUnavailable } from './redis-errors.ts'
import type { RedisNode, RedisUrl } from './redis-url.ts'

export const connectTimeoutMs = 3_000
/** TCP, TLS and the greeting together: a server that accepts connections and then says nothing must not hold us. */
const greetingDeadlineMs = 4_000
const commandsQueueMaxLength = 40_000
export const bufferMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.MAP]: Array }

/** Opens one link to the server that accepts writes. It never reconnects by itself: RedisConnection makes a new one. */
export async function dial(url: RedisUrl, name: string): Promise<RawClient> {
  if (url.kind === 'cluster') return dialCluster(url, clientSettings(url, name))
  if (url.kind === 'single') return dialMaster(url, url.nodes[0] as RedisNode, name)
  const master = await askSentinels(url, name)
  const client = await dialMaster(url, master, name)
  return { ...client, isStillRight: async () => isSame(master, await askSentinels(url, name).catch(() => master)) }
}

/** Opens one link for subscriptions: any node will do, as published messages reach every node of a Cluster. */
export async function dialSubscriber(url: RedisUrl, name: string): Promise<RawClient> {
  if (url.kind !== 'cluster') return dial(url, name)
  const first = Math.floor(Math.random() * url.nodes.length)
  let lastError: unknown
  for (let index = 0; index < url.nodes.length; index++) {
    try {
      return await dialNode(url, url.nodes[(first + index) % url.nodes.length] as RedisNode, name)
    } catch (error) {
      lastError = error
    }
  }
  throw lastError
}

/** The settings that research and reproduced failures ask for; see docs/decisions/0003-redis-client.md. */
export function clientSettings(url: RedisUrl, name: string) {
  return {
    name: `sc:${name}`,
    RESP: 3 as const,
    maintNotifications: 'disabled' as const,
    // One AbortSignal timer per command costs two thirds of the throughput and covers unsent commands only.
    commandOptions: { timeout: undefined },
    disableOfflineQueue: true,
    commandsQueueMaxLength,
    ...(url.username ? { username: url.username } : {}),
    ...(url.password ? { password: url.password } : {}),
  }
}

/** A replica would answer reads with old data and refuse writes: behind a stable address that is what a failover leaves. */
async function dialMaster(url: RedisUrl, node: RedisNode, name: string): Promise<RawClient> {
  const client = await dialNode(url, node, name)
  try {
    const [role] = (await within(client.send(undefined, ['ROLE'], false), greetingDeadlineMs, 'ROLE')) as string[]
    if (role !== 'master') throw redisUnavailable(`${node.host}:${node.port} is a ${role}, not a master`)
    return client
  } catch (error) {
    client.destroy()
    throw error
  }
}

async function dialNode(url: RedisUrl, node: RedisNode, name: string): Promise<RawClient> {
  const tls = url.tls ? { tls: true as const } : {}
  const client = createClient({
    ...clientSettings(url, name),
    socket: { ...node, ...tls, connectTimeout: connectTimeoutMs, reconnectStrategy: false },
  })
  const end = createEnd()
  client.on('error', end.resolve)
  client.on('end', end.resolve)
  try {
    await within(client.connect(), greetingDeadlineMs, `greeting ${node.host}:${node.port}`)
  } catch (error) {
    client.destroy()
    throw error
  }
  return {
    ended: end.promise,
    send: (_key, args, buffers) => client.sendCommand(args, buffers ? { typeMapping: bufferMapping } : undefined),
    eachMaster: (work) => work((args) => client.sendCommand(args)),
    subscribe: (name, listener) =>
      isPattern(name) ? client.pSubscribe(name, listener) : client.subscribe(name, listener),
    unsubscribe: (name) => (isPattern(name) ? client.pUnsubscribe(name) : client.unsubscribe(name)),
    isStillRight: async () => true,
    isServerError: (error) => error instanceof ErrorReply,
    destroy: () => {
      client.destroy()
      end.resolve()
    },
  }
}

/** The first answer counts, as the Sentinels agree among themselves; the next one is asked when one is away. */
async function askSentinels(url: RedisUrl, name: string): Promise<RedisNode> {
  const failures: string[] = []
  for (const node of url.nodes) {
    try {
      const sentinel = await dialNode({ ...url, username: undefined, password: undefined }, node, `${name}-sentinel`)
      try {
        const command = ['SENTINEL', 'get-master-addr-by-name', url.masterName ?? '']
        const reply = await within(sentinel.send(undefined, command, false), greetingDeadlineMs, 'asking a Sentinel')
        if (Array.isArray(reply)) return { host: String(reply[0]), port: Number(reply[1]) }
        failures.push(`${node.host}:${node.port} does not know "${url.masterName}"`)
      } finally {
        sentinel.destroy()
      }
    } catch (error) {
      failures.push(`${node.host}:${node.port}: ${messageOf(error)}`)
    }
  }
  throw redisUnavailable(`no Sentinel of ${url.display} names the master (${failures.join('; ')})`)
}

function isSame(left: RedisNode, right: RedisNode): boolean {
  return left.host === right.host && left.port === right.port
}
