import type { RedisConnection } from '../connection.ts'
import type { Keys } from '../keys.ts'
import type { LogSpecification } from './catalogue.ts'

/**
 * Makes a reader known in every partition, at the place where new readers of this log start; one that is known stays where it
 * is. From then on nothing is trimmed that it has not read, whether or not an instance of it runs.
 */
export async function registerReader(
  connection: RedisConnection,
  keys: Keys,
  log: LogSpecification,
  reader: string,
): Promise<void> {
  await Promise.all(
    Array.from({ length: keys.partitions }, (_, partition) => {
      const partitionKeys = [keys.stream(log.name, partition), keys.readers(log.name, partition)]
      return connection.call('sc1_register', partitionKeys, [reader, log.newReaderStarts])
    }),
  )
}

/**
 * Removes a reader for good: it no longer holds back trimming, and begins anew if it ever comes back. For readers whose service
 * was taken out of operation.
 */
export async function forgetReader(
  connection: RedisConnection,
  keys: Keys,
  log: LogSpecification,
  reader: string,
): Promise<void> {
  for (let partition = 0; partition < keys.partitions; partition++) {
    await connection.call('sc1_forget', [keys.readers(log.name, partition)], [reader])
  }
}
