import { type DeviceStatus, messageTopics } from '@stellacontrol/protocol'
import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'

const { topic } = messageTopics.DeviceStatus

/** A status on its way into Redis. `json` begins with `{"bootId":…,"sequence":…,`, which is what decides what is newer. */
export interface StatusUpdate {
  serial: string
  bootId: number
  sequence: number
  json: string
}

/** Serialises a status so that its identity comes first, whatever order its members were made in. */
export function statusUpdateOf(status: DeviceStatus): StatusUpdate {
  const { bootId, sequence, serial } = status
  const json = JSON.stringify(status)
  if (json.startsWith(`{"bootId":${bootId},"sequence":${sequence},`)) return { serial, bootId, sequence, json }
  return { serial, bootId, sequence, json: JSON.stringify(Object.assign({ bootId, sequence }, status)) }
}

/**
 * Accepts the statuses of one partition in one Function call: each that is newer than the stored one is stored, appended to the
 * durable topic and published, atomically. Safe to repeat. Returns for each update whether it was accepted.
 */
export async function acceptStatuses(
  connection: RedisConnection,
  keys: Keys,
  partition: number,
  updates: readonly StatusUpdate[],
): Promise<boolean[]> {
  if (updates.length === 0) return []
  const functionKeys = [keys.stream(topic, partition), ...updates.map(({ serial }) => keys.status(serial))]
  const values = [keys.channel(topic, '')]
  for (const { bootId, sequence, serial, json } of updates) values.push(String(bootId), String(sequence), serial, json)
  const verdicts = String(await connection.call('sc1_accept', functionKeys, values))
  return [...verdicts].map((verdict) => verdict === '1')
}

/** The latest statuses of devices, as JSON, in the order asked for; undefined where a device has none. */
export async function readStatuses(
  connection: RedisConnection,
  keys: Keys,
  serials: readonly string[],
): Promise<(string | undefined)[]> {
  if (serials.length === 0) return []
  if (connection.url.kind === 'cluster') {
    const replies = serials.map((serial) => connection.command(keys.status(serial), ['GET', keys.status(serial)]))
    return (await Promise.all(replies)).map((reply) => (reply === null ? undefined : String(reply)))
  }
  const reply = await connection.command(undefined, ['MGET', ...serials.map(keys.status)])
  return (reply as (string | null)[]).map((value) => value ?? undefined)
}
