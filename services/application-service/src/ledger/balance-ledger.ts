import type { LedgerPartition } from '@stellacontrol/database'
import type { Ledger } from '@stellacontrol/protocol'
import type { PartitionState } from '@stellacontrol/redis'

/** One partition at one moment: what the queue counts, and what history has committed of it. */
export interface PartitionReading {
  queue: Pick<PartitionState, 'partition' | 'appended' | 'queued' | 'expired' | 'oldestQueuedAt'>
  history: Pick<LedgerPartition, 'stored' | 'duplicates' | 'setAside'>
}

const counts = ['appended', 'stored', 'duplicates', 'setAside', 'expired', 'queued', 'difference'] as const

/** Adds up the ledger. Pure. `allowanceHours` is measured elsewhere. */
export function balanceLedger(
  readings: readonly PartitionReading[],
  now: number,
  allowanceHours: number | null,
): Ledger {
  const partitions = readings.map(({ queue, history }) => {
    const { partition, appended, queued, expired } = queue
    const { stored, duplicates, setAside } = history
    const difference = appended - (stored + duplicates + setAside + expired + queued)
    return { partition, appended, stored, duplicates, setAside, expired, queued, difference }
  })
  const totals = Object.fromEntries(
    counts.map((name) => [name, partitions.reduce((sum, partition) => sum + partition[name], 0)]),
  ) as Record<(typeof counts)[number], number>
  const oldest = Math.min(...readings.map(({ queue }) => queue.oldestQueuedAt ?? Number.POSITIVE_INFINITY))
  return {
    ...totals,
    balanced: partitions.every(({ difference }) => difference === 0),
    partitions,
    oldestQueuedMs: Number.isFinite(oldest) ? Math.max(0, now - oldest) : 0,
    allowanceHours,
    at: new Date(now).toISOString(),
  }
}

/** True if history committed nothing between two readings of a partition: what was read in between is of the same moment. */
export function isSameMoment(before: LedgerPartition | undefined, after: LedgerPartition | undefined): boolean {
  if (before === undefined || after === undefined) return before === after
  return (
    before.lastId === after.lastId &&
    before.stored === after.stored &&
    before.duplicates === after.duplicates &&
    before.setAside === after.setAside
  )
}

/**
 * How long the queue can take messages that nobody fetches, in hours; null if it has no limit or nothing comes in. `bytesPerEntry`
 * is what one entry costs the server.
 */
export function allowanceHoursOf(options: {
  maximumBytes: number
  usedBytes: number
  entriesPerSecond: number
  bytesPerEntry: number
}): number | null {
  const { maximumBytes, usedBytes, entriesPerSecond, bytesPerEntry } = options
  if (maximumBytes === 0 || entriesPerSecond <= 0) return null
  const seconds = Math.max(0, maximumBytes - usedBytes) / (entriesPerSecond * bytesPerEntry)
  return Math.round((seconds / 3600) * 100) / 100
}
