import type { AlertSeverity, DeviceStatus, MeasureName } from '@stellacontrol/protocol'
import type { CompiledRule, CompiledRules } from './compile-rules.ts'
import { type BandState, type DeviceState, type EntryState, entryKey } from './device-state.ts'
import { belowNormalDb, learnAnew, learnLevel } from './own-normal.ts'
import { type ModelFacts, type Reading, type ReadValue, readOfBand, readOfDevice, readOfFan } from './read-measure.ts'
import { clear, raise, type Step, stepTime, stepValue } from './step-entry.ts'

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

const dayMs = 86_400_000
const hourMs = 3_600_000

/** The state of a device at its first report. */
function firstState(status: DeviceStatus, now: number): DeviceState {
  const { bootId, sequence } = status
  return { bootId, sequence, reportedAt: now, intervalMs: intervalMsOf(status), restarts: [], entries: {}, bands: {} }
}

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
  const state = takeIn(known, status, facts, now)
  const work = new Work(rules, state, now)
  const reading: Reading = { status, state, model: facts.model, timeZone: facts.timeZone, now }
  const hasNewHour = before === undefined || Math.floor(now / hourMs) !== Math.floor(before.reportedAt / hourMs)
  for (const compiled of rules.list) evaluateRule(work, compiled, reading, known, hasNewHour)
  work.clearOrphans()
  work.revealHidden()
  return { state: { ...state, entries: work.entries }, decisions: work.decisions }
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

/** A device whose latest report is older than this is late: nobody knows what it would say now. */
export function staleAfterMs({ intervalMs }: DeviceState): number {
  return 2.5 * intervalMs + 2_000
}

function evaluateRule(
  work: Work,
  compiled: CompiledRule,
  reading: Reading,
  before: DeviceState,
  hasNewHour: boolean,
): void {
  const { rule, onlyBands } = compiled
  const { looksAt } = rule
  if (looksAt.kind === 'silence') work.step(compiled, undefined, 0)
  else if (looksAt.kind === 'event') takeEvent(work, compiled, before, reading)
  else if (looksAt.kind === 'baseline') {
    if (!hasNewHour) return
    for (const { band, enabled } of reading.status.bands) {
      if (onlyBands !== undefined && !onlyBands.has(band)) continue
      const known = reading.state.bands[band]
      work.step(compiled, band, enabled ? known && belowNormalDb(known, reading.now) : null)
    }
  } else evaluateMeasure(work, compiled, looksAt.measure, reading)
}

function evaluateMeasure(work: Work, compiled: CompiledRule, measure: MeasureName, reading: Reading): void {
  const { onlyBands } = compiled
  const of = compiled.measure?.of
  if (of === 'device')
    work.step(
      compiled,
      undefined,
      guarded(compiled, (name) => readOfDevice(name, reading)),
    )
  else if (of === 'band') {
    for (const band of reading.status.bands) {
      if (onlyBands !== undefined && !onlyBands.has(band.band)) continue
      const read = (name: MeasureName) => readOfBand(name, band, reading)
      work.step(compiled, band.band, guarded(compiled, read))
    }
  } else {
    for (const [index, fan] of (reading.status.environment.fans ?? []).entries()) {
      work.step(compiled, `fan ${index + 1}`, readOfFan(measure, fan))
    }
  }
}

/** The value of a rule, or null while one of its guards does not hold. */
function guarded({ rule }: CompiledRule, read: (name: MeasureName) => ReadValue): ReadValue {
  for (const { measure, is, than } of rule.onlyWhile ?? []) {
    const value = read(measure)
    if (value === undefined) return undefined
    if (value === null || (is === 'above' ? value <= than : value >= than)) return null
  }
  const { looksAt } = rule
  if (looksAt.kind === 'measure') return read(looksAt.measure)
  if (looksAt.kind !== 'difference') return undefined
  const [left, right] = [read(looksAt.measure), read(looksAt.minus)]
  if (left === null || right === null) return null
  return left === undefined || right === undefined ? undefined : Math.round((left - right) * 10) / 10
}

