import type { AlertEventName, AlertSeverity, BandStatus, DeviceStatus } from '@stellacontrol/protocol'
import type { CompiledRule, CompiledRules } from './compile-rules.ts'
import { type DeviceState, staleAfterMs } from './device-state.ts'
import { belowNormalDb } from './own-normal.ts'
import { isSwitchedOff, type ModelFacts, type ReadBand, type ReadFan, type Reading } from './read-measure.ts'
import { clear, raise } from './step-entry.ts'
import { firstState, isChanged, isUnexpectedRestart, takeIn } from './take-in.ts'
import { Work } from './work.ts'

/** What does not come from the device: where it stands and what it is. */
export interface DeviceFacts {
  /** IANA zone of its site. */
  timeZone: string
  model: ModelFacts | undefined
}

export interface Decision {
  do: 'raise' | 'clear'
  rule: string
  subject: string | undefined
  severity: AlertSeverity
  /** Epoch ms of the decision. */
  at: number
  /** Epoch ms since when the condition held. */
  since: number
  value: number | undefined
  threshold: number | undefined
  /** It comes and goes: from now on it stays raised until it has been quiet for an hour. */
  isFlapping: boolean
  /** Key (`rule` or `rule:subject`) of what explains it on the same device. */
  hiddenBy: string | undefined
  /** Why it cleared: the value is good again, or nobody looks any more. */
  reason?: 'good-again' | 'rule-changed' | 'time'
}

export interface Evaluation {
  state: DeviceState
  decisions: Decision[]
}

const hourMs = 3_600_000

/** A report that was evaluated before, or is older than one that was. */
export function isKnown(state: DeviceState | undefined, { bootId, sequence }: DeviceStatus): boolean {
  if (state === undefined) return false
  return bootId < state.bootId || (bootId === state.bootId && sequence <= state.sequence)
}

/**
 * What the rules make of a report. `now` is the moment the platform received it, in epoch ms; the device's own clock decides
 * nothing. Pure: neither clock nor I/O; the state that is given is not changed.
 */
export function evaluateReport(
  rules: CompiledRules,
  before: DeviceState | undefined,
  status: DeviceStatus,
  facts: DeviceFacts,
  now: number,
): Evaluation {
  const known = before ?? firstState(status, now)
  const state = takeIn(rules, known, status, facts.timeZone, now)
  const work = new Work(rules, state, now)
  const reading: Reading = { status, state, model: facts.model, timeZone: facts.timeZone, now }
  const hasNewHour = before === undefined || Math.floor(now / hourMs) !== Math.floor(before.reportedAt / hourMs)
  for (const compiled of rules.list) evaluateRule(work, compiled, reading, known, hasNewHour)
  work.clearOrphans()
  work.revealHidden()
  return { state: { ...state, entries: work.entries }, decisions: work.decisions }
}

/** True if a report leaves nothing to remember of rules of which nothing is remembered; only for those that learn nothing. Pure. */
export function isUneventful(
  rules: CompiledRules,
  state: DeviceState,
  status: DeviceStatus,
  facts: DeviceFacts,
  now: number,
): boolean {
  const work = new Work(rules, state, now)
  const reading: Reading = { status, state, model: facts.model, timeZone: facts.timeZone, now }
  for (const compiled of rules.list) evaluateRule(work, compiled, reading, state, false)
  return work.entries === state.entries
}

/**
 * What time alone brings about: holds that end, events that are over, silence. `silentMs` is how long the device has
 * been silent, without the time in which the platform itself could not have heard it.
 */
export function evaluateMoment(rules: CompiledRules, state: DeviceState, silentMs: number, now: number): Evaluation {
  const work = new Work(rules, state, now)
  for (const compiled of rules.list) {
    const { looksAt, id } = compiled.rule
    if (looksAt.kind === 'silence') stepSilence(work, compiled, silentMs)
    else if (looksAt.kind === 'event') endEvent(work, compiled, id)
  }
  // What a stale report said is no reason to raise or clear anything.
  if (silentMs <= staleAfterMs(state)) work.stepHolds()
  work.clearOrphans()
  work.revealHidden()
  return { state: { ...state, entries: work.entries }, decisions: work.decisions }
}

function evaluateRule(
  work: Work,
  compiled: CompiledRule,
  reading: Reading,
  before: DeviceState,
  hasNewHour: boolean,
): void {
  const { looksAt } = compiled.rule
  if (looksAt.kind === 'silence') work.step(compiled, undefined, 0)
  else if (looksAt.kind === 'event') takeEvent(work, compiled, before, reading)
  else if (looksAt.kind === 'baseline') {
    if (hasNewHour) evaluateBands(work, compiled, reading, readBelowNormal)
  } else if (compiled.readDevice) work.step(compiled, undefined, compiled.readDevice(reading))
  else if (compiled.readBand) evaluateBands(work, compiled, reading, compiled.readBand)
  else if (compiled.readFan) evaluateFans(work, compiled, reading, compiled.readFan)
}

function evaluateBands(work: Work, compiled: CompiledRule, reading: Reading, read: ReadBand): void {
  const { onlyBands } = compiled
  for (const band of reading.status.bands) {
    if (onlyBands !== undefined && !onlyBands.has(band.band)) continue
    work.step(compiled, band.band, isSwitchedOff(band) ? null : read(band, reading))
  }
}

function evaluateFans(work: Work, compiled: CompiledRule, { status }: Reading, read: ReadFan): void {
  const { fans } = status.environment
  if (fans === undefined) return
  for (let index = 0; index < fans.length; index++) {
    const fan = fans[index]
    if (fan !== undefined) work.step(compiled, `fan ${index + 1}`, read(fan))
  }
}

function readBelowNormal({ band }: BandStatus, { state, now }: Reading): number | undefined {
  const known = state.bands[band]
  return known && belowNormalDb(known, now)
}

function takeEvent(work: Work, compiled: CompiledRule, before: DeviceState, { status }: Reading): void {
  const { looksAt } = compiled.rule
  if (looksAt.kind !== 'event') return
  if (isSeen(looksAt.event, before, status)) work.event(compiled)
  else endEvent(work, compiled, compiled.rule.id)
}

function isSeen(event: AlertEventName, before: DeviceState, status: DeviceStatus): boolean {
  if (event === 'restarted') return isUnexpectedRestart(before, status)
  if (event === 'settings-changed') return isChanged(before.configVersion, status.device.configVersion)
  return isChanged(before.firmwareVersion, status.firmwareVersion)
}

function endEvent(work: Work, compiled: CompiledRule, key: string): void {
  const entry = work.entries[key]
  if (entry === undefined || entry.level < 0) return
  const lastAt = entry.raises.at(-1) ?? entry.since ?? 0
  if (work.now - lastAt >= compiled.rule.clear.holdMs) work.take(compiled, undefined, clear(entry, work.now), 'time')
}

function stepSilence(work: Work, compiled: CompiledRule, silentMs: number): void {
  const key = compiled.rule.id
  const entry = work.entries[key] ?? { level: -1, raising: [], raises: [] }
  const reached = compiled.levels.findLastIndex(({ raiseAt }) => silentMs >= raiseAt * 60_000)
  if (reached <= entry.level) return
  const valued = { ...entry, value: Math.floor(silentMs / 60_000) }
  work.take(compiled, undefined, raise(valued, reached, work.now - silentMs, work.now))
}
