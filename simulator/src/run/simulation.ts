import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { VirtualDevice, type VirtualDeviceOptions } from '../device/virtual-device.ts'
import type { Fault, FaultSpecification } from '../faults/fault.ts'
import { planFaults } from '../faults/plan-faults.ts'
import { resolveFaults } from '../faults/resolve-faults.ts'
import type { Fleet, FleetDevice } from '../fleet/fleet.ts'
import type { Replay } from '../replay/replay.ts'
import { WitnessWriter } from '../witness.ts'
import { Backfill, type BackfillPlan } from './backfill.ts'
import { BootCounters } from './boot-counters.ts'
import { DeviceLink } from './device-link.ts'
import { DueHeap } from './due-heap.ts'
import { emptyStatistics, type Statistics } from './statistics.ts'

export interface SimulationOptions {
  fleet: Fleet
  /** `mqtt://host:port`, or `mqtts://host:port` for TLS. */
  mqttUrl: string
  /** PEM of the authority that the server's certificate is checked against. */
  authority?: string
  /** Boot counters, backfill marker, resolved faults and the witness live here, across runs. */
  stateFolder: string
  /** Only the first so many devices of the fleet. */
  devices?: number
  /** Between two reports of a device; may be a fraction. 10 by default. */
  intervalSeconds?: number
  /** So many healthy devices report in live mode. */
  live?: { count: number; intervalSeconds: number }
  backfill?: BackfillPlan
  /** Besides those of the fleet. */
  faults?: readonly FaultSpecification[]
  replay?: Replay
  /** True by default. */
  hasWitness?: boolean
  /** Connections opened per second at the start; 500 by default. */
  connectionsPerSecond?: number
  /** Reports that a device keeps while it is offline; 1,000 by default. */
  keptReports?: number
  /** See MqttConnection; 500 to 30,000 ms by default. */
  reconnect?: { minimumMs: number; maximumMs: number }
  acknowledgeTimeoutMs?: number
}

/** A fleet at work. Stopping it is clean: what waits for an acknowledgement gets a moment, then the witness is closed. */
export interface Simulation extends AsyncDisposable {
  readonly statistics: Readonly<Statistics>
  /** What is wrong with which device and when: the truth against which alerts are scored. */
  readonly faults: readonly Fault[]
  /** File of this run's witness; undefined without one. */
  readonly witnessPath: string | undefined
  /** Resolves when the past is loaded, or at once if there is none to load; rejects if that failed. */
  readonly backfilled: Promise<void>
  /** No new reports from now on; resolves when all that was made is acknowledged, or false after `timeoutMs`. */
  drain(timeoutMs: number): Promise<boolean>
  /** Safe to repeat. */
  stop(): Promise<void>
}

const defaultIntervalSeconds = 10
const defaultConnectionsPerSecond = 500
const defaultKeptReports = 1_000
const defaultReconnect = { minimumMs: 500, maximumMs: 30_000 }
const defaultAcknowledgeTimeoutMs = 30_000
/** Reports made before other work gets its turn. */
const reportsPerTurn = 1_000
const longestPauseMs = 20
/** A process that was suspended does not make up for more than this. */
const latestMs = 5_000
const stopTimeoutMs = 700
const drainPollMs = 20
const lastWordsBeforeMs = 10_000
const defaultPastFaults = 0.25

/** Starts a fleet in this process. Throws before anything is started if the options do not fit together. */
export function startSimulation(options: SimulationOptions): Simulation {
  return new RunningSimulation(options)
}

class RunningSimulation implements Simulation {
  readonly statistics: Statistics
  readonly faults: readonly Fault[]
  readonly witnessPath: string | undefined
  readonly backfilled: Promise<void>
  readonly #options: SimulationOptions
  readonly #startedAt = Date.now()
  readonly #faultsBySerial: Map<string, Fault[]>
  readonly #sites: Map<string, Fleet['sites'][number]>
  readonly #counters: BootCounters
  readonly #witness: WitnessWriter | undefined
  readonly #links: DeviceLink[]
  readonly #due = new DueHeap<DeviceLink>()
  readonly #abort = new AbortController()
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined
  #stopped: Promise<void> | undefined

