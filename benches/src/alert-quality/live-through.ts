import {
  type CompiledRules,
  type Decision,
  type DeviceFacts,
  type DeviceState,
  evaluateMoment,
  evaluateReport,
  isKnown,
  modelFactsOf,
  nextDeadline,
} from '@stellacontrol/alerts'
import { decodeReport, reportToStatus } from '@stellacontrol/protocol'
import { limitsOf } from '@stellacontrol/protocol/models'
import { encodeWithFaults, type Fault, measureReport, type VirtualDevice } from '@stellacontrol/simulator'
import { expectedAlerts } from './expected-alerts.ts'

const intervalMs = 600_000
/** A device that restarts all the time is looked at so often: it reports whenever it has connected. */
const restartStepMs = 30_000
const networkDelayMs = 800

/** What became of a device: what was decided about it, and what was true. */
export interface Life {
  decisions: Decision[]
  reports: number
  /** Since when each fault was bad for as long as its deadline, in epoch ms; absent = mild or harmless. */
  badSince: Map<Fault, number>
  /** Spans in which nothing could be heard of the device. */
  silences: { from: number; to: number }[]
}

/** Lives through `from` to `to` in reports of ten minutes, and through every deadline in between, as the platform would. */
export function liveThrough(
  device: VirtualDevice,
  faults: readonly Fault[],
  rules: CompiledRules,
  { from, to }: { from: number; to: number },
): Life {
  const platform = new Platform(device, rules)
  const truth = new Truth(device, faults)
  const sender = new Sender(device, platform)
  const phaseMs = device.random.integer(intervalMs)
  let dueAt = from + phaseMs
  for (let at = dueAt; at < to; at = Math.min(dueAt, device.effects.reboots > 0 ? at + restartStepMs : dueAt)) {
    device.stepTo(at)
    truth.look(at)
    const isDue = at >= dueAt
    if (isDue) dueAt += intervalMs
    sender.step(at, isDue)
  }
  platform.waitUntil(to)
  truth.look(to)
  const { decisions, reports } = platform
  return { decisions, reports, badSince: truth.badSince, silences: truth.silences }
}

/** What the device puts on the wire, with the faults of the wire. */
class Sender {
  private readonly device: VirtualDevice
  private readonly platform: Platform
  private bootId = 1
  private sequence = 0
  private starts = 0
  private held: Uint8Array | undefined

  constructor(device: VirtualDevice, platform: Platform) {
    this.device = device
    this.platform = platform
  }

  step(at: number, isDue: boolean): void {
    const { device } = this
    const hasRestarted = device.starts !== this.starts
    if (!device.isPowered || !(isDue || hasRestarted)) return
    if (hasRestarted) {
      this.bootId += 1
      this.sequence = 0
      this.starts = device.starts
    }
    this.sequence += 1
    // What is measured without a connection comes later as history and changes nothing of the status.
    if (!device.isReachable) return
    const identity = { bootId: this.bootId, seq: this.sequence, mode: 'normal', intervalSeconds: 600 } as const
    const { payload } = encodeWithFaults(measureReport(device, identity), device.effects, device.random)
    this.send(payload, at + networkDelayMs)
  }

  private send(payload: Uint8Array, at: number): void {
    const { effects, random } = this.device
    if (this.held === undefined && effects.reorderChance > 0 && random.next() < effects.reorderChance) {
      this.held = payload
      return
    }
    this.platform.receive(payload, at)
    if (this.held !== undefined) this.platform.receive(this.held, at + 1)
    this.held = undefined
    if (effects.duplicateChance > 0 && random.next() < effects.duplicateChance) this.platform.receive(payload, at + 2)
  }
}

/** What processor and monitor make of it. */
class Platform {
  readonly decisions: Decision[] = []
  reports = 0
  private readonly device: VirtualDevice
  private readonly rules: CompiledRules
  private readonly facts: DeviceFacts
  private state: DeviceState | undefined

  constructor(device: VirtualDevice, rules: CompiledRules) {
    this.device = device
    this.rules = rules
    this.facts = { timeZone: device.site.timeZone, model: modelFactsOf(device.device.model) }
  }

  receive(payload: Uint8Array, at: number): void {
    this.waitUntil(at)
    const decoded = decodeReport(payload)
    if ('rejected' in decoded) return
    const { serial, model } = this.device.device
    const status = reportToStatus(serial, decoded.report, at, limitsOf(model))
    if (isKnown(this.state, status)) return
    this.reports += 1
    this.keep(evaluateReport(this.rules, this.state, status, this.facts, at))
  }

  /** Every deadline until then, at its moment. */
  waitUntil(at: number): void {
    if (this.state === undefined) return
    for (let before = 0; ; ) {
      const deadline = nextDeadline(this.rules, this.state, 0)
      if (deadline === undefined || deadline >= at) return
      if (deadline <= before)
        throw new Error(`the deadline ${deadline} of ${this.device.device.serial} does not move on`)
      this.keep(evaluateMoment(this.rules, this.state, deadline - this.state.reportedAt, deadline))
      before = deadline
    }
  }

  private keep({ state, decisions }: { state: DeviceState; decisions: Decision[] }): void {
    this.state = state
    if (decisions.length > 0) this.decisions.push(...decisions)
  }
}

/** What was true, whatever anybody measured. */
class Truth {
  readonly badSince = new Map<Fault, number>()
  readonly silences: { from: number; to: number }[] = []
  private readonly device: VirtualDevice
  private readonly faults: readonly Fault[]
  private readonly runs = new Map<Fault, number>()
  private silentSince: number | undefined

  constructor(device: VirtualDevice, faults: readonly Fault[]) {
    this.device = device
    this.faults = faults
  }

  look(at: number): void {
    for (const fault of this.faults) if (fault.startAt <= at) this.lookAt(fault, at)
    if (!this.device.isReachable) this.silentSince ??= at
    else if (this.silentSince !== undefined) {
      this.silences.push({ from: this.silentSince, to: at })
      this.silentSince = undefined
    }
  }

  private lookAt(fault: Fault, at: number): void {
    const expected = expectedAlerts[fault.kind]
    if (expected === undefined || this.badSince.has(fault)) return
    if (at >= fault.endAt || !expected.isBad(this.device, fault)) {
      this.runs.delete(fault)
      return
    }
    const since = this.runs.get(fault) ?? at
    this.runs.set(fault, since)
    if (at - since >= expected.deadlineMs) this.badSince.set(fault, since)
  }
}
