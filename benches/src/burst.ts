import { setTimeout as delay } from 'node:timers/promises'
import { type Stack, startStack } from '@stellacontrol/e2e'
import { CountReader } from './counts.ts'
import { Load, percentiles } from './load.ts'
import { drained } from './sustained-rate.ts'

const devices = 500
const inFlight = 8
/** What the receiver must take at least while nothing is processed. */
const goalPerSecond = 15_000

/**
 * The highest rate the receiver takes while the processors are frozen, and how fast the backlog drains afterwards; then the same
 * with the rate that is the goal. Nothing that was acknowledged may be lost.
 */
export async function burstBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  await using stack = await startStack({ devices, environment: { STELLA_MQTT_REPORTS_PER_SECOND: '1000' } })
  await using counts = new CountReader(stack)
  const load = await Load.connect(stack, { inFlight })
  const highest = await burst(stack, load, counts, { seconds })
  const atGoal = await burst(stack, load, counts, { seconds, reportsPerSecond: goalPerSecond })
  return { ...highest, atGoal }
}

async function burst(
  stack: Stack,
  load: Load,
  counts: CountReader,
  { seconds, reportsPerSecond }: { seconds: number; reportsPerSecond?: number },
): Promise<Record<string, unknown>> {
  const before = { ...(await load.report()), ...(await counts.read()), bytes: await counts.queueMemoryBytes() }
  load.reset()
  for (const processor of stack.processors) processor.pause()
  const startedAt = performance.now()
  load.start(reportsPerSecond)
  await delay(seconds * 1000)
  const final = await load.settle()
  const filledSeconds = (performance.now() - startedAt) / 1000
  const bytes = (await counts.queueMemoryBytes()) - before.bytes
  const acknowledged = final.acknowledged - before.acknowledged

  const drainStartedAt = performance.now()
  for (const processor of stack.processors) processor.resume()
  const end = await drained(counts)
  const drainSeconds = (performance.now() - drainStartedAt) / 1000
  const stored = end.stored - before.stored
  const acknowledgedPerSecond = Math.round(acknowledged / filledSeconds)
  const drainedPerSecond = Math.round(stored / drainSeconds)
  return {
    acknowledgedPerSecond,
    acknowledged,
    failed: final.failed - before.failed,
    pubackMs: percentiles(final.pubackMs),
    lost: Math.max(0, acknowledged - stored - (end.setAside - before.setAside)),
    stored,
    filledSeconds: Math.round(filledSeconds * 10) / 10,
    drainSeconds: Math.round(drainSeconds * 10) / 10,
    drainedPerSecond,
    drainsFasterThanItFilled: drainedPerSecond > acknowledgedPerSecond,
    queueBytesPerMessage: Math.round(bytes / acknowledged),
  }
}