  constructor(options: SimulationOptions) {
    this.#options = options
    const { fleet, stateFolder } = options
    const { hostname, port, protocol } = new URL(options.mqttUrl)
    const isEncrypted = protocol === 'mqtts:'
    const devices = fleet.devices.slice(0, options.devices ?? fleet.devices.length)
    this.#faultsBySerial = resolveFaults(fleet, [...fleet.faults, ...(options.faults ?? [])], this.#startedAt)
    this.faults = [...this.#faultsBySerial.values()].flat()
    this.#sites = new Map(fleet.sites.map((site) => [site.name, site]))
    this.statistics = emptyStatistics(devices.length)
    mkdirSync(stateFolder, { recursive: true })
    writeFileSync(join(stateFolder, 'faults.json'), describeFaults(this.faults))
    this.#counters = new BootCounters(
      stateFolder,
      devices.map(({ serial }) => serial),
    )
    this.#witness = options.hasWitness === false ? undefined : new WitnessWriter(stateFolder, this.#startedAt)
    this.witnessPath = this.#witness?.path
    this.#links = this.#makeLinks(devices, {
      host: hostname,
      port: Number(port || (isEncrypted ? 8883 : 1883)),
      isEncrypted,
    })
    this.#openAll()
    this.backfilled = this.#loadPast()
    this.#turn()
  }

  #makeLinks(
    devices: readonly FleetDevice[],
    { host, port, isEncrypted }: { host: string; port: number; isEncrypted: boolean },
  ): DeviceLink[] {
    const { authority: ca } = this.#options
    const tls = isEncrypted ? (ca === undefined ? {} : { ca }) : undefined
    const { live, intervalSeconds = defaultIntervalSeconds, keptReports = defaultKeptReports } = this.#options
    let liveLeft = live?.count ?? 0
    return devices.map((device) => {
      const isLive = liveLeft > 0 && !this.#faultsBySerial.has(device.serial)
      if (isLive) liveLeft -= 1
      return new DeviceLink({
        virtual: this.#model(device, this.#startedAt),
        intervalSeconds: isLive && live !== undefined ? live.intervalSeconds : intervalSeconds,
        isLive,
        host,
        port,
        tls,
        counters: this.#counters,
        witness: this.#witness,
        statistics: this.statistics,
        keptReports,
        reconnect: this.#options.reconnect ?? defaultReconnect,
        acknowledgeTimeoutMs: this.#options.acknowledgeTimeoutMs ?? defaultAcknowledgeTimeoutMs,
      })
    })
  }

  #model(device: FleetDevice, at: number, faultsBySerial = this.#faultsBySerial): VirtualDevice {
    const site = this.#sites.get(device.site)
    if (site === undefined) throw new RangeError(`device ${device.serial} stands in an unknown site ${device.site}`)
    const options: VirtualDeviceOptions = { fleetSeed: this.#options.fleet.seed, device, site, at }
    const faults = faultsBySerial.get(device.serial)
    if (faults !== undefined) options.faults = faults
    if (this.#options.replay !== undefined) options.replay = this.#options.replay
    return new VirtualDevice(options)
  }

  /** Connections open one after another; the reports of devices with one interval are spread evenly over it. */
  #openAll(): void {
    const { connectionsPerSecond = defaultConnectionsPerSecond } = this.#options
    this.#links.forEach((link, index) => {
      const delayMs = (index * 1000) / connectionsPerSecond
      const open = (): void => {
        if (this.#abort.signal.aborted) return
        link.open()
        if (!link.virtual.isReachable) this.#sendLastWords(link)
      }
      if (delayMs < longestPauseMs) open()
      else setTimeout(open, delayMs).unref()
      const phaseMs = (index / this.#links.length) * link.intervalMs
      const rounds = Math.ceil(Math.max(0, delayMs - phaseMs) / link.intervalMs)
      this.#due.push(this.#startedAt + phaseMs + rounds * link.intervalMs + Math.min(link.intervalMs, 500), link)
    })
  }

  #sendLastWords(link: DeviceLink): void {
    const silencing = this.#faultsBySerial.get(link.serial)?.filter(({ kind }) => silencingKinds.has(kind)) ?? []
    const silentSince = Math.min(...silencing.map(({ startAt }) => startAt))
    if (silentSince >= this.#startedAt) return
    link.sendLastWords(this.#model(link.virtual.device, silentSince - lastWordsBeforeMs))
  }

  async #loadPast(): Promise<void> {
    const { backfill: plan, stateFolder, fleet } = this.#options
    if (plan === undefined) return
    const backfill = new Backfill(stateFolder, plan, this.#startedAt)
    const { from, to } = backfill.span
    const past = planFaults({ fleet, from, to, perDeviceWeek: plan.faultsPerDeviceWeek ?? defaultPastFaults })
    const faults = resolveFaults(fleet, [...fleet.faults, ...past], to)
    const report = (): void => {
      this.statistics.backfill = backfill.progress
    }
    report()
    const timer = setInterval(report, 1_000)
    try {
      await backfill.run(
        this.#links.map((link) => ({
          serial: link.serial,
          modelAt: (at: number) => this.#model(link.virtual.device, at, faults),
          send: (outgoing) => link.sendInBackground(outgoing),
        })),
        this.#abort.signal,
      )
    } finally {
      clearInterval(timer)
      report()
    }
  }

  #turn(): void {
    const now = Date.now()
    let count = 0
    while (this.#due.nextAt <= now && count < reportsPerTurn) {
      const dueAt = this.#due.nextAt
      const link = this.#due.pop()
      if (link === undefined) break
      link.report(dueAt)
      const nextAt = dueAt + link.intervalMs
      this.#due.push(nextAt < now - latestMs ? now + link.intervalMs : nextAt, link)
      count += 1
    }
    if (this.#abort.signal.aborted) return
    if (count === reportsPerTurn) this.#timer = setImmediate(() => this.#turn())
    else this.#timer = setTimeout(() => this.#turn(), Math.min(longestPauseMs, Math.max(1, this.#due.nextAt - now)))
  }

  async drain(timeoutMs: number): Promise<boolean> {
    this.#abort.abort()
    const deadline = Date.now() + timeoutMs
    const isIdle = (): boolean => this.#links.every((link) => !link.hasWork)
    while (!isIdle() && Date.now() < deadline) await pause(drainPollMs)
    return isIdle()
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    this.#abort.abort()
    clearTimeout(this.#timer as NodeJS.Timeout)
    clearImmediate(this.#timer as NodeJS.Immediate)
    await this.backfilled.catch(() => undefined)
    const deadline = Date.now() + stopTimeoutMs
    while (this.statistics.unacknowledged > 0 && Date.now() < deadline) {
      await pause(drainPollMs)
    }
    await Promise.all(this.#links.map((link) => link.close()))
    this.#witness?.close()
    this.#counters.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}

const silencingKinds: ReadonlySet<string> = new Set(['offline', 'site-power-cut', 'lan-unplugged'])

function describeFaults(faults: readonly Fault[]): string {
  const moment = (at: number): string | null => (Number.isFinite(at) ? new Date(at).toISOString() : null)
  const entries = faults.map(({ kind, label, serial, band, magnitude, startAt, endAt, everyMs }) => ({
    fault: kind,
    label,
    serial,
    band,
    magnitude,
    start: moment(startAt),
    end: moment(endAt),
    everySeconds: everyMs === undefined ? undefined : everyMs / 1000,
  }))
  return `${JSON.stringify(entries, null, 2)}\n`
}
