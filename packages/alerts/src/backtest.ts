import type { DeviceStatus } from '@stellacontrol/protocol'
import type { BacktestPlan } from './backtest-plan.ts'
import { type DeviceState, splitKey } from './device-state.ts'
import { type Decision, type DeviceFacts, evaluateMoment, evaluateReport, isKnown, isUneventful } from './evaluate.ts'
import type { Firing, HeededIncident } from './firing.ts'
import { nextDeadline } from './next-deadline.ts'

/** What one variant would have done on a device. */
export interface VariantFigures {
  firings: number
  raisedMs: number
  /** Incidents that somebody took care of, in whose time this variant would not have been raised. */
  missed: number
}

export interface DeviceFigures {
  /** In the order of the plan's variants. */
  variants: VariantFigures[]
  /** Reports that were looked at. */
  reports: number
}

/** Moments of the past are told as exactly as history keeps them. */
const looseMs = 60_000

/**
 * Runs the reports of one device through the evaluator, as the alert monitor does, with the ends of holds and of patience between
 * them. Reports come in the order in which they were measured.
 *
 * Reports that the device kept and sent later count at the moment of their measuring, as if they had come then; for silence they
 * do not count at all.
 */
export class DeviceBacktest {
  private readonly plan: BacktestPlan
  private readonly facts: DeviceFacts
  private readonly fromAt: number
  private readonly isSilence: boolean
  private state: DeviceState | undefined
  private now = 0
  private reports = 0
  private readonly onFiring: (firing: Firing, variant: number) => void
  private readonly heeded: readonly HeededIncident[]
  /** Variants that were raised in the time of each of them. */
  private readonly finders: Set<number>[]
  private readonly open = new Map<string, Firing>()
  /** When the latest firing under each key ended. */
  private readonly endedAt = new Map<string, number>()
  private readonly variants: VariantFigures[]

  /**
   * @param fromAt epoch ms: what is raised earlier is learned from and does not count
   * @param onFiring told of every firing, and of which variant it is, when it ends
   * @param heeded incidents of this device
   */
  constructor(
    plan: BacktestPlan,
    facts: DeviceFacts,
    fromAt: number,
    onFiring: (firing: Firing, variant: number) => void,
    heeded: readonly HeededIncident[] = [],
  ) {
    this.plan = plan
    this.facts = facts
    this.fromAt = fromAt
    this.onFiring = onFiring
    this.heeded = heeded
    this.finders = heeded.map(() => new Set())
    this.isSilence = plan.rule.looksAt.kind === 'silence'
    this.variants = plan.variants.map(() => ({ firings: 0, raisedMs: 0, missed: 0 }))
  }

  /** @param receivedAt epoch ms at which the platform got the report, or would have got it */
  take(status: DeviceStatus, receivedAt: number): void {
    const isKept = status.mode === 'backfill'
    if (isKept ? this.isSilence : isKnown(this.state, status)) return
    const { rules, loosest } = this.plan
    const now = Math.max(receivedAt, this.now)
    this.passTime(now)
    this.now = now
    if (now >= this.fromAt) this.reports++
    const { state } = this
    if (state && loosest && isIdle(state) && isUneventful(loosest, state, status, this.facts, now)) {
      state.bootId = status.bootId
      state.sequence = status.sequence
      state.reportedAt = now
      state.intervalMs = (status.intervalSeconds ?? 600) * 1000
      return
    }
    const evaluation = evaluateReport(rules, state, status, this.facts, now)
    this.state = evaluation.state
    for (const decision of evaluation.decisions) this.note(decision)
    this.notePeaks()
  }

  /** @param untilAt epoch ms: the end of the range, or of the time in which the device was theirs */
  finish(untilAt: number): DeviceFigures {
    this.passTime(untilAt)
    for (const [key, firing] of this.open) this.end(key, firing, untilAt)
    this.open.clear()
    for (const [index, figures] of this.variants.entries()) {
      figures.missed = this.finders.filter((finders) => !finders.has(index)).length
    }
    return { variants: this.variants, reports: this.reports }
  }

  /** What time alone brought about before `until`. */
  private passTime(until: number): void {
    if (this.state === undefined || (!this.isSilence && isIdle(this.state))) return
    for (let last = Number.NEGATIVE_INFINITY; ; ) {
      const at: number | undefined = nextDeadline(this.plan.rules, this.state, 0)
      if (at === undefined || at >= until || at <= last) return
      last = at
      const { state, decisions } = evaluateMoment(this.plan.rules, this.state, at - this.state.reportedAt, at)
      this.state = state
      for (const decision of decisions) this.note(decision)
    }
  }

  private note({ do: what, rule, subject, severity, at, since, value }: Decision): void {
    const key = subject === undefined ? rule : `${rule}:${subject}`
    const known = this.open.get(key)
    if (what === 'clear') {
      if (known === undefined) return
      known.clearedAt = at
      if (this.isSilence) known.peak = Math.floor((at - since) / 60_000)
      this.open.delete(key)
      this.end(key, known, at)
    } else if (known === undefined || this.plan.rule.looksAt.kind === 'event') {
      if (known) this.end(key, known, at)
      const firing = { subject, severity, raisedAt: at, clearedAt: undefined, peak: value, isHeeded: false, keptBy: [] }
      this.open.set(key, firing)
    } else known.severity = severity
  }

  private end(key: string, firing: Firing, at: number): void {
    const variant = Number(splitKey(key).rule)
    const figures = this.variants[variant]
    this.noteHeeded(variant, firing, at)
    this.endedAt.set(key, at)
    if (figures === undefined || firing.raisedAt < this.fromAt) return
    figures.firings++
    figures.raisedMs += at - firing.raisedAt
    if (variant === 0) firing.keptBy = this.keepersOf(firing)
    this.onFiring(firing, variant)
  }

  /** They come after the rule as it is in every moment, so what ends together with it is still open. */
  private keepersOf({ subject, raisedAt }: Firing): number[] {
    const keepers: number[] = []
    for (let variant = 1; variant < this.variants.length; variant++) {
      const key = subject === undefined ? `${variant}` : `${variant}:${subject}`
      if (this.open.has(key) || (this.endedAt.get(key) ?? 0) > raisedAt) keepers.push(variant)
    }
    return keepers
  }

  private noteHeeded(variant: number, firing: Firing, endedAt: number): void {
    const { subject, raisedAt } = firing
    for (const [index, incident] of this.heeded.entries()) {
      const isThen =
        raisedAt <= (incident.clearedAt ?? Number.POSITIVE_INFINITY) + looseMs && endedAt >= incident.raisedAt - looseMs
      if (!isThen || subject !== incident.subject) continue
      this.finders[index]?.add(variant)
      firing.isHeeded = true
    }
  }

  private notePeaks(): void {
    const sign = this.plan.rules.list[0]?.sign ?? 1
    for (const [key, firing] of this.open) {
      const value = this.state?.entries[key]?.value
      if (value !== undefined && (firing.peak === undefined || value * sign > firing.peak * sign)) firing.peak = value
    }
  }
}

/** Nothing is remembered of any rule. */
function isIdle({ entries }: DeviceState): boolean {
  for (const _ in entries) return false
  return true
}
