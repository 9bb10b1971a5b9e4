import { setTimeout as delay } from 'node:timers/promises'
import { type ServiceProcess, type Stack, startStack } from '@stellacontrol/e2e'
import { CountReader } from './counts.ts'
import { Load, percentiles } from './load.ts'
import { countValues, fullReport } from './load-payload.ts'
import { type Usage, usageOfTree } from './process-usage.ts'
import { drained, measureSustained } from './sustained-rate.ts'

const devices = 500
/** As the prototype that the goal was taken from: 500 connections with two messages in flight each. */
const inFlight = 2
const warmUpMs = 5_000

/**
 * How many full 5-band reports a second are acknowledged, accepted and stored, all three, with full durability; then the
 * latency from a device's publish to a durable subscriber under open-loop load at half that rate.
 */
export async function pipelineBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  await using stack = await startStack({ devices })
  await using counts = new CountReader(stack)
  const load = await Load.connect(stack, { inFlight })

  const sustained = await measureSustained(load, counts, { seconds, readUsage: () => usages(stack, load) })
  const { messagesPerSecond, perSecond, acknowledged, backlogAtEnd, elapsedSeconds, usage } = sustained
  const subscriber = stack.helper('bench-subscriber', 'benches/dist/durable-subscriber.js')
  const latencyMs = await measureLatency(load, subscriber, Math.floor(messagesPerSecond / 2))
  const final = await load.settle()
  const end = await drained(counts)
  const received = await subscriber.report<{ received: number; outOfOrder: number }>()
  const queueBytesPerMessage = await measureQueueBytes(stack, counts, load)

  return {
    messagesPerSecond,
    perSecond,
    connections: devices,
    inFlightPerConnection: inFlight,
    backlogAtEnd,
    sustainedSeconds: Math.round(elapsedSeconds),
    valuesPerMessage: countValues(fullReport(0)),
    acknowledged: final.acknowledged,
    ...{ stored: end.stored, setAside: end.setAside, queued: end.queued, duplicates: await duplicateRows(stack) },
    lost: Math.max(0, final.acknowledged - end.stored - end.setAside - end.queued),
    durableSubscriber: received,
    latencyMs,
    cpuSecondsPer1000Messages: cpuPer1000(usage, acknowledged),
    cpuShare: cpuShares(usage, elapsedSeconds),
    rssMiB: Object.fromEntries(Object.entries(usage.after).map(([name, { rssMiB }]) => [name, rssMiB])),
    queueBytesPerMessage,
  }
}

async function measureLatency(load: Load, subscriber: ServiceProcess, rate: number): Promise<Record<string, unknown>> {
  load.start(rate)
  await delay(warmUpMs)
  load.reset()
  subscriber.send({ type: 'reset' })
  await delay(20_000)
  const [{ latencyMs }, { pubackMs }] = await Promise.all([subscriber.report<{ latencyMs: number[] }>(), load.report()])
  return { openLoopPerSecond: rate, ...percentiles(latencyMs), puback: percentiles(pubackMs) }
}

/** Memory of the queue per waiting message, measured with the processors frozen. */
async function measureQueueBytes(stack: Stack, counts: CountReader, load: Load): Promise<number> {
  for (const processor of stack.processors) processor.pause()
  const before = { bytes: await counts.queueMemoryBytes(), appended: (await counts.read()).appended }
  load.start(5_000)
  await delay(4_000)
  await load.settle()
  const after = { bytes: await counts.queueMemoryBytes(), appended: (await counts.read()).appended }
  for (const processor of stack.processors) processor.resume()
  return Math.round((after.bytes - before.bytes) / (after.appended - before.appended))
}

/** Rows whose report stands in the history more than once: must be 0. */
async function duplicateRows(stack: Stack): Promise<number> {
  const rows = await stack.database.query<{ repeats: string }>(
    'select coalesce(sum(n - 1), 0) as repeats from (select count(*) as n from report group by device_id, boot_id, seq) r',
  )
  return Number(rows[0]?.repeats ?? 0)
}

function usages(stack: Stack, load: Load): Record<string, Usage> {
  return {
    'message-receiver': usageOfTree(stack.receivers[0]?.pid ?? 0),
    'message-processor': usageOfTree(stack.processors[0]?.pid ?? 0),
    'redis-queue': usageOfTree(stack.queue.pid),
    'redis-state': usageOfTree(stack.state.pid),
    postgres: usageOfTree(stack.postgres.pid),
    'load-generator': usageOfTree(load.pid),
  }
}

type Usages = Record<'before' | 'after', Record<string, Usage>>

function cpuPer1000({ before, after }: Usages, messages: number): number {
  let seconds = 0
  for (const [name, usage] of Object.entries(after)) {
    if (name !== 'load-generator') seconds += usage.cpuSeconds - (before[name]?.cpuSeconds ?? 0)
  }
  return Math.round((seconds / messages) * 1_000_000) / 1_000
}

/** Cores used by each process, e.g. 0.52. */
function cpuShares({ before, after }: Usages, seconds: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, usage]) => {
      const used = usage.cpuSeconds - (before[name]?.cpuSeconds ?? 0)
      return [name, Math.round((used / seconds) * 100) / 100]
    }),
  )
}
