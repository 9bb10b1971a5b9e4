import { createCluster, ErrorReply } from '@redis/client'
import { within } from './deadline.ts'
import { bufferMapping, type clientSettings, connectTimeoutMs } from './dial.ts'
import { createEnd, isPattern, type RawClient } from './raw-client.ts'
import type { RedisUrl } from './redis-url.ts'

const discoveryDeadlineMs = 5_000
/** How long anything waits for a node that is not connected (any more, or yet). */
const nodeDeadlineMs = 2_000
/** A link with a silent master is replaced after this time, as only a new discovery finds the master's successor. */
const silentMasterMs = 10_000
/** A node that a command cannot reach is looked for elsewhere soon: the library's own default is 5 s. */
const topologyRefreshMs = 1_000

/** Opens a link to a Cluster. It follows slots and nodes by itself, and needs one reachable node to begin with. */
export async function dialCluster(url: RedisUrl, settings: ReturnType<typeof clientSettings>): Promise<RawClient> {
  const cluster = createCluster({
    rootNodes: url.nodes.map((node) => ({ socket: { ...node, connectTimeout: connectTimeoutMs } })),
    // Otherwise one dead node keeps the whole Cluster from being opened.
    minimizeConnections: true,
    topologyRefreshOnReconnectionAttemptStrategy: topologyRefreshMs,
    defaults: {
      ...settings,
      socket: {
        connectTimeout: connectTimeoutMs,
        reconnectStrategy: (retries: number) => Math.min(50 * 2 ** Math.min(retries, 5), 1000),
      },
    },
  })
  const end = createEnd()
  const destroy = () => {
    cluster.destroy()
    end.resolve()
  }
  cluster.on('error', () => {})
  try {
    await within(cluster.connect(), discoveryDeadlineMs, `discovering ${url.display}`)
  } catch (error) {
    destroy()
    throw error
  }
  const clientOf = async (master: (typeof cluster.masters)[number]) => cluster.nodeClient(master)
  const isWhole = () => cluster.masters.every((master) => master.client?.isReady)
  const reach = (master: (typeof cluster.masters)[number]) => within(clientOf(master), nodeDeadlineMs, master.address)
  let wholeAt = performance.now()
  return {
    ended: end.promise,
    send(key, args, buffers) {
      const sent = cluster.sendCommand(key, false, args, buffers ? { typeMapping: bufferMapping } : undefined)
      return isWhole() ? sent : within(sent, nodeDeadlineMs, `a command to ${url.display}`)
    },
    async eachMaster(work) {
      const results = await Promise.allSettled(
        cluster.masters.map(async (master) => {
          const client = await reach(master)
          await work((args) => client.sendCommand(args))
        }),
      )
      const failure = results.find((result) => result.status === 'rejected')
      if (failure && !results.some((result) => result.status === 'fulfilled')) throw failure.reason
    },
    subscribe: (name, listener) =>
      isPattern(name) ? cluster.pSubscribe(name, listener) : cluster.subscribe(name, listener),
    unsubscribe: (name) => (isPattern(name) ? cluster.pUnsubscribe(name) : cluster.unsubscribe(name)),
    async isStillRight() {
      if (isWhole()) wholeAt = performance.now()
      return performance.now() - wholeAt < silentMasterMs
    },
    isServerError: (error) => error instanceof ErrorReply,
    destroy,
  }
}
