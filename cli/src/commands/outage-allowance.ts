import { setTimeout as delay } from 'node:timers/promises'
import { inspectPartition, messagesLog, openRedis, type Redis } from '@stellacontrol/redis'
import type { Environment } from '@stellacontrol/runtime'
import { type Finding, judgeAllowance, parseInformation } from './doctor-judgements.ts'

/** Long enough for a fleet that reports every ten seconds to be seen. */
const sampleMs = 3_000
/** A full five-band report with its entry, where the queue is empty and cannot be asked. */
const assumedBytesPerEntry = 350

/** Looks at the queue for three seconds and judges how long PostgreSQL may be away. */
export async function measureAllowance(environment: Environment): Promise<Finding> {
  await using redis = openRedis({ name: 'doctor', environment })
  const queue = await redis.queue.ready()
  const before = await appendedEntries(redis)
  await delay(sampleMs)
  const after = await appendedEntries(redis)
  const information = parseInformation(String(await queue.command(undefined, ['INFO', 'memory'])))
  const maximumBytes = Number(information.get('maxmemory')) || Number(information.get('total_system_memory'))
  return judgeAllowance({
    freeBytes: Math.max(0, maximumBytes - Number(information.get('used_memory'))),
    entriesPerSecond: (after - before) / (sampleMs / 1_000),
    bytesPerEntry: assumedBytesPerEntry,
  })
}

async function appendedEntries(redis: Redis): Promise<number> {
  const partitions = Array.from({ length: redis.configuration.STELLA_PARTITIONS }, (_, partition) => partition)
  const states = await Promise.all(
    partitions.map((partition) =>
      inspectPartition(redis.queue, redis.keys, { log: messagesLog, reader: 'history', partition }),
    ),
  )
  return states.reduce((sum, { appended }) => sum + appended, 0)
}
