import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import type { LogSpecification } from './catalogue.ts'

/**
 * When the oldest entry was appended that this reader has not committed, over all partitions, in epoch ms; undefined if it has
 * read everything. Two small commands per partition: cheap enough to ask every second, however long the backlog is.
 */
export async function oldestUnreadAt(
  connection: RedisConnection,
  keys: Keys,
  options: { log: LogSpecification; reader: string },
): Promise<number | undefined> {
  const { log, reader } = options
  const moments = await Promise.all(
    Array.from({ length: keys.partitions }, async (_, partition) => {
      const readers = keys.readers(log.name, partition)
      const stream = keys.stream(log.name, partition)
      const cursor = (await connection.command(readers, ['HGET', readers, `cursor:${reader}`])) as string | null
      const command = ['XRANGE', stream, cursor ? `(${cursor}` : '-', '+', 'COUNT', '1']
      const [first] = (await connection.command(stream, command, { buffers: true })) as [Buffer][]
      return first === undefined ? undefined : Number(first[0].toString('latin1').split('-')[0])
    }),
  )
  const known = moments.filter((moment) => moment !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