function takeEvent(work: Work, compiled: CompiledRule, before: DeviceState, { status }: Reading): void {
  const { looksAt } = compiled.rule
  if (looksAt.kind !== 'event') return
  const isSeen = {
    restarted: isUnexpectedRestart(before, status),
    'settings-changed': isChanged(before.configVersion, status.device.configVersion),
    'firmware-changed': isChanged(before.firmwareVersion, status.firmwareVersion),
  }[looksAt.event]
  if (isSeen) work.event(compiled)
  else endEvent(work, compiled, compiled.rule.id)
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

/** What the report itself says, before any rule looks at it. */
function takeIn(known: DeviceState, status: DeviceStatus, facts: DeviceFacts, now: number): DeviceState {
  const restarts = known.restarts.filter((at) => at > now - dayMs)
  if (isUnexpectedRestart(known, status)) restarts.push(now)
  const { configVersion } = status.device
  const isOtherwise =
    isChanged(known.configVersion, configVersion) || isChanged(known.firmwareVersion, status.firmwareVersion)
  const state: DeviceState = {
    ...known,
    bootId: status.bootId,
    sequence: status.sequence,
    reportedAt: now,
    intervalMs: intervalMsOf(status),
    restarts,
    bands: takeInBands(known.bands, status, facts, now, isOtherwise),
  }
  if (configVersion !== undefined) state.configVersion = configVersion
  if (status.firmwareVersion !== undefined) state.firmwareVersion = status.firmwareVersion
  return state
}

function takeInBands(
  known: DeviceState['bands'],
  { bands }: DeviceStatus,
  { timeZone }: DeviceFacts,
  now: number,
  isOtherwise: boolean,
): DeviceState['bands'] {
  const after: DeviceState['bands'] = { ...known }
  for (const { band, state, downlinkOutputDbm, uplinkActiveSeconds } of bands) {
    let own: BandState = known[band] ?? { hours: [], days: [], uplinkAt: now }
    if (isOtherwise) own = learnAnew(own)
    if (uplinkActiveSeconds !== undefined && uplinkActiveSeconds > 0) own = { ...own, uplinkAt: now }
    const isTransmitting = state === 'active' || state === 'reduced'
    if (isTransmitting && downlinkOutputDbm !== undefined)
      own = learnLevel(own, downlinkOutputDbm.average, now, timeZone)
    after[band] = own
  }
  return after
}

function isUnexpectedRestart(known: DeviceState, { bootId, device }: DeviceStatus): boolean {
  return bootId > known.bootId && device.resetReason !== 'command' && device.resetReason !== 'firmware'
}

function isChanged<Value>(before: Value | undefined, after: Value | undefined): boolean {
  return before !== undefined && after !== undefined && before !== after
}

function intervalMsOf({ intervalSeconds }: DeviceStatus): number {
  return (intervalSeconds ?? 600) * 1000
}

/** One evaluation in the making: entries are copied when the first of them changes. */
class Work {
  readonly rules: CompiledRules
  readonly now: number
  readonly decisions: Decision[] = []
  entries: Record<string, EntryState>
  private readonly state: DeviceState
  private readonly given: Record<string, EntryState>

  constructor(rules: CompiledRules, state: DeviceState, now: number) {
    this.rules = rules
    this.state = state
    this.now = now
    this.given = state.entries
    this.entries = state.entries
  }

  step(compiled: CompiledRule, subject: string | undefined, value: ReadValue): void {
    if (value === undefined || Number.isNaN(value)) return
    const entry = this.entries[subject === undefined ? compiled.rule.id : entryKey(compiled.rule.id, subject)]
    const step = stepValue(compiled, entry, value, this.now)
    if (entry !== undefined || step.entry !== undefined) this.take(compiled, subject, step)
  }

  event(compiled: CompiledRule): void {
    const entry = this.entries[compiled.rule.id] ?? { level: -1, raising: [], raises: [] }
    // The same event again: it is told of again, and its end moves.
    const again = { ...entry, level: -1, since: this.now }
    this.take(compiled, undefined, raise(again, 0, this.now, this.now))
  }

  stepHolds(): void {
    for (const [key, entry] of Object.entries(this.entries)) {
      const { compiled, subject } = this.find(key)
      const kind = compiled?.rule.looksAt.kind
      if (compiled && kind !== 'silence' && kind !== 'event')
        this.take(compiled, subject, stepTime(compiled, entry, this.now))
    }
  }

  /** Ends what no rule looks at any more. */
  clearOrphans(): void {
    for (const [key, entry] of Object.entries(this.entries)) {
      const { compiled, subject, rule } = this.find(key)
      if (compiled && (compiled.onlyBands === undefined || subject === undefined || compiled.onlyBands.has(subject)))
        continue
      if (entry.level >= 0) this.decisions.push(this.orphaned(rule, subject, entry))
      this.put(key, undefined)
    }
  }

  /**
   * What was explained by something that is gone is announced after all, unless it goes as well: its cause has been gone for as
   * long as it takes itself to clear.
   */
  revealHidden(): void {
    for (const [key, entry] of Object.entries(this.entries)) {
      if (entry.hiddenBy === undefined || entry.level < 0) continue
      const { compiled, subject } = this.find(key)
      if (compiled === undefined) continue
      const isExplained = this.explainedBy(compiled, subject) !== undefined
      const { announceAt, hiddenBy, ...open } = entry
      if (isExplained) {
        if (announceAt !== undefined) this.put(key, { ...open, hiddenBy })
      } else if (announceAt === undefined) {
        const { holdMs, samples } = compiled.rule.clear
        this.put(key, { ...entry, announceAt: this.now + Math.max(holdMs, staleAfterMs(this.state) * samples) })
      } else if (this.now >= announceAt) {
        this.take(compiled, subject, { entry: open, outcome: 'raised', since: entry.since ?? this.now })
      }
    }
  }

  take(
    compiled: CompiledRule,
    subject: string | undefined,
    step: Step,
    reason: Decision['reason'] = 'good-again',
  ): void {
    const key = entryKey(compiled.rule.id, subject)
    const before = this.entries[key]
    this.put(key, step.entry)
    if (step.outcome === undefined) return
    const isClear = step.outcome === 'cleared'
    const level = compiled.rule.levels[isClear ? (before?.level ?? 0) : (step.entry?.level ?? 0)]
    const hasThreshold = compiled.rule.looksAt.kind !== 'event'
    const hiddenBy = isClear ? undefined : this.explainedBy(compiled, subject)
    if (step.entry && hiddenBy !== undefined) this.put(key, { ...step.entry, hiddenBy })
    this.decisions.push({
      do: isClear ? 'clear' : 'raise',
      rule: compiled.rule.id,
      subject,
      severity: level?.severity ?? 'warning',
      at: this.now,
      since: step.since ?? before?.since ?? this.now,
      value: hasThreshold ? (step.entry?.value ?? before?.value) : undefined,
      threshold: hasThreshold ? (isClear ? level?.clearAt : level?.raiseAt) : undefined,
      isFlapping: step.outcome === 'flapping',
      hiddenBy,
      ...(isClear ? { reason } : {}),
    })
  }

  private orphaned(rule: string, subject: string | undefined, entry: EntryState): Decision {
    const since = entry.since ?? this.now
    const rest = { value: entry.value, threshold: undefined, isFlapping: false, hiddenBy: undefined }
    return { do: 'clear', rule, subject, severity: 'warning', at: this.now, since, reason: 'rule-changed', ...rest }
  }

  private explainedBy({ rule }: CompiledRule, subject: string | undefined): string | undefined {
    for (const id of rule.hiddenBy ?? []) {
      const cause = this.rules.byId.get(id)
      if (cause === undefined) continue
      for (const [key, entry] of Object.entries(this.entries)) {
        if (entry.level < 0) continue
        const found = split(key)
        if (found.rule !== id) continue
        const areBands = cause.measure?.of === 'band' && subject?.startsWith('B')
        if (!areBands || found.subject === subject) return key
      }
    }
    return undefined
  }

  private find(key: string): { compiled: CompiledRule | undefined; rule: string; subject: string | undefined } {
    const { rule, subject } = split(key)
    return { compiled: this.rules.byId.get(rule), rule, subject }
  }

  private put(key: string, entry: EntryState | undefined): void {
    if (this.entries[key] === entry) return
    if (this.entries === this.given) this.entries = { ...this.given }
    if (entry === undefined) delete this.entries[key]
    else this.entries[key] = entry
  }
}

function split(key: string): { rule: string; subject: string | undefined } {
  const at = key.indexOf(':')
  return at < 0 ? { rule: key, subject: undefined } : { rule: key.slice(0, at), subject: key.slice(at + 1) }
}
