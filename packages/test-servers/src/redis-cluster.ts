import { freePort } from './free-port.ts'
import { type RedisServer, startRedis } from './redis.ts'
import { redisCommand } from './redis-command.ts'
import { waitFor } from './wait-for.ts'

/** A real Redis Cluster of masters without replicas. */
export interface RedisCluster {
  readonly nodes: readonly RedisServer[]
  /** One URL per node. */
  readonly urls: readonly string[]
  stop(): Promise<void>
}

const slots = 16_384

/** Starts `nodes` masters (three unless told), spreads the slots over them, and waits until each of them says "ok". */
export async function startRedisCluster(options: {
  folder: string
  nodes?: number
  durable?: boolean
}): Promise<RedisCluster> {
  const count = options.nodes ?? 3
  const started = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const busPort = await freePort()
      const name = `cluster-node-${index}`
      const settings = {
        'cluster-enabled': 'yes',
        'cluster-port': String(busPort),
        'cluster-node-timeout': '2000',
        // A node without its neighbours still answers for its own slots.
        'cluster-require-full-coverage': 'no',
      }
      const server = await startRedis({ folder: options.folder, name, durable: options.durable ?? false, settings })
      return { server, busPort }
    }),
  )
  await Promise.all(
    started.map(({ server }, index) => {
      const [first, last] = slotRange(index, count)
      return redisCommand(server.port, 'CLUSTER', 'ADDSLOTSRANGE', first, last)
    }),
  )
  await introduce(started)
  const nodes = started.map(({ server }) => server)
  await Promise.all(nodes.map((node) => untilWhole(node, count)))
  return {
    nodes,
    urls: nodes.map(({ url }) => url),
    stop: async () => void (await Promise.all(nodes.map((node) => node.stop()))),
  }
}

/** The first and last slot of a node. Pure. */
function slotRange(index: number, count: number): [first: number, last: number] {
  return [Math.floor((index * slots) / count), Math.floor(((index + 1) * slots) / count) - 1]
}

/** Makes every node known to the first one; the rest is gossip. Distinct epochs spare the nodes an election about it. */
async function introduce(started: { server: RedisServer; busPort: number }[]): Promise<void> {
  const [first] = started
  if (first === undefined) return
  for (const [index, { server }] of started.entries()) {
    await redisCommand(server.port, 'CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
  }
  for (const { server } of started.slice(1)) {
    await redisCommand(server.port, 'CLUSTER', 'MEET', '127.0.0.1', first.server.port, first.busPort)
  }
}

function untilWhole(node: RedisServer, count: number): Promise<boolean> {
  const isWhole = async () => {
    const information = String(await redisCommand(node.port, 'CLUSTER', 'INFO'))
    return (
      information.includes('cluster_state:ok') &&
      information.includes(`cluster_known_nodes:${count}`) &&
      information.includes(`cluster_slots_ok:${slots}`)
    )
  }
  return waitFor(isWhole, { deadlineMs: 30_000, what: `${node.name} to see the whole cluster` })
}
