import { setTimeout as delay } from 'node:timers/promises'
import { addPerson, signIn, startStack } from '@stellacontrol/e2e'
import { LatencyHistogram } from './latency-histogram.ts'
import { LiveClient } from './live-client.ts'
import { Load, percentiles } from './load.ts'

const devices = 500
const reportsPerSecond = 1_000
/** As many rows as a page shows; each device reports twice a second, below the coalescing limit of four. */
const watchedDevices = 500
const warmUpMs = 5_000

/** From a device's publish to a page's WebSocket, at 1,000 reports a second in open loop, and the devices' PUBACK. */
export async function latencyBench({ seconds }: { seconds: number }): Promise<Record<string, unknown>> {
  await using stack = await startStack({ devices, application: true })
  const cookie = await signIn(stack.httpUrl, await addPerson(stack.database))
  const histogram = new LatencyHistogram()
  const client = await LiveClient.open(stack.httpUrl, cookie, ({ status, receivedAt }) => {
    histogram.record(receivedAt - Date.parse(status.at))
  })
  client.watch(stack.devices.slice(0, watchedDevices).map(({ serial }) => serial))
  const load = await Load.connect(stack, { inFlight: 1 })
  load.start(reportsPerSecond)
  await delay(warmUpMs)
  load.reset()
  histogram.clear()
  await delay(seconds * 1000)
  const [{ pubackMs }, updates] = [await load.report(), histogram.count]
  await load.settle()
  client.close()
  return {
    openLoopPerSecond: reportsPerSecond,
    latencyMs: percentiles(histogram.counts),
    webSocketUpdates: updates,
    pubackMs: percentiles(pubackMs),
  }
}
