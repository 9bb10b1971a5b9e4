import { pause } from '@stellacontrol/runtime'
import { type PartitionBatch, parseReadReply } from './entry.ts'
import type { OwnedPartition } from './partition-leases.ts'
import type { ReaderOptions } from './read-partitions.ts'

/**
 * Cluster partitions lie on different nodes and cannot block in one command; they are polled. Nothing there: the pause doubles
 * from the first to the second value, so that an idle fleet costs little and a busy one is read at once.
 */
const clusterPollMs = { shortest: 5, longest: 80 }

/** A batch and the hold on its partition at the moment it was read. */
export interface HeldBatch extends PartitionBatch {
  owned: OwnedPartition
}

type FetchOptions = Pick<ReaderOptions, 'keys' | 'log' | 'readConnection' | 'signal'>

/** Reads what lies behind the cursors, waiting up to `waitMs` for the first entry. Returns at once when the signal aborts. */
export async function fetchBatches(
  options: FetchOptions,
  partitions: OwnedPartition[],
  limit: number,
  waitMs: number,
): Promise<HeldBatch[]> {
  const { keys, log, readConnection, signal } = options
  const byStream = new Map(partitions.map((partition) => [keys.stream(log.name, partition.partition), partition]))
  const replies = readConnection.url.kind === 'cluster' ? await poll() : [await read([...byStream.keys()], waitMs)]
  return batchesOf(replies)

  async function read(streams: string[], blockMs: number): Promise<unknown> {
    const cursors = streams.map((stream) => (byStream.get(stream) as OwnedPartition).cursor)
    const block = blockMs === 0 ? [] : ['BLOCK', String(blockMs)]
    const command = ['XREAD', 'COUNT', String(limit), ...block, 'STREAMS', ...streams, ...cursors]
    return untilAborted(readConnection.command(streams[0], command, { buffers: true }), signal)
  }

  async function poll(): Promise<unknown[]> {
    const giveUpAt = performance.now() + waitMs
    for (let pauseMs = clusterPollMs.shortest; ; pauseMs = Math.min(pauseMs * 2, clusterPollMs.longest)) {
      const replies = await Promise.all([...byStream.keys()].map((stream) => read([stream], 0)))
      if (signal.aborted || replies.some(Array.isArray) || performance.now() + pauseMs > giveUpAt) return replies
      await pause(pauseMs, signal)
    }
  }

  function batchesOf(replies: unknown[]): HeldBatch[] {
    const batches: HeldBatch[] = []
    for (const reply of replies) {
      for (const [stream, entries] of parseReadReply(reply)) {
        const owned = byStream.get(stream) as OwnedPartition
        batches.push({ partition: owned.partition, entries, epoch: owned.epoch, owned })
      }
    }
    return batches
  }
}

/** What `work` resolves to, or undefined at once when the signal aborts; a reader that stops does not sit out its BLOCK. */
function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
