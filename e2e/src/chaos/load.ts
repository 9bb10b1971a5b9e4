import { type FaultSpecification, type Simulation, startSimulation } from '@stellacontrol/simulator'
import { waitFor } from '@stellacontrol/test-servers'
import type { Installation } from './installation.ts'

/** Real fleets are never clean: the first devices of every load misbehave, each in one way. */
const unruly = [
  { fault: 'duplicate-reports' },
  { fault: 'duplicate-reports' },
  { fault: 'out-of-order-reports' },
  { fault: 'out-of-order-reports' },
  { fault: 'truncated-message' },
  { fault: 'truncated-message' },
  { fault: 'newer-firmware' },
  { fault: 'older-firmware' },
  { fault: 'sentinel-leak' },
  { fault: 'clock-jump' },
  { fault: 'flapping-connection', magnitude: 15 },
] as const satisfies readonly Omit<FaultSpecification, 'start'>[]

const flowingDeadlineMs = 30_000
/** Reports that a device keeps: more than any outage here makes. */
const keptReports = 100_000
const sampleEveryMs = 20

/** A fleet that reports, keeps what was not acknowledged, and writes down what was. */
export class Load implements AsyncDisposable {
  private readonly simulation: Simulation
  private readonly sampler: NodeJS.Timeout
  private lastAcknowledged = 0
  private lastProgressAt = performance.now()
  /** The longest time without a single PUBACK. */
  longestGapMs = 0

  constructor(installation: Installation, intervalSeconds: number, further: readonly FaultSpecification[] = []) {
    const { fleet, stack, witnessFolder } = installation
    this.simulation = startSimulation({
      fleet,
      mqttUrl: `mqtt://127.0.0.1:${stack.mqttPorts[0]}`,
      stateFolder: witnessFolder,
      intervalSeconds,
      faults: [
        ...unruly.map((fault, index) => ({ ...fault, serial: fleet.devices[index]?.serial ?? '', start: 0 })),
        ...further,
      ],
      keptReports,
      reconnect: { minimumMs: 200, maximumMs: 2_000 },
      acknowledgeTimeoutMs: 20_000,
    })
    this.sampler = setInterval(() => this.sample(), sampleEveryMs)
  }

  get acknowledged(): number {
    return this.simulation.statistics.acknowledged
  }

  get sent(): number {
    return this.simulation.statistics.sent
  }

  /** Devices that send their reports in another order than they made them. */
  get unordered(): Set<string> {
    const kinds = this.simulation.faults.filter(({ kind }) => kind === 'out-of-order-reports')
    return new Set(kinds.map(({ serial }) => serial))
  }

  /** Resolves when nearly every device is connected and reports come through. */
  async flowing(): Promise<void> {
    const { statistics } = this.simulation
    await waitFor(
      () => statistics.connected >= statistics.devices * 0.98 && statistics.acknowledged > statistics.devices,
      {
        what: 'the fleet to report',
        deadlineMs: flowingDeadlineMs,
      },
    )
    this.lastProgressAt = performance.now()
    this.longestGapMs = 0
  }

  /** Resolves to the milliseconds until the next PUBACK, or to undefined if none comes in time. */
  async untilNextPuback(deadlineMs: number): Promise<number | undefined> {
    const startedAt = performance.now()
    const before = this.acknowledged
    const isBack = waitFor(() => this.acknowledged > before, { deadlineMs, what: 'a PUBACK' })
    return isBack.then(
      () => Math.round(performance.now() - startedAt),
      () => undefined,
    )
  }

  /** No new reports; resolves to true when all that were made are acknowledged, to false if that takes too long. */
  settle(deadlineMs: number): Promise<boolean> {
    return this.simulation.drain(deadlineMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.sampler)
    await this.simulation.stop()
  }

  private sample(): void {
    const now = performance.now()
    if (this.acknowledged > this.lastAcknowledged) {
      this.lastAcknowledged = this.acknowledged
      this.lastProgressAt = now
    }
    this.longestGapMs = Math.max(this.longestGapMs, Math.round(now - this.lastProgressAt))
  }
}
