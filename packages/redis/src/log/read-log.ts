import { backOffMs, messageOf, pause } from '@stellacontrol/runtime'
import { leaseLost } from './commit-batches.ts'
import type { PartitionBatch } from './entry.ts'
import { isolate } from './isolate.ts'
import { type IsHeld, type ReaderOptions, readPartitions } from './read-partitions.ts'

export interface ReadLogOptions extends ReaderOptions {
  /**
   * Handles one batch, of several partitions at once, each in order. It must be safe to repeat. Throwing means "not done":
   * the batch comes again, divided until the entry that fails alone is found. Long work asks `isHeld` in between: a partition
   * that is not held any more is somebody else's already.
   */
  handle(batches: PartitionBatch[], isHeld: IsHeld): Promise<void>
}

/**
 * Reads a log until the signal aborts: takes part in the sharing of its partitions, handles batches in order per partition,
 * and commits what was handled. At least once: after a crash the last batch comes again.
 */
export function readLog(options: ReadLogOptions): Promise<void> {
  return readPartitions(options, async (batches, isHeld) => {
    await handleBatches(options, batches, isHeld)
    return batches
  })
}

/** Handles batches until they are done: repeats while a dependency is away, divides when the data is to blame. */
async function handleBatches(options: ReadLogOptions, batches: PartitionBatch[], isHeld: IsHeld): Promise<void> {
  const { signal, logger, log, reader, isUnavailable } = options
  let lost: Error | undefined
  await isolate({
    batches,
    handle: async (part) => {
      for (let attempt = 0; ; attempt++) {
        try {
          return await options.handle(part, isHeld)
        } catch (error) {
          const gone = part.find(({ partition }) => !isHeld(partition))
          if (gone) {
            lost = leaseLost(log, reader, gone.partition)
            throw lost
          }
          if (!isUnavailable(error) || signal.aborted) throw error
          if (attempt % 20 === 0) {
            const entries = part.reduce((sum, batch) => sum + batch.entries.length, 0)
            const fields = { log: log.name, reader, entries, attempt, error: messageOf(error) }
            logger?.warn(fields, 'log.waiting-for-dependency')
          }
          await pause(backOffMs(attempt), signal)
        }
      }
    },
    setAside: options.setAside,
    isUnavailable: (error) => error === lost || isUnavailable(error),
  })
}
