import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { measureReport } from '../device/measure-report.ts'
import type { VirtualDevice } from '../device/virtual-device.ts'
import { encodeWithFaults } from '../faults/message-faults.ts'
import { seedOf } from '../random.ts'
import { witnessFlags } from '../witness.ts'
import { backfillBootId } from './boot-counters.ts'
import type { OutgoingReport } from './device-link.ts'

export interface BackfillPlan {
  days: number
  /** Over all devices. */
  reportsPerSecond: number
  /** Between two reports of a device; 600 as installed. */
  intervalSeconds: number
  /** Troubles of the past, in the mean; 0.25 by default. */
  faultsPerDeviceWeek?: number
}

/** One device's past: where it comes from and where it goes. */
export interface BackfillDevice {
  serial: string
  /** The device as it was at `at`. */
  modelAt: (at: number) => VirtualDevice
  send: (report: OutgoingReport) => void
}

/** What is written down of a backfill, so that a later run goes on where this one was stopped. */
interface BackfillMarker {
  from: number
  to: number
  intervalSeconds: number
  /** Sequence number up to which everything of a device is acknowledged. */
  acknowledged: Record<string, number>
  isComplete: boolean
}

/** A device loads its past no faster than this: the platform lets go of devices that send more than 50 a second. */
const reportsPerSecondOfOne = 30
/** How many reports of a device may be unacknowledged. */
const batchReports = 16
const savePeriodMs = 1_000
/** The bucket never holds more than this long a time's worth: a pause is not made up for by a burst. */
const longestBurstMs = 50
const shortestPauseMs = 2
const longestPauseMs = 200

/** The seeded past of a fleet, loaded once per state folder; a stopped run is taken up by the next one. */
export class Backfill {
  readonly #path: string
  readonly #marker: BackfillMarker
  readonly #plan: BackfillPlan
  #reports = 0
  #done = 0

  /** `now` in epoch ms: where the past ends if this is the first run. */
  constructor(stateFolder: string, plan: BackfillPlan, now: number) {
    this.#path = join(stateFolder, 'backfill.json')
    this.#plan = plan
    this.#marker = existsSync(this.#path)
      ? (JSON.parse(readFileSync(this.#path, 'utf8')) as BackfillMarker)
      : {
          from: now - plan.days * 86_400_000,
          to: now,
          intervalSeconds: plan.intervalSeconds,
          acknowledged: {},
          isComplete: false,
        }
  }

  get isComplete(): boolean {
    return this.#marker.isComplete
  }

  /** What is loaded: from here to there, epoch ms; the same in every run. */
  get span(): { from: number; to: number } {
    return { from: this.#marker.from, to: this.#marker.to }
  }

  /** 0 to 1. */
  get progress(): number {
    if (this.#marker.isComplete) return 1
    return this.#reports === 0 ? 0 : this.#done / this.#reports
  }

  /** Resolves when all is acknowledged or `signal` aborts; safe to repeat. */
  async run(devices: readonly BackfillDevice[], signal: AbortSignal): Promise<void> {
    if (this.#marker.isComplete) return
    const { from, to, intervalSeconds } = this.#marker
    this.#reports = Math.floor((to - from) / (intervalSeconds * 1000)) * devices.length
    const queue = [...devices]
    const timer = setInterval(() => this.#save(), savePeriodMs)
    const pace = new Pace(this.#plan.reportsPerSecond, signal)
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    const work = async (): Promise<void> => {
      for (let device = queue.shift(); device !== undefined && !signal.aborted; device = queue.shift()) {
        await this.#load(device, pace, aborted, signal)
      }
    }
    try {
      await Promise.all(Array.from({ length: devicesAtOnce(this.#plan.reportsPerSecond) }, work))
      this.#marker.isComplete = !signal.aborted
    } finally {
      clearInterval(timer)
      this.#save()
    }
  }

  async #load(device: BackfillDevice, pace: Pace, aborted: Promise<void>, signal: AbortSignal): Promise<void> {
    const { from, to, intervalSeconds, acknowledged } = this.#marker
    const intervalMs = intervalSeconds * 1000
    const phaseMs = (seedOf(0, device.serial) >>> 0) % intervalMs
    const count = Math.floor((to - from) / intervalMs)
    const model = device.modelAt(from + phaseMs)
    const ownPace = new Pace(reportsPerSecondOfOne, signal)
    let batch: Promise<void>[] = []
    for (let seq = 1; seq <= count && !signal.aborted; seq++) {
      model.stepTo(from + phaseMs + (seq - 1) * intervalMs)
      const isLast = seq === count
      // A silent device leaves a gap; its later numbers stay what they are, so that a resumed run repeats them exactly.
      const report = model.isPowered && model.at <= to ? this.#measure(model, seq) : undefined
      const isNew = seq > (acknowledged[device.serial] ?? 0)
      this.#done += 1
      if (isNew && report !== undefined) {
        await pace.take()
        await ownPace.take()
        batch.push(new Promise((resolve) => device.send({ ...report, onAcknowledged: resolve })))
      }
      if (batch.length < batchReports && !isLast) continue
      await Promise.race([Promise.all(batch), aborted])
      if (signal.aborted) return
      if (isNew) acknowledged[device.serial] = seq
      batch = []
    }
  }

  #measure(model: VirtualDevice, seq: number): OutgoingReport {
    const { intervalSeconds } = this.#marker
    const report = measureReport(model, { bootId: backfillBootId, seq, mode: 'backfill', intervalSeconds })
    const { payload, isDamaged } = encodeWithFaults(report, model.effects, model.random)
    const flags = witnessFlags.backfill | (isDamaged ? witnessFlags.damaged : 0)
    return { bootId: backfillBootId, seq, at: report.sentAtMs ?? model.at, payload, flags }
  }

  #save(): void {
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#marker))
    renameSync(`${this.#path}.new`, this.#path)
  }
}

/** How many devices are loaded side by side. */
function devicesAtOnce(reportsPerSecond: number): number {
  return Math.ceil(reportsPerSecond / reportsPerSecondOfOne)
}

/** Spaces takers evenly. */
class Pace {
  readonly #periodMs: number
  #nextAt = 0

  readonly #signal: AbortSignal

  constructor(perSecond: number, signal: AbortSignal) {
    this.#periodMs = 1000 / perSecond
    this.#signal = signal
  }

  async take(): Promise<void> {
    const now = performance.now()
    this.#nextAt = Math.max(this.#nextAt, now - longestBurstMs) + this.#periodMs
    const dueAt = this.#nextAt
    while (dueAt - performance.now() > shortestPauseMs && !this.#signal.aborted) {
      await pause(Math.min(longestPauseMs, dueAt - performance.now()))
    }
  }
}
