import { type DeviceState, learnHistory, type PastHour } from '@stellacontrol/alerts'
import { type Database, readPastLevels } from '@stellacontrol/database'
import { bandName } from '@stellacontrol/protocol'
import { commitStates, type HeldPartition, type Redis, readAlertStates } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import type { Fleet } from './fleet.ts'

const startAfterMs = 60_000
/** History that is loaded late is found at the next round. */
const roundEveryMs = 600_000
const devicesAtOnce = 50
const pauseMs = 200
/** Five working days lie in this, holidays included. */
const pastMs = 14 * 86_400_000

export interface PastLearnerOptions {
  redis: Redis
  database: Database
  fleet: Fleet
  reader: string
  log: Log
  /** The partitions that are ours. */
  held(): readonly HeldPartition[]
  /** Nothing else happens to a partition meanwhile. */
  inTurn<Result>(partition: number, work: () => Promise<Result>): Promise<Result>
}

/**
 * Gives bands their own normal from history, where the evaluator has not seen enough of them: after an upgrade, a lost Redis, or
 * a past that devices sent afterwards. Runs until the signal aborts.
 */
export async function learnPast(options: PastLearnerOptions, signal: AbortSignal): Promise<void> {
  await pause(startAfterMs, signal)
  while (!signal.aborted) {
    for (const held of options.held()) {
      try {
        if (!signal.aborted) await learnPartition(options, held, signal)
      } catch (error) {
        options.log.warn({ partition: held.partition, error: describe(error) }, 'past.not-learned')
      }
    }
    await pause(roundEveryMs, signal)
  }
}

async function learnPartition(options: PastLearnerOptions, held: HeldPartition, signal: AbortSignal): Promise<void> {
  const { fleet, redis } = options
  const serials = [...fleet.all()]
    .map(({ serial }) => serial)
    .filter((serial) => redis.keys.partitionOf(serial) === held.partition && fleet.watched(serial) !== undefined)
  for (let start = 0; start < serials.length && !signal.aborted; start += devicesAtOnce) {
    await learnDevices(options, held, serials.slice(start, start + devicesAtOnce))
    await pause(pauseMs, signal)
  }
}

/** Teaches devices their past. Resolves to how many bands have a normal now that had none. */
export async function learnDevices(
  options: Pick<PastLearnerOptions, 'redis' | 'database' | 'fleet' | 'reader' | 'log' | 'inTurn'>,
  held: HeldPartition,
  serials: readonly string[],
): Promise<number> {
  const { redis, database, fleet, reader, log, inTurn } = options
  const lacking = [...(await statesOf(redis, serials))]
    .filter(([, state]) => lacksNormal(state))
    .map(([serial]) => serial)
  if (lacking.length === 0) return 0
  const past = new Map<string, PastHour[]>()
  for (const { serial, band, ...hour } of await readPastLevels(database, lacking, Date.now() - pastMs)) {
    const key = `${serial} ${bandName(band)}`
    past.set(key, [...(past.get(key) ?? []), hour])
  }
  if (past.size === 0) return 0
  // Read again: reports came meanwhile, and from here on none does.
  return inTurn(held.partition, async () => {
    let learned = 0
    const updates: { serial: string; state: string }[] = []
    for (const [serial, state] of await statesOf(redis, lacking)) {
      const timeZone = fleet.watched(serial)?.timeZone ?? 'UTC'
      const bands = Object.fromEntries(
        Object.entries(state.bands).map(([name, band]) => [
          name,
          learnHistory(band, past.get(`${serial} ${name}`) ?? [], timeZone),
        ]),
      )
      const news = Object.keys(bands).filter((name) => bands[name] !== state.bands[name]).length
      if (news > 0) updates.push({ serial, state: JSON.stringify({ ...state, bands }) })
      learned += news
    }
    await commitStates(redis.state, redis.keys, held, reader, updates)
    if (learned > 0) log.info({ partition: held.partition, devices: updates.length, bands: learned }, 'past.learned')
    return learned
  })
}

async function statesOf(redis: Redis, serials: readonly string[]): Promise<Map<string, DeviceState>> {
  const states = await readAlertStates(redis.state, redis.keys, serials)
  const known = serials.flatMap((serial, index) => {
    const json = states[index]
    return json === undefined ? [] : [[serial, JSON.parse(json) as DeviceState] as const]
  })
  return new Map(known)
}

function lacksNormal({ bands }: DeviceState): boolean {
  return Object.values(bands).some(({ normal }) => normal === undefined)
}
