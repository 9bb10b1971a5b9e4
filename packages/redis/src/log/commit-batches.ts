import { CodedError } from '@stellacontrol/runtime'
import type { LogSpecification } from './catalogue.ts'
import type { HeldBatch } from './fetch-batches.ts'
import type { PartitionLeases } from './partition-leases.ts'
import type { ReaderOptions } from './read-partitions.ts'

/** Somebody else reads the partition now; what was handled here and not committed comes again there. */
export function leaseLost(log: LogSpecification, reader: string, partition: number): CodedError {
  return new CodedError('lease-lost', `${reader} does not hold partition ${partition} of ${log.name} any more`)
}

export function isLeaseLost(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'lease-lost'
}

/**
 * Moves the cursors behind what is done: one call for all partitions, or one each on a Cluster. Safe to repeat. Returns the
 * batches whose lease still held.
 */
export async function commitBatches(
  options: Pick<ReaderOptions, 'connection' | 'keys' | 'log' | 'reader' | 'logger'>,
  leases: PartitionLeases,
  batches: HeldBatch[],
  careful: boolean,
): Promise<HeldBatch[]> {
  const { connection, keys, log, reader, logger } = options
  const ours = batches.filter(({ owned }) => leases.isOwned(owned))
  const groups = connection.url.kind === 'cluster' ? ours.map((batch) => [batch]) : [ours]
  const results = await Promise.allSettled(groups.map(commit))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
  return ours.filter(({ owned }) => leases.isOwned(owned))

  async function commit(group: HeldBatch[]): Promise<void> {
    if (group.length === 0) return
    const streamKeys: string[] = []
    const values = [reader, log.requiredReaders.join(' ')]
    for (const { partition, entries, owned } of group) {
      const last = entries.at(-1)?.id ?? owned.cursor
      streamKeys.push(keys.stream(log.name, partition), keys.readers(log.name, partition))
      values.push(String(owned.epoch), owned.cursor, last, String(entries.length), careful ? '1' : '0')
    }
    const trimmed = (await connection.call('sc1_commit', streamKeys, values)) as number[]
    for (const [index, { partition, entries, owned }] of group.entries()) {
      if (trimmed[index] === -1) {
        logger?.warn({ log: log.name, reader, partition }, 'log.lease-lost')
        leases.lost(owned)
      } else {
        owned.cursor = entries.at(-1)?.id ?? owned.cursor
        if (!careful) owned.stuckTakeovers = 0
      }
    }
  }
}
