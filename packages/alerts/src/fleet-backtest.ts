import type { AlertSeverity, BacktestResult } from '@stellacontrol/protocol'
import { DeviceBacktest } from './backtest.ts'
import type { BacktestPlan } from './backtest-plan.ts'
import type { DeviceFacts } from './evaluate.ts'
import type { Firing, HeededIncident } from './firing.ts'
import { LongestFirings, type NamedFiring } from './longest-firings.ts'

export interface BacktestDevice {
  serial: string
  name: string
  facts: DeviceFacts
  /** Incidents of the rule in the range that somebody took care of; none unless they are given. */
  heeded?: readonly HeededIncident[]
}

/** When it was, in epoch ms; the end is excluded. */
export interface BacktestRange {
  fromAt: number
  untilAt: number
}

const dayMs = 86_400_000
const monthMs = 30 * dayMs
const shownDevices = 20

/**
 * A backtest of a fleet, fed with the reports of its devices as they come; those of one device in the order in which the platform
 * got them. What it keeps does not grow with what is found. No I/O.
 */
export class FleetBacktest {
  readonly plan: BacktestPlan
  private readonly range: BacktestRange
  private readonly devices: ReadonlyMap<string, BacktestDevice>
  private readonly runs = new Map<string, DeviceBacktest>()
  private readonly firingsByDay = new Map<number, number>()
  private readonly severities: Partial<Record<AlertSeverity, number>> = {}
  /** In the order of the plan's variants. */
  private readonly longest: LongestFirings[]
  private firings = 0

  constructor(plan: BacktestPlan, devices: readonly BacktestDevice[], range: BacktestRange) {
    this.plan = plan
    this.range = range
    this.devices = new Map(devices.map((device) => [device.serial, device]))
    this.longest = plan.variants.map(() => new LongestFirings(range.untilAt))
  }

  /** Firings of the rule as it is that have ended so far. */
  get endedFirings(): number {
    return this.firings
  }

  /** What takes the reports of a device in; undefined for one that is none of its devices. */
  of(serial: string): DeviceBacktest | undefined {
    const known = this.runs.get(serial)
    const device = this.devices.get(serial)
    if (known || device === undefined) return known
    const run = new DeviceBacktest(
      this.plan,
      device.facts,
      this.range.fromAt,
      (firing, variant) => this.note(device, firing, variant),
      device.heeded,
    )
    this.runs.set(serial, run)
    return run
  }

  /** To be asked once, when everything was taken in. */
  finish(): BacktestResult {
    const { plan, range } = this
    const variants = plan.variants.map(({ kind, value }): BacktestResult['variants'][number] => ({
      ...{ kind, value: value ?? null, firings: 0, devices: 0, raisedMs: 0, missed: 0, longest: [] },
    }))
    const worst: BacktestResult['worstDevices'] = []
    let reports = 0
    let reportingDevices = 0
    for (const [serial, run] of this.runs) {
      const figures = run.finish(range.untilAt)
      reports += figures.reports
      if (figures.reports > 0) reportingDevices++
      for (const [index, { firings, raisedMs, missed }] of figures.variants.entries()) {
        const variant = variants[index]
        if (variant === undefined) continue
        variant.missed += missed
        if (firings === 0) continue
        variant.firings += firings
        variant.raisedMs += raisedMs
        variant.devices++
      }
      const [own] = figures.variants
      if (own && own.firings > 0) {
        const { firings, raisedMs } = own
        worst.push({ serial, name: this.devices.get(serial)?.name ?? '', firings, raisedMs })
      }
    }
    const deviceMonths = (reportingDevices * (range.untilAt - range.fromAt)) / monthMs
    for (const [index, variant] of variants.entries()) {
      if (index > 0) variant.longest = this.longest[index]?.list().map(firingView) ?? []
    }
    const firings = this.longest[0]?.list() ?? []
    return {
      ...{ type: 'result', rule: plan.rule, from: iso(range.fromAt), to: iso(range.untilAt) },
      ...{ devices: this.devices.size, reportingDevices, reports, heeded: this.heeded() },
      firingsPerDeviceMonth: deviceMonths === 0 ? 0 : Math.round((this.firings / deviceMonths) * 1000) / 1000,
      longestMs: firings[0] ? (firings[0].clearedAt ?? range.untilAt) - firings[0].raisedAt : 0,
      ...{ variants, severities: this.severities, days: this.days() },
      worstDevices: worst
        .sort((one, other) => other.firings - one.firings || other.raisedMs - one.raisedMs)
        .slice(0, shownDevices),
      firings: firings.map((firing) => ({ ...firingView(firing), keptBy: firing.keptBy })),
    }
  }

  private heeded(): number {
    let count = 0
    for (const serial of this.runs.keys()) count += this.devices.get(serial)?.heeded?.length ?? 0
    return count
  }

  private note({ serial, name }: BacktestDevice, firing: Firing, variant: number): void {
    this.longest[variant]?.add({ ...firing, serial, name })
    if (variant > 0) return
    this.firings++
    const day = Math.floor(firing.raisedAt / dayMs)
    this.firingsByDay.set(day, (this.firingsByDay.get(day) ?? 0) + 1)
    this.severities[firing.severity] = (this.severities[firing.severity] ?? 0) + 1
  }

  /** Every day of the range, also those without a firing. */
  private days(): BacktestResult['days'] {
    const { fromAt, untilAt } = this.range
    const first = Math.floor(fromAt / dayMs)
    return Array.from({ length: Math.ceil(untilAt / dayMs) - first }, (_, index) => ({
      day: iso((first + index) * dayMs).slice(0, 10),
      firings: this.firingsByDay.get(first + index) ?? 0,
    }))
  }
}

function firingView({ serial, name, subject, severity, raisedAt, clearedAt, peak, isHeeded }: NamedFiring) {
  return {
    ...{ serial, name, subject: subject ?? null, severity, raisedAt: iso(raisedAt) },
    ...{ clearedAt: clearedAt === undefined ? null : iso(clearedAt), peak: peak ?? null, heeded: isHeeded },
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
