import { randomBytes } from 'node:crypto'
import {
  acceptStatuses,
  appendMessages,
  messagesLog,
  openRedis,
  type PartitionBatch,
  type RawMessage,
  type Redis,
  type RedisConnection,
  rawMessageOf,
  readLog,
  type StatusUpdate,
} from '@stellacontrol/redis'
import { pause } from '@stellacontrol/runtime'
import { startRedis, temporaryFolder } from '@stellacontrol/test-servers'

/** A full five-band report as it comes from a device, and its status as JSON. */
const payloadBytes = 260
const statusBytes = 2_000
const devices = 2_000
const appendBatch = 500
const acceptBatch = 200
const pacedPerSecond = 20_000

/** What one phase cost: of this process per message, and of each Redis per message. */
interface Cost {
  messagesPerSecond: number
  nodeMicroseconds: number
  queueMicroseconds: number
  stateMicroseconds: number
  nodeCores: number
}

/** How fast and how dear the log of packages/redis is, by itself: real servers with an fsync per batch, and nothing around it. */
export async function redisLogBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  const folder = temporaryFolder()
  const servers = await Promise.all(
    ['queue', 'state'].map((name) =>
      startRedis({ folder, name, durable: true, settings: { 'auto-aof-rewrite-percentage': '0' } }),
    ),
  )
  const [queue, state] = servers.map((server) => server.url)
  const redis = openRedis({ name: 'bench', environment: { REDIS_QUEUE_URL: queue, REDIS_STATE_URL: state } })
  try {
    await Promise.all([redis.queue.ready(), redis.state.ready()])
    const phaseMs = (seconds * 1000) / 4
    const append = await measure(redis, () => appendFor(redis, phaseMs))
    const read = await measure(redis, () => drain(redis, append.messages))
    const accept = await measure(redis, () => acceptFor(redis, phaseMs))
    const paced = await measure(redis, () => pacedFor(redis, phaseMs))
    return {
      payloadBytes,
      statusBytes,
      append: append.cost,
      readAndCommitByTwoReaders: read.cost,
      accept: accept.cost,
      paced: { wantedPerSecond: pacedPerSecond, ...paced.cost },
      serverMicrosecondsPerCall: {
        queue: await functionCosts(redis.queue),
        state: await functionCosts(redis.state),
      },
    }
  } finally {
    await redis[Symbol.asyncDispose]()
    await Promise.all(servers.map((server) => server.stop()))
  }
}

async function measure(redis: Redis, phase: () => Promise<number>): Promise<{ messages: number; cost: Cost }> {
  const servers = async () => [await cpuSeconds(redis.queue), await cpuSeconds(redis.state)] as const
  const [queueBefore, stateBefore] = await servers()
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const messages = await phase()
  const elapsedSeconds = (performance.now() - startedAt) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const [queueAfter, stateAfter] = await servers()
  const nodeSeconds = (cpu.user + cpu.system) / 1e6
  const perMessage = (value: number) => Math.round((value / messages) * 1e8) / 100
  return {
    messages,
    cost: {
      messagesPerSecond: Math.round(messages / elapsedSeconds),
      nodeMicroseconds: perMessage(nodeSeconds),
      queueMicroseconds: perMessage(queueAfter - queueBefore),
      stateMicroseconds: perMessage(stateAfter - stateBefore),
      nodeCores: Math.round((nodeSeconds / elapsedSeconds) * 100) / 100,
    },
  }
}

const payload = randomBytes(payloadBytes)
const rest = 'x'.repeat(statusBytes)
let sequence = 0

function nextMessages(count: number): RawMessage[] {
  const receivedAt = Date.now()
  return Array.from({ length: count }, () => ({ serial: serialOf(sequence++), receivedAt, payload }))
}

function serialOf(index: number): string {
  return `BENCH${String(index % devices).padStart(6, '0')}`
}

function updateOf(serial: string): StatusUpdate {
  const version = sequence++
  return { serial, bootId: 1, sequence: version, json: `{"bootId":1,"sequence":${version},"rest":"${rest}"}` }
}

