import { setTimeout as delay } from 'node:timers/promises'
import { maintainPartitions } from '@stellacontrol/database'
import { addPerson, type Stack, signIn, startStack } from '@stellacontrol/e2e'
import { CountReader } from './counts.ts'
import { Load, percentiles } from './load.ts'
import type { PagesOrder } from './pages.ts'
import { usageOfTree } from './process-usage.ts'
import { measureSustained } from './sustained-rate.ts'

const devices = 500
const inFlight = 4
const warmUpMs = 3_000
/** Who look at the fifty pages. */
const people = 5

interface Side {
  messagesPerSecond: number
  freshnessMs: { p50: number; p99: number }
  readMs: { p50: number; p99: number }
  cpuSecondsPer1000Messages: number
  openLoopPerSecond: number
  failures: number
}

/** The design this one replaces against this one, in one run on one machine. */
export async function legacyBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  const legacy = await measureLegacy(seconds)
  const stella = await measureStella(seconds, legacy.openLoopPerSecond)
  const ratio = (left: number, right: number) => Math.round((left / right) * 100) / 100
  return {
    ratio: {
      throughput: ratio(stella.messagesPerSecond, legacy.messagesPerSecond),
      freshness: ratio(legacy.freshnessMs.p50, stella.freshnessMs.p50),
      readP99: ratio(legacy.readMs.p99, stella.readMs.p99),
      cpuPerMessage: ratio(legacy.cpuSecondsPer1000Messages, stella.cpuSecondsPer1000Messages),
    },
    legacy,
    stella,
  }
}

async function measureLegacy(seconds: number): Promise<Side> {
  await using stack = await startStack({ devices, receivers: 0, processors: 0 })
  await maintainPartitions(stack.database, { now: Date.now() })
  const service = stack.helper('legacy-service', 'benches/dist/legacy-service.js')
  const serials = stack.devices.map(({ serial }) => serial)
  const ready = service.message<{ mqttPort: number; httpPort: number; ids: number[] }>('ready')
  service.send({ type: 'start', serials })
  const { mqttPort, httpPort, ids } = await ready
  const pages = { kind: 'polling' as const, httpUrl: `http://127.0.0.1:${httpPort}`, cookies: [], serials, ids }
  const load = await Load.connect(stack, { inFlight, ports: [mqttPort] })
  const pids = [service.pid, stack.postgres.pid]
  return await measure(stack, load, pages, { pids, seconds, findThroughput: () => closedLoop(load, seconds) })
}

/** Every message is a row before it is acknowledged: what is acknowledged is stored. */
async function closedLoop(load: Load, seconds: number): Promise<number> {
  load.start()
  await delay(warmUpMs)
  const before = (await load.report()).acknowledged
  await delay(seconds * 1000)
  return Math.round(((await load.report()).acknowledged - before) / seconds)
}

async function measureStella(seconds: number, openLoopPerSecond: number): Promise<Side> {
  await using stack = await startStack({ devices, application: true })
  await using counts = new CountReader(stack)
  const cookies: string[] = []
  for (let person = 0; person < people; person++) {
    cookies.push(await signIn(stack.httpUrl, await addPerson(stack.database)))
  }
  const serials = stack.devices.map(({ serial }) => serial)
  const pages = { kind: 'live' as const, httpUrl: stack.httpUrl, cookies, serials, ids: [] }
  const load = await Load.connect(stack, { inFlight })
  const services = [...stack.receivers, ...stack.processors, stack.application].map((service) => service?.pid ?? 0)
  const servers = [stack.queue.pid, stack.state.pid, stack.postgres.pid]
  const findThroughput = async () =>
    (await measureSustained(load, counts, { seconds, readUsage: () => undefined })).messagesPerSecond
  return await measure(stack, load, pages, {
    pids: [...services, ...servers],
    seconds,
    findThroughput,
    openLoopPerSecond,
  })
}

interface Measuring {
  /** Whose processor time counts. */
  pids: number[]
  seconds: number
  /** The most messages a second that are acknowledged and stored. */
  findThroughput(): Promise<number>
  /** Half the throughput unless told. */
  openLoopPerSecond?: number
}

/** Throughput while pages look on; then freshness and reading at a rate that both can hold. */
async function measure(
  stack: Stack,
  load: Load,
  pagesOrder: Omit<PagesOrder, 'type'>,
  { pids, seconds, findThroughput, openLoopPerSecond: rate }: Measuring,
): Promise<Side> {
  const pages = stack.helper('pages', 'benches/dist/pages.js')
  const open = pages.message('ready')
  pages.send({ type: 'open', ...pagesOrder })
  await open
  const messagesPerSecond = await findThroughput()
  await load.settle()

  const openLoopPerSecond = rate ?? Math.floor(messagesPerSecond / 2)
  load.start(openLoopPerSecond)
  await delay(warmUpMs)
  pages.send({ type: 'reset' })
  const usedBefore = cpuSecondsOf(pids)
  const acknowledgedBefore = (await load.report()).acknowledged
  await delay(seconds * 1000)
  const cpuSeconds = cpuSecondsOf(pids) - usedBefore
  const acknowledged = (await load.report()).acknowledged - acknowledgedBefore
  const seen = await pages.report<{ freshnessMs: number[]; readMs: number[]; failures: number }>()
  await load.settle()
  return {
    messagesPerSecond,
    openLoopPerSecond,
    freshnessMs: percentiles(seen.freshnessMs),
    readMs: percentiles(seen.readMs),
    failures: seen.failures,
    cpuSecondsPer1000Messages: Math.round((cpuSeconds / acknowledged) * 1_000_000) / 1_000,
  }
}

function cpuSecondsOf(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + usageOfTree(pid).cpuSeconds, 0)
}
