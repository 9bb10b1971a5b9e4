import { messageTopics } from '@stellacontrol/protocol'
import type { RedisConnection } from './connection.ts'
import type { Keys } from './keys.ts'

/** A record outlives its receiver by at most this; receivers prolong the records of open connections well before. */
export const connectionLifeMs = 180_000

export interface ConnectionRecord {
  receiver: string
  epoch: number
  connectedAt: string
}

/** A connection as its receiver knows it. */
export interface OpenConnection {
  serial: string
  epoch: number
}

/** One Function call prolongs at most so many records. */
const maximumPerCall = 500

/** Records which receiver holds which device, and announces connections and their ends in the order of their epochs. */
export class ConnectionRegistry {
  private readonly state: RedisConnection
  private readonly keys: Keys
  private readonly receiver: string

  constructor(options: { state: RedisConnection; keys: Keys; receiver: string }) {
    this.state = options.state
    this.keys = options.keys
    this.receiver = options.receiver
  }

  /** Records a new connection and announces it, with the network address it came from. Returns its epoch. */
  async connected(serial: string, address?: string): Promise<number> {
    const { topic } = messageTopics.DeviceConnected
    const epochs = await this.state.call(
      'sc1_connect',
      [this.streamOf(topic, serial), this.keys.connection(serial)],
      [
        this.receiver,
        String(connectionLifeMs),
        this.keys.channel(topic, ''),
        new Date().toISOString(),
        serial,
        ...(address ? [address] : []),
      ],
    )
    return (epochs as number[])[0] as number
  }

  /** Ends a connection and announces it, unless the device has a newer one. Returns whether it was the newest. */
  async disconnected(serial: string, epoch: number, reason: string): Promise<boolean> {
    const { topic } = messageTopics.DeviceDisconnected
    const verdict = await this.state.call(
      'sc1_disconnect',
      [this.streamOf(topic, serial), this.keys.connection(serial)],
      [this.receiver, this.keys.channel(topic, ''), new Date().toISOString(), serial, String(epoch), reason],
    )
    return verdict === '1'
  }

  /** Prolongs the records of open connections. Returns the serials whose record is not ours any more. */
  async prolong(connections: readonly OpenConnection[]): Promise<string[]> {
    const groups = this.state.url.kind === 'cluster' ? this.byPartition(connections) : chunksOf(connections)
    const replaced = await Promise.all(groups.map((group) => this.prolongGroup(group)))
    return replaced.flat()
  }

  private async prolongGroup(group: readonly OpenConnection[]): Promise<string[]> {
    const keys = group.map(({ serial }) => this.keys.connection(serial))
    const values = [String(connectionLifeMs), ...group.map(({ epoch }) => String(epoch))]
    const verdicts = String(await this.state.call('sc1_keep', keys, values))
    return group.filter((_, index) => verdicts[index] !== '1').map(({ serial }) => serial)
  }

  private byPartition(connections: readonly OpenConnection[]): OpenConnection[][] {
    const groups = new Map<number, OpenConnection[]>()
    for (const connection of connections) {
      const partition = this.keys.partitionOf(connection.serial)
      const group = groups.get(partition)
      if (group) group.push(connection)
      else groups.set(partition, [connection])
    }
    return [...groups.values()].flatMap(chunksOf)
  }

  private streamOf(topic: string, serial: string): string {
    return this.keys.stream(topic, this.keys.partitionOf(serial))
  }
}

/** Who holds a device's connection; undefined if nobody does. */
export async function readConnection(
  state: RedisConnection,
  keys: Keys,
  serial: string,
): Promise<ConnectionRecord | undefined> {
  const key = keys.connection(serial)
  const [receiver, epoch, at] = (await state.command(key, ['HMGET', key, 'receiver', 'epoch', 'at'])) as (
    | string
    | null
  )[]
  if (!receiver || !epoch || !at) return undefined
  return { receiver, epoch: Number(epoch), connectedAt: at }
}

function chunksOf(connections: readonly OpenConnection[]): OpenConnection[][] {
  const count = Math.ceil(connections.length / maximumPerCall)
  return Array.from({ length: count }, (_, index) =>
    connections.slice(index * maximumPerCall, (index + 1) * maximumPerCall),
  )
}
