import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import { messagesLog } from './catalogue.ts'
import type { LogEntry } from './entry.ts'

/** One message as the receiver took it from a device. */
export interface RawMessage {
  serial: string
  /** Epoch ms, the receiver's clock. */
  receivedAt: number
  payload: Buffer
}

/**
 * Appends messages to the queue: one Function call for all of them, or one per partition on a Cluster. When it resolves, the
 * messages are on the queue's disk (`appendfsync always`). When it throws, none or some of them may be there: the device
 * sends again, and the second copy is counted as a duplicate.
 */
export async function appendMessages(
  connection: RedisConnection,
  keys: Keys,
  messages: readonly RawMessage[],
): Promise<void> {
  const byPartition = new Map<number, RawMessage[]>()
  for (const message of messages) {
    const partition = keys.partitionOf(message.serial)
    const list = byPartition.get(partition)
    if (list) list.push(message)
    else byPartition.set(partition, [message])
  }
  const groups = connection.url.kind === 'cluster' ? [...byPartition].map((group) => [group]) : [[...byPartition]]
  await Promise.all(
    groups.map((group) => {
      const streams = group.map(([partition]) => keys.stream(messagesLog.name, partition))
      const counts = group.map(([, list]) => String(list.length))
      const values: (string | Buffer)[] = []
      for (const [, list] of group) {
        for (const { serial, receivedAt, payload } of list) values.push(serial, String(receivedAt), payload)
      }
      return connection.call('sc1_append', streams, [...counts, ...values])
    }),
  )
}

/** The message that an entry of the queue holds. */
export function rawMessageOf(entry: LogEntry): RawMessage {
  return {
    serial: entry.serial,
    receivedAt: Number(entry.fields.get('t')?.toString('latin1') ?? 0),
    payload: entry.fields.get('p') ?? Buffer.alloc(0),
  }
}
