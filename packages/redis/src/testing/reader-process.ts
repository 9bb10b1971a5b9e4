/**
 * A reader in a process of its own, to be killed and frozen by tests. It accepts a status per message and writes one line per
 * handled message, before the batch is committed. Told by the environment: READER, INSTANCE, LEASE_MS, HANG_AT (the message at
 * which it waits for HANG_MS), FATAL (the payload that ends the process).
 */
import { writeSync } from 'node:fs'
import { createLog, pause } from '@stellacontrol/runtime'
import { acceptStatuses } from '../bus/statuses.ts'
import { messagesLog } from '../log/catalogue.ts'
import type { LogEntry } from '../log/entry.ts'
import { rawMessageOf } from '../log/message-queue.ts'
import { readLog } from '../log/read-log.ts'
import { openRedis } from '../redis.ts'

const { READER = '', INSTANCE = '', LEASE_MS = '', HANG_AT, HANG_MS = '0', FATAL } = process.env
const say = (line: string) => writeSync(1, `${line}\n`)
process.on('disconnect', () => process.exit(0))

const redis = openRedis({ name: INSTANCE, environment: process.env })
const readConnection = redis.openReader('queue', READER)
await Promise.all([redis.queue.ready(), redis.state.ready(), readConnection.ready()])

await readLog({
  log: messagesLog,
  reader: READER,
  instance: INSTANCE,
  keys: redis.keys,
  connection: redis.queue,
  readConnection,
  handle: async (batches) => {
    for (const { partition, entries } of batches) for (const entry of entries) await handle(partition, entry)
  },
  setAside: async (entry) => void say(`aside ${rawMessageOf(entry).receivedAt}`),
  isUnavailable: () => false,
  ...(LEASE_MS === '' ? {} : { leaseMs: Number(LEASE_MS) }),
  onBatch: () => void say('committed'),
  logger: createLog(INSTANCE, 'fatal'),
  signal: new AbortController().signal,
})

async function handle(partition: number, entry: LogEntry): Promise<void> {
  const { serial, receivedAt, payload } = rawMessageOf(entry)
  if (FATAL !== undefined && payload.toString() === FATAL) process.kill(process.pid, 'SIGKILL')
  if (String(receivedAt) === HANG_AT) {
    say('hang')
    await pause(Number(HANG_MS))
  }
  const json = `{"bootId":1,"sequence":${receivedAt},"serial":"${serial}"}`
  await acceptStatuses(redis.state, redis.keys, partition, [{ serial, bootId: 1, sequence: receivedAt, json }])
  say(`handled ${serial} ${receivedAt}`)
}
