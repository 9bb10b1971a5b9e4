import { type Database, type LedgerPartition, readLedger, systemScope, withScope } from '@stellacontrol/database'
import { checkInstallation, inspectPartition, messagesLog, type PartitionState, type Redis } from '@stellacontrol/redis'
import { isSameMoment, type PartitionReading } from './balance-ledger.ts'

/** How often a partition that moves while it is read is read again. */
const maximumTries = 12

const nothingYet: LedgerPartition = { partition: 0, lastId: '0-0', stored: 0, duplicates: 0, setAside: 0 }

/**
 * Reads queue and history of every partition as of one moment each, although both move: PostgreSQL, Redis, PostgreSQL again,
 * and what history committed meanwhile is read again. What cannot be caught standing still in 12 tries is left as it was read
 * last; its difference then is not 0, and the next reading will show whether it persists.
 * @throws errors of Redis and PostgreSQL that are away
 */
export async function readPartitions(redis: Redis, database: Database): Promise<PartitionReading[]> {
  const generation = await generationOf(redis)
  const all = Array.from({ length: redis.keys.partitions }, (_, partition) => partition)
  const readings = new Map<number, PartitionReading>()
  let pending = all
  let before = await readHistorySide(database, generation)
  for (let attempt = 1; pending.length > 0 && attempt <= maximumTries; attempt++) {
    const states = await Promise.all(pending.map((partition) => inspect(redis, partition, before.get(partition))))
    const after = await readHistorySide(database, generation)
    for (const [position, partition] of pending.entries()) {
      const history = before.get(partition) ?? nothingYet
      readings.set(partition, { queue: states[position] as PartitionState, history })
    }
    const earlier = before
    pending = pending.filter((partition) => !isSameMoment(earlier.get(partition), after.get(partition)))
    before = after
  }
  return all.map((partition) => readings.get(partition) as PartitionReading)
}

function inspect(redis: Redis, partition: number, history: LedgerPartition | undefined): Promise<PartitionState> {
  const { lastId } = history ?? nothingYet
  return inspectPartition(redis.queue, redis.keys, { log: messagesLog, reader: 'history', partition, afterId: lastId })
}

async function readHistorySide(database: Database, generation: string): Promise<Map<number, LedgerPartition>> {
  const rows = await withScope(database, systemScope, (queries) => readLedger(queries, generation))
  return new Map(rows.map((row) => [row.partition, row]))
}

/** Read every time: a queue that lost its disk has a new generation, and its ledger starts anew. */
async function generationOf(redis: Redis): Promise<string> {
  const key = redis.keys.installation
  const known = await redis.queue.command(key, ['HGET', key, 'generation'])
  return known === null ? (await checkInstallation(redis)).generation : String(known)
}
