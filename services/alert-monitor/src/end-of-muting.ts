import { type Database, listUnannounced } from '@stellacontrol/database'
import { changeSharedIncident, type Redis, readIncident } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import type { Fleet } from './fleet.ts'

const lookEveryMs = 60_000

/**
 * What began in a maintenance window and is still there after it is announced after all; so is what came again while its throttle
 * kept it quiet, and outlasts that. Any number of instances may do it: the
 * first one announces. Runs until the signal aborts.
 */
export async function announceAfterMuting(
  options: { redis: Redis; database: Database; fleet: Fleet; log: Log; isOurs(): boolean },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(lookEveryMs, signal)
    if (!options.isOurs() || signal.aborted) continue
    try {
      await announceUnmuted(options, Date.now())
    } catch (error) {
      options.log.warn({ error: describe(error) }, 'muted.not-looked-at')
    }
  }
}

/** One look. Resolves to how many incidents were announced. */
export async function announceUnmuted(
  { redis, database, fleet }: { redis: Redis; database: Database; fleet: Fleet },
  now: number,
): Promise<number> {
  let announced = 0
  for (const { scope, rule, subject } of await listUnannounced(database)) {
    const device = fleet.watched(scope)
    if (device === undefined || fleet.isMuted(device, now)) continue
    const known = await readIncident(redis, scope, rule, subject ?? undefined)
    if (known === undefined || known.state !== 'open' || known.parentId !== undefined) continue
    const throttleMs = fleet.ruleNamed(fleet.rulesOf(device), rule)?.throttleMs ?? 0
    const alert = { ...known, version: 0 as const, at: new Date(now).toISOString() }
    const change = { do: 'raise', rule, subject: subject ?? undefined, alert, mayAnnounce: true, throttleMs } as const
    const after = await changeSharedIncident(redis, scope, change)
    if (after?.isAnnounced) announced++
  }
  return announced
}
