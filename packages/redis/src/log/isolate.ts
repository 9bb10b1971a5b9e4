import type { LogEntry, PartitionBatch } from './entry.ts'

/**
 * Handles batches; when that fails for the data's sake, handles their parts, down to single entries, and sets aside only an
 * entry that fails alone. Order within a partition is kept: a left half is done before its right half is begun.
 * Errors for which `isUnavailable` holds are thrown on, as they say nothing about the data.
 */
export async function isolate(options: {
  batches: PartitionBatch[]
  handle(batches: PartitionBatch[]): Promise<void>
  setAside(entry: LogEntry, partition: number, error: unknown): Promise<void>
  isUnavailable(error: unknown): boolean
}): Promise<void> {
  const { handle, setAside, isUnavailable } = options
  await attempt(options.batches.filter((batch) => batch.entries.length > 0))

  async function attempt(batches: PartitionBatch[]): Promise<void> {
    if (batches.length === 0) return
    try {
      await handle(batches)
    } catch (error) {
      if (isUnavailable(error)) throw error
      const [first] = batches
      if (batches.length > 1) {
        for (const batch of batches) await attempt([batch])
      } else if (first && first.entries.length > 1) {
        const middle = first.entries.length >> 1
        await attempt([{ partition: first.partition, entries: first.entries.slice(0, middle) }])
        await attempt([{ partition: first.partition, entries: first.entries.slice(middle) }])
      } else if (first?.entries[0]) {
        await setAside(first.entries[0], first.partition, error)
      }
    }
  }
}