/** Two appends under way, as the receiver does it. */
async function appendFor(redis: Redis, durationMs: number): Promise<number> {
  const endAt = performance.now() + durationMs
  let appended = 0
  const writer = async () => {
    while (performance.now() < endAt) {
      await appendMessages(redis.queue, redis.keys, nextMessages(appendBatch))
      appended += appendBatch
    }
  }
  await Promise.all([writer(), writer()])
  return appended
}

async function drain(redis: Redis, messages: number): Promise<number> {
  let missing = messages * messagesLog.requiredReaders.length
  await readAll(
    redis,
    () => missing <= 0,
    async (batches) => {
      for (const { entries } of batches) {
        for (const entry of entries) if (rawMessageOf(entry).payload.length === payloadBytes) missing--
      }
    },
  )
  return messages
}

async function acceptFor(redis: Redis, durationMs: number): Promise<number> {
  const endAt = performance.now() + durationMs
  const serials = Array.from({ length: devices }, (_, index) => serialOf(index))
  let accepted = 0
  const worker = async (partition: number) => {
    const ours = serials.filter((serial) => redis.keys.partitionOf(serial) === partition)
    for (let turn = 0; performance.now() < endAt; turn++) {
      const updates = Array.from({ length: acceptBatch }, (_, index) =>
        updateOf(ours[(turn * acceptBatch + index) % ours.length] as string),
      )
      const verdicts = await acceptStatuses(redis.state, redis.keys, partition, updates)
      accepted += verdicts.filter(Boolean).length
    }
  }
  await Promise.all([0, 1, 2, 3].map(worker))
  return accepted
}

/** Appends at a fixed rate while `live` accepts a status per message and `history` only reads: everything of the package at once. */
async function pacedFor(redis: Redis, durationMs: number): Promise<number> {
  let [appended, accepted, stored] = [0, 0, 0]
  let isOver = false
  const writing = (async () => {
    const startedAt = performance.now()
    while (performance.now() - startedAt < durationMs) {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * pacedPerSecond) - appended
      if (due < 1) {
        await pause(1)
        continue
      }
      const count = Math.min(due, 1_000)
      await appendMessages(redis.queue, redis.keys, nextMessages(count))
      appended += count
    }
    isOver = true
  })()
  const isDone = () => isOver && accepted >= appended && stored >= appended
  const reading = readAll(redis, isDone, async (batches, reader) => {
    if (reader === 'history') {
      for (const { entries } of batches) stored += entries.length
      return
    }
    await Promise.all(
      batches.map(async ({ partition, entries }) => {
        for (let start = 0; start < entries.length; start += acceptBatch) {
          const updates = entries.slice(start, start + acceptBatch).map(({ serial }) => updateOf(serial))
          await acceptStatuses(redis.state, redis.keys, partition, updates)
        }
        accepted += entries.length
      }),
    )
  })
  await Promise.all([writing, reading])
  return appended
}

async function readAll(
  redis: Redis,
  isDone: () => boolean,
  handle: (batches: PartitionBatch[], reader: string) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController()
  const readers = messagesLog.requiredReaders.map(async (reader) => {
    await using readConnection = redis.openReader('queue', reader)
    await readConnection.ready()
    await readLog({
      log: messagesLog,
      reader,
      instance: redis.instance,
      keys: redis.keys,
      connection: redis.queue,
      readConnection,
      handle: (batches) => handle(batches, reader),
      onTurn: () => {
        if (isDone()) stopping.abort()
      },
      setAside: async () => {},
      isUnavailable: () => false,
      signal: stopping.signal,
    })
  })
  await Promise.all(readers)
}

async function cpuSeconds(connection: RedisConnection): Promise<number> {
  const info = String(await connection.command(undefined, ['INFO', 'cpu']))
  const value = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1])
  return value('used_cpu_user') + value('used_cpu_sys')
}

async function functionCosts(connection: RedisConnection): Promise<Record<string, number>> {
  const info = String(await connection.command(undefined, ['INFO', 'commandstats']))
  const costs = [
    ...info.matchAll(/cmdstat_(fcall|xread|xadd|set|publish|xtrim):calls=(\d+),usec=\d+,usec_per_call=([\d.]+)/g),
  ]
  return Object.fromEntries(costs.map(([, command, , microseconds]) => [command, Number(microseconds)]))
}
