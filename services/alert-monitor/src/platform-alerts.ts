import { randomUUID } from 'node:crypto'
import { evaluatePlatform, type PlatformEntries, platformRules } from '@stellacontrol/alerts'
import { changeSharedIncident, type FoundAlert } from '@stellacontrol/redis'
import { describe, type Log, pause } from '@stellacontrol/runtime'
import { type Arrivals, measurePlatform, type PlatformSources } from './measure-platform.ts'

/** The scope of the platform's own incidents. */
const scope = 'platform:all'
const lookEveryMs = 15_000
const throttleMs = 3_600_000

/**
 * The platform's own alerts: every quarter of a minute, by the instance that holds the first partition. What it remembers lies in
 * Redis, so that the next one goes on with it. Runs until the signal aborts.
 */
export async function watchPlatform(
  sources: PlatformSources & { log: Log; isOurs(): boolean },
  signal: AbortSignal,
): Promise<void> {
  let arrivals: Arrivals | undefined
  while (!signal.aborted) {
    await pause(lookEveryMs, signal)
    if (!sources.isOurs() || signal.aborted) continue
    try {
      arrivals = await lookAtPlatform(sources, arrivals, Date.now())
    } catch (error) {
      sources.log.warn({ error: describe(error) }, 'platform.not-looked-at')
    }
  }
}

/** One look. Resolves to what the next one needs. */
export async function lookAtPlatform(
  sources: PlatformSources,
  before: Arrivals | undefined,
  now: number,
): Promise<Arrivals | undefined> {
  const { redis } = sources
  const key = redis.keys.alertState(scope)
  const stored = (await redis.state.command(key, ['GET', key])) as string | null
  const known = stored === null ? {} : (JSON.parse(stored) as PlatformEntries)
  const { figures, arrivals } = await measurePlatform(sources, before, now)
  const { entries, decisions } = evaluatePlatform(known, figures, now)
  for (const decision of decisions) {
    const { name, unit, advice } = platformRules[decision.figure]
    const at = new Date(now).toISOString()
    const alert: FoundAlert = {
      ...{ id: randomUUID(), version: 0, rule: decision.rule, ruleName: name, class: 'processing' },
      ...{ severity: decision.severity, state: 'open', at, raisedAt: at, text: decision.text, advice },
      ...{ since: new Date(decision.since).toISOString(), repeats: 0, isAnnounced: false },
      ...(unit === '' ? {} : { unit }),
      ...(decision.value === undefined ? {} : { value: Math.round(decision.value * 10) / 10 }),
      ...(decision.threshold === undefined ? {} : { threshold: decision.threshold }),
      ...(decision.reason === undefined ? {} : { clearReason: decision.reason }),
    }
    const change = { do: decision.do, rule: decision.rule, subject: undefined, alert, mayAnnounce: true, throttleMs }
    await changeSharedIncident(redis, scope, change)
  }
  // Afterwards: what a crash makes come twice finds its incident open already.
  await redis.state.command(key, ['SET', key, JSON.stringify(entries)])
  return arrivals
}
