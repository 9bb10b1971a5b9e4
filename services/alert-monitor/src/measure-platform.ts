import { X509Certificate } from 'node:crypto'
import { readFile, statfs } from 'node:fs/promises'
import type { PlatformFigures } from '@stellacontrol/alerts'
import { countSetAsideSince, type Database } from '@stellacontrol/database'
import { inspectPartition, messagesLog, oldestUnreadAt, type Redis, unownedPartitions } from '@stellacontrol/redis'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** A full five-band report with its entry. */
const bytesPerEntry = 350

/** What one look needs of the one before: how many reports had come by when. */
export interface Arrivals {
  at: number
  entries: number
}

export interface PlatformSources {
  redis: Redis
  database: Database
  dataFolder: string | undefined
  certificates: readonly string[]
}

/** Measures the platform. What cannot be measured is absent: that somebody does not answer is told elsewhere. */
export async function measurePlatform(
  sources: PlatformSources,
  before: Arrivals | undefined,
  now: number,
): Promise<{ figures: PlatformFigures; arrivals: Arrivals | undefined }> {
  const { redis, database, dataFolder, certificates } = sources
  const figures: PlatformFigures = {}
  const attempt = async (measure: () => Promise<PlatformFigures>) => {
    Object.assign(figures, await measure().catch(() => ({})))
  }
  let arrivals: Arrivals | undefined
  await Promise.all([
    attempt(async () => {
      arrivals = { at: now, entries: await arrivedEntries(redis) }
      return queueFigures(await queueMemory(redis), before, arrivals)
    }),
    attempt(async () => {
      const oldest = await oldestUnreadAt(redis.queue, redis.keys, { log: messagesLog, reader: 'history' })
      return { historyLagMinutes: oldest === undefined ? 0 : (now - oldest) / 60_000 }
    }),
    attempt(async () => ({ partitionsWithoutOwner: await unownedPartitions(redis, messagesLog, 'live') })),
    attempt(async () => ({ setAsideLastHour: await countSetAsideSince(database, now - hourMs) })),
    attempt(async () => {
      if (dataFolder === undefined) return {}
      const { bavail, bsize } = await statfs(dataFolder)
      return { diskFreeGibibytes: (bavail * bsize) / 1024 ** 3 }
    }),
    attempt(async () => {
      const ends = await Promise.all(certificates.map(certificateEnd))
      return ends.length === 0 ? {} : { certificateDays: (Math.min(...ends) - now) / dayMs }
    }),
  ])
  return { figures, arrivals }
}

/** How full the queue is, and how long it would take what comes if nobody stored it. Pure. */
export function queueFigures(
  memory: { usedBytes: number; maximumBytes: number },
  before: Arrivals | undefined,
  after: Arrivals,
): PlatformFigures {
  const { usedBytes, maximumBytes } = memory
  if (maximumBytes === 0) return {}
  const figures: PlatformFigures = { queueFilledPercent: (usedBytes / maximumBytes) * 100 }
  const elapsedMs = before === undefined ? 0 : after.at - before.at
  if (before === undefined || elapsedMs <= 0) return figures
  const bytesPerHour = ((after.entries - before.entries) / elapsedMs) * hourMs * bytesPerEntry
  const hours = bytesPerHour <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, maximumBytes - usedBytes) / bytesPerHour
  return { ...figures, outageAllowanceHours: hours }
}

async function queueMemory({ queue }: Redis): Promise<{ usedBytes: number; maximumBytes: number }> {
  const text = String(await queue.command(undefined, ['INFO', 'memory']))
  const numberOf = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return { usedBytes: numberOf('used_memory'), maximumBytes: numberOf('maxmemory') }
}

async function arrivedEntries({ queue, keys }: Redis): Promise<number> {
  const partitions = Array.from({ length: keys.partitions }, (_, partition) => partition)
  const states = await Promise.all(
    partitions.map((partition) => inspectPartition(queue, keys, { log: messagesLog, reader: 'history', partition })),
  )
  return states.reduce((sum, { appended }) => sum + appended, 0)
}

async function certificateEnd(file: string): Promise<number> {
  return Date.parse(new X509Certificate(await readFile(file)).validTo)
}
