import type { Redis } from '../redis.ts'
import type { LogSpecification } from './catalogue.ts'

/** A lease that ended this long ago was not merely late. */
const lateMs = 10_000

/** How many partitions of a log no instance of a reader holds. */
export async function unownedPartitions(redis: Redis, log: LogSpecification, reader: string): Promise<number> {
  const connection = log.server === 'queue' ? redis.queue : redis.state
  const { keys } = redis
  const ends = await Promise.all(
    Array.from({ length: keys.partitions }, async (_, partition) => {
      const key = keys.readers(log.name, partition)
      return Number(await connection.command(key, ['HGET', key, `until:${reader}`]))
    }),
  )
  return ends.filter((until) => until < Date.now() - lateMs).length
}
