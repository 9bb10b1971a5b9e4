import { type Database, HistoryDataError, writeHistory } from '@stellacontrol/database'
import { type DecodeResult, decodeReport } from '@stellacontrol/protocol'
import { type LogEntry, type PartitionBatch, rawMessageOf } from '@stellacontrol/redis'
import { messageOf } from '@stellacontrol/runtime'

export interface HistoryOutcome {
  stored: number
  duplicates: number
  setAside: number
}

/**
 * Stores a batch of all partitions in one transaction: rows, counters and the last stream id of each partition. Repeating it
 * changes nothing.
 */
export function handleHistory(
  database: Database,
  queueGeneration: string,
  batches: PartitionBatch[],
): Promise<HistoryOutcome> {
  const partitions = batches.map(({ partition, entries }) => ({
    partition,
    entries: entries.map((entry) => historyEntryOf(entry)),
  }))
  return store(database, queueGeneration, partitions)
}

/** Puts away an entry that PostgreSQL refuses although it answers. */
export async function setAsideEntry(
  database: Database,
  queueGeneration: string,
  entry: LogEntry,
  partition: number,
  error: unknown,
): Promise<HistoryOutcome> {
  const decoded: DecodeResult = { rejected: 'unstorable', detail: messageOf(error).slice(0, 500) }
  return store(database, queueGeneration, [{ partition, entries: [{ ...historyEntryOf(entry), decoded }] }])
}

/**
 * True if the entries may be what is wrong: PostgreSQL refused a value, or our own code could not make a row of it (a number that
 * fits nowhere is a RangeError). The batch is then divided until the entry that fails alone is found. After any other error, also
 * an unknown one, the batch comes again.
 */
export function isEntryToBlame(error: unknown): boolean {
  return error instanceof HistoryDataError || error instanceof RangeError || error instanceof TypeError
}

function historyEntryOf(entry: LogEntry) {
  const { serial, receivedAt, payload } = rawMessageOf(entry)
  return { id: entry.id, serial, receivedAt, payload, decoded: decodeReport(payload) }
}

async function store(
  database: Database,
  queueGeneration: string,
  partitions: Parameters<typeof writeHistory>[1]['partitions'],
): Promise<HistoryOutcome> {
  const results = await writeHistory(database, { queueGeneration, partitions, now: Date.now() })
  const outcome = { stored: 0, duplicates: 0, setAside: 0 }
  for (const result of results) {
    outcome.stored += result.stored
    outcome.duplicates += result.duplicates
    outcome.setAside += result.setAside
  }
  return outcome
}
