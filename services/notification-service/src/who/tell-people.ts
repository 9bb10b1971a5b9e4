import type { AlertMessage } from '@stellacontrol/protocol'
import { applyIncident, dueLooks, forgetLook, type Redis, readTold } from '@stellacontrol/redis'
import type { Log } from '@stellacontrol/runtime'
import { type Decision, decideEvent, decideLook } from './decide-telling.ts'
import type { KeptDirectory } from './keep-directory.ts'
import type { ToldIncident } from './told-incident.ts'

/** Whoever decides at the same time as others tries again this often. */
const maximumTries = 5
const looksAtOnce = 200

export interface Telling {
  redis: Redis
  directory: KeptDirectory
  log: Log
  /** Epoch ms; tests put it forward. */
  now: () => number
}

/** Takes an event of an incident into the bundles of those who are told. Safe to repeat. */
export async function tellOfEvent(telling: Telling, message: AlertMessage): Promise<void> {
  const { directory, log, now } = telling
  const { serialNumber } = message.device
  const place = await directory.placeOf(serialNumber)
  if (place === undefined) {
    log.warn({ serial: serialNumber, rule: message.alert.rule }, 'notification.place-unknown')
    return
  }
  await decideAndApply(telling, message.alert.id, (before) =>
    decideEvent(before, message, { index: directory.current(), place, now: now() }),
  )
}

/**
 * Looks at the incidents of which time alone makes news. Returns how many it looked at.
 * @throws what went wrong first, after every one was tried
 */
export async function tellOfTime(telling: Telling): Promise<number> {
  const ids = await dueLooks(telling.redis, telling.now(), looksAtOnce)
  const failures: unknown[] = []
  for (const id of ids) await lookAt(telling, id).catch((error) => failures.push(error))
  if (failures.length > 0) throw failures[0]
  return ids.length
}

async function lookAt(telling: Telling, id: string): Promise<void> {
  const { redis, directory, now } = telling
  const told = await readTold(redis, id)
  const message = told === undefined ? undefined : (JSON.parse(told) as ToldIncident).message
  const place = message && (await directory.placeOf(message.device.serialNumber))
  if (place === undefined) return forgetLook(redis, id)
  const circumstances = () => ({ index: directory.current(), place, now: now() })
  await decideAndApply(telling, id, (before) => before && decideLook(before, circumstances()))
}

async function decideAndApply(
  { redis, now }: Telling,
  incidentId: string,
  decide: (before: ToldIncident | undefined) => Decision | undefined,
): Promise<void> {
  for (let tries = 0; tries < maximumTries; tries++) {
    const before = await readTold(redis, incidentId)
    const decision = decide(before === undefined ? undefined : JSON.parse(before))
    if (decision === undefined) return
    const { after, lifeMs, lookAt, tellings } = decision
    const applied = { incidentId, before, after: JSON.stringify(after), lifeMs, lookAt, now: now(), tellings }
    if (await applyIncident(redis, applied)) return
  }
  throw new Error(`incident ${incidentId} changes faster than anybody can be told`)
}
