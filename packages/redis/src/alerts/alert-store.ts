import { type Alert, messageTopics } from '@stellacontrol/protocol'
import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import { statusLog } from '../log/catalogue.ts'
import type { HeldPartition } from '../log/entry.ts'
import type { Redis } from '../redis.ts'

/** An incident as it is first said; the Function decides whether it is a new one. `hiddenBy` names the field of its cause. */
export type FoundAlert = Omit<Alert, 'version'> & { version: 0; hiddenBy?: string | undefined }

export interface AlertChangeOf {
  do: 'raise' | 'clear'
  rule: string
  subject: string | undefined
  alert: FoundAlert
  /** False = recorded, and nobody is told. */
  mayAnnounce: boolean
  throttleMs: number
}

/** What is to be written of one device. */
export interface AlertUpdate {
  serial: string
  /** What the evaluator remembers, as JSON. */
  state: string
  /** Epoch ms; undefined = time alone changes nothing. */
  deadlineAt: number | 'as-it-was' | undefined
  changes: AlertChangeOf[]
}

/** One Function call takes at most this many devices, so that Redis stays responsive. */
const devicesPerCall = 100
const { topic } = messageTopics.Alert

/** What the evaluator remembers of devices, in the order asked for; undefined where there is nothing. */
export async function readAlertStates(
  connection: RedisConnection,
  keys: Keys,
  serials: readonly string[],
): Promise<(string | undefined)[]> {
  const [first] = serials
  if (first === undefined) return []
  const reply = await connection.command(keys.alertState(first), ['MGET', ...serials.map(keys.alertState)])
  return (reply as (string | null)[]).map((value) => value ?? undefined)
}

/** Devices of a partition whose deadline has come, earliest first. */
export async function readDueDevices(
  connection: RedisConnection,
  keys: Keys,
  options: { partition: number; now: number; limit: number },
): Promise<string[]> {
  const key = keys.alertDeadlines(options.partition)
  const range = ['ZRANGE', key, '-inf', String(options.now), 'BYSCORE', 'LIMIT', '0', String(options.limit)]
  return (await connection.command(key, range)) as string[]
}

/**
 * Writes what was decided about devices of one partition: atomic per hundred of them, and safe to repeat. False if the partition
 * belongs to another instance now; what that one reads is then what was written before.
 */
export async function commitAlerts(
  connection: RedisConnection,
  keys: Keys,
  { partition, epoch }: HeldPartition,
  reader: string,
  updates: readonly AlertUpdate[],
): Promise<boolean> {
  for (let start = 0; start < updates.length; start += devicesPerCall) {
    const part = updates.slice(start, start + devicesPerCall)
    const functionKeys = [
      keys.stream(topic, partition),
      keys.readers(statusLog.name, partition),
      keys.alertDeadlines(partition),
    ]
    const values = [reader, String(epoch), keys.channel(topic, ''), String(part.length)]
    for (const update of part) addUpdate(keys, update, functionKeys, values)
    if ((await connection.call('sc1_alert_commit', functionKeys, values)) !== 1) return false
  }
  return true
}

/** Writes what the evaluator remembers of devices and nothing else. False if the partition belongs to another instance now. */
export function commitStates(
  connection: RedisConnection,
  keys: Keys,
  held: HeldPartition,
  reader: string,
  states: readonly { serial: string; state: string }[],
): Promise<boolean> {
  const updates = states.map((one) => ({ ...one, deadlineAt: 'as-it-was' as const, changes: [] }))
  return commitAlerts(connection, keys, held, reader, updates)
}

function addUpdate(keys: Keys, update: AlertUpdate, functionKeys: string[], values: string[]): void {
  const { serial, state, deadlineAt, changes } = update
  functionKeys.push(keys.alertState(serial), keys.incidents(serial))
  values.push(serial, state, deadlineText(deadlineAt), String(changes.length))
  for (const change of changes) {
    functionKeys.push(keys.alertThrottle(serial, change.rule, change.subject))
    values.push(change.do, fieldOf(change), JSON.stringify(change.alert), change.mayAnnounce ? '1' : '0')
    values.push(String(change.throttleMs))
  }
}

function deadlineText(deadlineAt: AlertUpdate['deadlineAt']): string {
  if (deadlineAt === 'as-it-was') return '-'
  return deadlineAt === undefined ? '' : String(Math.ceil(deadlineAt))
}

/** Raises or clears an incident of what is no device: `site:<id>`, `area:<name>`. Resolves to it as it is now. */
export async function changeSharedIncident(
  { state, keys }: Redis,
  scope: string,
  change: AlertChangeOf,
): Promise<Alert | undefined> {
  const functionKeys = [
    keys.stream(topic, keys.partitionOf(scope)),
    keys.incidents(scope),
    keys.alertThrottle(scope, change.rule, change.subject),
  ]
  const values = [keys.channel(topic, ''), scope, change.do, fieldOf(change), JSON.stringify(change.alert)]
  values.push(change.mayAnnounce ? '1' : '0', String(change.throttleMs))
  const reply = await state.call('sc1_alert_raise', functionKeys, values)
  return reply === '' ? undefined : (JSON.parse(String(reply)) as Alert)
}

/** The incident of a device (or what stands for one) under a rule, open or over; undefined if there never was one. */
export async function readIncident(
  { state, keys }: Redis,
  scope: string,
  rule: string,
  subject?: string,
): Promise<Alert | undefined> {
  const key = keys.incidents(scope)
  const reply = (await state.command(key, ['HGET', key, fieldOf({ rule, subject })])) as string | null
  return reply === null ? undefined : (JSON.parse(reply) as Alert)
}

function fieldOf({ rule, subject }: { rule: string; subject: string | undefined }): string {
  return subject === undefined ? rule : `${rule}:${subject}`
}

/** When the platform could not hear the devices of a partition. */
export interface AlertWatch {
  /** Epoch ms until which they were surely heard. */
  heardUntil: number
  /** Times of not hearing, epoch ms, oldest first. */
  outages: [from: number, to: number][]
}

export async function readAlertWatch(
  connection: RedisConnection,
  keys: Keys,
  partition: number,
): Promise<AlertWatch | undefined> {
  const key = keys.alertWatch(partition)
  const reply = (await connection.command(key, ['GET', key])) as string | null
  return reply === null ? undefined : (JSON.parse(reply) as AlertWatch)
}

export async function writeAlertWatch(
  connection: RedisConnection,
  keys: Keys,
  partition: number,
  watch: AlertWatch,
): Promise<void> {
  const key = keys.alertWatch(partition)
  await connection.command(key, ['SET', key, JSON.stringify(watch)])
}
