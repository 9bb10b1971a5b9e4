import type { Database, Queries } from '../database.ts'
import { findDeviceIds } from '../devices.ts'
import { listTimePartitions } from './time-partitions.ts'

/**
 * What a writing process remembers so that the hot path asks nothing twice. Only committed facts are remembered; all of it may be
 * forgotten at any time.
 */
export interface HistoryMemory {
  /** Serial -> device id. Devices are never removed, so a hit is always right; misses are asked again. */
  deviceIds: Map<string, number>
  /** Names of time partitions that exist. */
  partitions: Set<string>
  /** Open hours (epoch ms) with the devices that are already marked as due for their roll-up. */
  markedHours: Map<number, Set<number>>
}

const memories = new WeakMap<Database, HistoryMemory>()

export function memoryOf(database: Database): HistoryMemory {
  let memory = memories.get(database)
  if (memory === undefined) {
    memory = { deviceIds: new Map(), partitions: new Set(), markedHours: new Map() }
    memories.set(database, memory)
  }
  return memory
}

/** Fills the memory with the ids of all these serials that exist. */
export async function rememberDeviceIds(
  queries: Queries,
  memory: HistoryMemory,
  serials: Iterable<string>,
): Promise<void> {
  const missing = new Set<string>()
  for (const serial of serials) if (!memory.deviceIds.has(serial)) missing.add(serial)
  // A NUL can be no serial, and PostgreSQL takes none in a text.
  const askable = [...missing].filter((serial) => !serial.includes('\0'))
  if (askable.length === 0) return
  for (const [serial, id] of await findDeviceIds(queries, askable)) memory.deviceIds.set(serial, id)
}

export async function rememberTimePartitions(queries: Queries, memory: HistoryMemory): Promise<void> {
  memory.partitions = new Set((await listTimePartitions(queries)).map((partition) => partition.name))
}
