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

  /** Records a new connection and announces it. Returns its epoch. */
  async connected(serial: string): Promise<number> {
    const { topic } = messageTopics.DeviceConnected
    const epochs = await this.state.call(
      'sc1_connect',
      [this.streamOf(topic, serial), this.keys.connection(serial)],
      [this.receiver, String(connectionLifeMs), this.keys.channel(topic, ''), new Date().toISOString(), serial],
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
  async prolong(connections: readonly { serial: string; epoch: number }[]): Promise<string[]> {
    const verdicts = await Promise.all(
      connections.map(({ serial, epoch }) =>
        this.state.call('sc1_keep', [this.keys.connection(serial)], [String(connectionLifeMs), String(epoch)]),
      ),
    )
    return connections.filter((_, index) => verdicts[index] !== '1').map(({ serial }) => serial)
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
