import { MessageType } from '@stellacontrol/protocol'
import { type Redis, subscribeMessage } from '@stellacontrol/redis'
import { backOffMs, describe, type Log, pause } from '@stellacontrol/runtime'
import type { Fleet } from './fleet.ts'

const everythingEveryMs = 60_000
const changesEveryMs = 500

/** Keeps the fleet in step with PostgreSQL: all of it every minute, and at once what was announced. Runs until the signal aborts. */
export async function followFleet(options: {
  fleet: Fleet
  redis: Redis
  log: Log
  signal: AbortSignal
}): Promise<void> {
  const { fleet, redis, log, signal } = options
  const changed = new Set<string>()
  let areRulesOld = false
  const note = ({ serialNumber }: { serialNumber: string }) => void changed.add(serialNumber)
  await redis.state.ready()
  await using _activated = await subscribeMessage({ type: MessageType.DeviceActivated, handler: note })
  await using _access = await subscribeMessage({ type: MessageType.DeviceAccessChanged, handler: note })
  await using _rules = await subscribeMessage({
    type: MessageType.AlertRulesChanged,
    handler: () => {
      areRulesOld = true
    },
  })
  let readAt = performance.now()
  for (let failures = 0; !signal.aborted; ) {
    await pause(changesEveryMs, signal)
    const serials = [...changed]
    try {
      if (performance.now() - readAt > everythingEveryMs) {
        await fleet.load()
        readAt = performance.now()
      } else {
        if (areRulesOld) await fleet.loadRules()
        if (serials.length > 0) await fleet.refresh(serials)
      }
      areRulesOld = false
      for (const serial of serials) changed.delete(serial)
      failures = 0
    } catch (error) {
      log.warn({ failures, error: describe(error) }, 'fleet.not-read')
      await pause(backOffMs(failures++, 10_000), signal)
    }
  }
}
