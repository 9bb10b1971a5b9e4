import { setTimeout as delay } from 'node:timers/promises'
import { startStack } from '@stellacontrol/e2e'
import { CountReader } from './counts.ts'
import { Load, percentiles } from './load.ts'
import { drained } from './sustained-rate.ts'

const devices = 500
const inFlight = 8

/**
 * The highest rate the receiver takes while the processors are frozen, and how fast the backlog drains afterwards. Nothing that
 * was acknowledged may be lost.
 */
export async function burstBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  await using stack = await startStack({ devices, environment: { STELLA_MQTT_REPORTS_PER_SECOND: '1000' } })
  await using counts = new CountReader(stack)
  const load = await Load.connect(stack, { inFlight })
  for (const processor of stack.processors) processor.pause()
  const memoryBefore = await counts.queueMemoryBytes()
  const startedAt = performance.now()
  load.start()
  await delay(seconds * 1000)
  const final = await load.settle()
  const filledSeconds = (performance.now() - startedAt) / 1000
  const memoryAfter = await counts.queueMemoryBytes()
  const { appended } = await counts.read()

  const drainStartedAt = performance.now()
  for (const processor of stack.processors) processor.resume()
  const end = await drained(counts)
  const drainSeconds = (performance.now() - drainStartedAt) / 1000
  return {
    acknowledgedPerSecond: Math.round(final.acknowledged / filledSeconds),
    acknowledged: final.acknowledged,
    failed: final.failed,
    pubackMs: percentiles(final.pubackMs),
    lost: Math.max(0, final.acknowledged - end.stored - end.setAside),
    stored: end.stored,
    filledSeconds: Math.round(filledSeconds * 10) / 10,
    drainSeconds: Math.round(drainSeconds * 10) / 10,
    drainedPerSecond: Math.round(appended / drainSeconds),
    queueBytesPerMessage: Math.round((memoryAfter - memoryBefore) / appended),
  }
}
