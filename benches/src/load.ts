import type { ServiceProcess, Stack } from '@stellacontrol/e2e'
import { waitFor } from '@stellacontrol/test-servers'
import { LatencyHistogram } from './latency-histogram.ts'
import type { LoadOrder, LoadReport } from './load-generator.ts'

/** The load generator as a process of its own, as its parent sees it. */
export class Load {
  private readonly process: ServiceProcess

  constructor(process: ServiceProcess) {
    this.process = process
  }

  /** Starts the generator and connects all its devices. */
  static async connect(
    stack: Stack,
    options: { inFlight: number; bootId?: number; ports?: number[]; authority?: string },
  ): Promise<Load> {
    const load = new Load(stack.helper('load-generator', 'benches/dist/load-generator.js'))
    const { devices } = stack
    const ports = options.ports ?? stack.mqttPorts
    const order: LoadOrder = { ports, devices, inFlight: options.inFlight, bootId: options.bootId ?? 1 }
    if (options.authority !== undefined) order.authority = options.authority
    load.process.send({ type: 'connect', order })
    await waitFor(async () => (await load.report()).connected === devices.length, {
      what: `${devices.length} connections`,
      // Two processor cores make a few hundred TLS handshakes a second, for both ends together.
      deadlineMs: options.authority === undefined ? 60_000 : 240_000,
      intervalMs: 100,
    })
    return load
  }

  get pid(): number {
    return this.process.pid
  }

  /** Closed loop without a rate, open loop with one. */
  start(reportsPerSecond?: number): void {
    this.process.send({ type: 'start', reportsPerSecond })
  }

  /** Changes the rate of an open loop that runs. */
  setRate(reportsPerSecond: number): void {
    this.process.send({ type: 'rate', reportsPerSecond })
  }

  stop(): void {
    this.process.send({ type: 'stop' })
  }

  /** Forgets the latencies so far. */
  reset(): void {
    this.process.send({ type: 'reset' })
  }

  report(): Promise<LoadReport> {
    return this.process.report()
  }

  /** Stops and waits until every message is acknowledged or has failed. */
  async settle(): Promise<LoadReport> {
    this.stop()
    return waitFor(
      async () => {
        const report = await this.report()
        return report.acknowledged + report.failed === report.sent ? report : undefined
      },
      { what: 'all acknowledgements', deadlineMs: 60_000, intervalMs: 100 },
    )
  }
}

/** p50, p99 and p99.9 of a histogram, in ms. */
export function percentiles(counts: number[]): { p50: number; p99: number; p999: number } {
  const histogram = new LatencyHistogram(counts)
  return { p50: histogram.percentile(0.5), p99: histogram.percentile(0.99), p999: histogram.percentile(0.999) }
}
