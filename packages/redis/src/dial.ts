import { createClient, createCluster, ErrorReply, RESP_TYPES } from '@redis/client'
import { CodedError } from '@stellacontrol/runtime'
import type { RedisArgument } from './connection.ts'

/** A parsed address of a Redis installation. `display` is safe to log. */
export interface RedisUrl {
  kind: 'single' | 'sentinel' | 'cluster'
  nodes: { host: string; port: number }[]
  masterName: string | undefined
  username: string | undefined
  password: string | undefined
  tls: boolean
  display: string
}

/** One live link, reduced to what this package needs of the library. */
export interface RawClient {
  send(key: string | undefined, args: RedisArgument[], buffers: boolean): Promise<unknown>
  /** Sends to every master: one node, or all of a Cluster. */
  sendToMasters(args: RedisArgument[]): Promise<unknown[]>
  /** A name that ends in `*` is a pattern. */
  subscribe(name: string, listener: (message: string, channel: string) => void): Promise<void>
  unsubscribe(name: string): Promise<void>
  onEnd(listener: () => void): void
  isServerError(error: unknown): boolean
  destroy(): void
}

const connectTimeoutMs = 3_000
const pingIntervalMs = 2_000
const commandsQueueMaxLength = 40_000
const bufferMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.MAP]: Array }

/** @throws CodedError `redis-url-invalid` */
export function parseRedisUrl(text: string): RedisUrl {
  const match = /^(redis|rediss|redis-sentinel|redis-cluster):\/\/(?:([^:@]*)(?::([^@]*))?@)?([^/]+)(?:\/(.*))?$/.exec(
    text,
  )
  if (!match) throw new CodedError('redis-url-invalid', 'not a Redis URL')
  const [, scheme, username, password, hosts, path] = match
  const nodes = (hosts as string).split(',').map((entry) => {
    const [host = '127.0.0.1', port] = entry.split(':')
    return { host, port: Number(port ?? (scheme === 'redis-sentinel' ? 26_379 : 6379)) }
  })
  const kind = scheme === 'redis-sentinel' ? 'sentinel' : scheme === 'redis-cluster' ? 'cluster' : 'single'
  return {
    kind,
    nodes,
    masterName: kind === 'sentinel' ? path || 'mymaster' : undefined,
    username: username ? decodeURIComponent(username) : undefined,
    password: password ? decodeURIComponent(password) : undefined,
    tls: scheme === 'rediss',
    display: `${scheme}://${hosts}${path ? `/${path}` : ''}`,
  }
}

/** Opens one link. It never reconnects by itself: RedisConnection makes a new one. */
export async function dial(url: RedisUrl, name: string): Promise<RawClient> {
  if (url.kind === 'cluster') return dialCluster(url, name)
  if (url.kind === 'single') return dialNode(url, url.nodes[0] as { host: string; port: number }, name)
  return dialNode(url, await askSentinels(url, name), name)
}

/** The settings that research and reproduced failures ask for; see docs/decisions/0003-redis-client.md. */
function settings(url: RedisUrl, name: string) {
  return {
    name: `sc:${name}`,
    RESP: 3 as const,
    maintNotifications: 'disabled' as const,
    // One AbortSignal timer per command costs two thirds of the throughput and covers unsent commands only.
    commandOptions: { timeout: undefined },
    disableOfflineQueue: true,
    commandsQueueMaxLength,
    pingInterval: pingIntervalMs,
    ...(url.username ? { username: url.username } : {}),
    ...(url.password ? { password: url.password } : {}),
  }
}

async function dialNode(url: RedisUrl, node: { host: string; port: number }, name: string): Promise<RawClient> {
  const tls = url.tls ? { tls: true as const } : {}
  const client = createClient({
    ...settings(url, name),
    socket: { ...node, ...tls, connectTimeout: connectTimeoutMs, reconnectStrategy: false },
  })
  const endListeners = new Set<() => void>()
  const end = () => {
    for (const listener of endListeners) listener()
  }
  client.on('error', end)
  client.on('end', end)
  try {
    await client.connect()
  } catch (error) {
    if (client.isOpen) client.destroy()
    throw error
  }
  return {
    send: (_key, args, buffers) => client.sendCommand(args, buffers ? { typeMapping: bufferMapping } : undefined),
    sendToMasters: async (args) => [await client.sendCommand(args)],
    subscribe: (name, listener) =>
      isPattern(name) ? client.pSubscribe(name, listener) : client.subscribe(name, listener),
    unsubscribe: (name) => (isPattern(name) ? client.pUnsubscribe(name) : client.unsubscribe(name)),
    onEnd: (listener) => void endListeners.add(listener),
    isServerError: (error) => error instanceof ErrorReply,
    destroy: () => {
      if (client.isOpen) client.destroy()
    },
  }
}

function isPattern(name: string): boolean {
  return name.endsWith('*')
}

async function askSentinels(url: RedisUrl, name: string): Promise<{ host: string; port: number }> {
  let lastError: unknown
  for (const node of url.nodes) {
    try {
      const sentinel = await dialNode({ ...url, username: undefined, password: undefined }, node, `${name}-sentinel`)
      try {
        const reply = await sentinel.send(
          undefined,
          ['SENTINEL', 'get-master-addr-by-name', url.masterName ?? ''],
          false,
        )
        if (Array.isArray(reply)) return { host: String(reply[0]), port: Number(reply[1]) }
      } finally {
        sentinel.destroy()
      }
    } catch (error) {
      lastError = error
    }
  }
  throw new CodedError('redis-unavailable', `no Sentinel of ${url.display} knows the master`, { cause: lastError })
}

async function dialCluster(url: RedisUrl, name: string): Promise<RawClient> {
  const cluster = createCluster({
    rootNodes: url.nodes.map((node) => ({ socket: { ...node, connectTimeout: connectTimeoutMs } })),
    defaults: {
      ...settings(url, name),
      socket: {
        connectTimeout: connectTimeoutMs,
        reconnectStrategy: (retries: number) => Math.min(50 * 2 ** retries, 1000),
      },
    },
  })
  cluster.on('error', () => {})
  await cluster.connect()
  const masters = () => Promise.all(cluster.masters.map((master) => cluster.nodeClient(master)))
  return {
    send: (key, args, buffers) =>
      cluster.sendCommand(key, false, args, buffers ? { typeMapping: bufferMapping } : undefined),
    sendToMasters: async (args) => {
      const replies: unknown[] = []
      for (const master of await masters()) replies.push(await master.sendCommand(args))
      return replies
    },
    subscribe: (name, listener) =>
      isPattern(name) ? cluster.pSubscribe(name, listener) : cluster.subscribe(name, listener),
    unsubscribe: (name) => (isPattern(name) ? cluster.pUnsubscribe(name) : cluster.unsubscribe(name)),
    onEnd: () => {},
    isServerError: (error) => error instanceof ErrorReply,
    destroy: () => {
      if (cluster.isOpen) cluster.destroy()
    },
  }
}
