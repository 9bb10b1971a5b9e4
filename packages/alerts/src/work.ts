import type { CompiledRule, CompiledRules } from './compile-rules.ts'
import { type DeviceState, type EntryState, entryKey, splitKey, staleAfterMs } from './device-state.ts'
import type { Decision } from './evaluate.ts'
import type { ReadValue } from './read-measure.ts'
import { raise, type Step, stepTime, stepValue } from './step-entry.ts'

const dayMs = 86_400_000

/** One evaluation in the making: entries are copied when the first of them changes. */
export class Work {
  readonly rules: CompiledRules
  readonly now: number
  readonly decisions: Decision[] = []
  entries: Record<string, EntryState>
  private readonly state: DeviceState
  private readonly given: Record<string, EntryState>
  /** False = no rule remembers anything, as of nearly every report of a healthy fleet. */
  private isBusy: boolean

  constructor(rules: CompiledRules, state: DeviceState, now: number) {
    this.rules = rules
    this.state = state
    this.now = now
    this.given = state.entries
    this.entries = state.entries
    this.isBusy = hasAny(state.entries)
  }

  step(compiled: CompiledRule, subject: string | undefined, value: ReadValue): void {
    if (value === undefined || Number.isNaN(value)) return
    // Making the key of a good value that nobody remembers would be most of the work.
    if (!this.isBusy && (value === null || value * compiled.sign <= compiled.raiseAt)) return
    const entry = this.entries[entryKey(compiled.rule.id, subject)]
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
    if (!this.isBusy) return
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
    if (!this.isBusy) return
    for (const [key, entry] of Object.entries(this.entries)) {
      if (entry.hiddenBy === undefined || entry.level < 0) continue
      const { compiled, subject } = this.find(key)
      // An event is over as soon as it is told: it cannot outlast its cause.
      if (compiled === undefined || compiled.rule.looksAt.kind === 'event') continue
      const isExplained = this.explainedBy(compiled, subject) !== undefined
      const { announceAt, hiddenBy, ...open } = entry
      if (isExplained) {
        if (announceAt !== undefined) this.put(key, { ...open, hiddenBy })
      } else if (announceAt === undefined) {
        this.put(key, { ...entry, announceAt: this.now + this.patienceMs(compiled) })
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

  /** How long something may outlast its cause: as long as it takes to clear, and a count of a day a day longer. */
  private patienceMs({ rule: { looksAt, clear } }: CompiledRule): number {
    const isCountOfDay = 'measure' in looksAt && looksAt.measure.endsWith('24h')
    return Math.max(clear.holdMs, staleAfterMs(this.state) * clear.samples) + (isCountOfDay ? dayMs : 0)
  }

  private explainedBy(compiled: CompiledRule, subject: string | undefined): string | undefined {
    const { id, looksAt, hiddenBy = [] } = compiled.rule
    for (const cause of hiddenBy) {
      const key = this.raisedOf(cause, subject, this.entries)
      // The report that tells of a restart ends the silence that it explains.
      const ended = looksAt.kind === 'event' ? this.raisedOf(cause, subject, this.given) : undefined
      if (key !== undefined || ended !== undefined) return key ?? ended
    }
    return compiled.of === 'fan' ? this.otherFan(id, subject) : undefined
  }

  /** All fans of a device are one trouble: the second joins the first. */
  private otherFan(id: string, subject: string | undefined): string | undefined {
    return Object.keys(this.entries).find((key) => {
      const entry = this.entries[key]
      const found = splitKey(key)
      return (
        found.rule === id && found.subject !== subject && entry?.hiddenBy === undefined && (entry?.level ?? -1) >= 0
      )
    })
  }

  /** The key under which a rule is raised, on the same band if it is about bands and `subject` is one. */
  private raisedOf(rule: string, subject: string | undefined, entries: Record<string, EntryState>): string | undefined {
    const cause = this.rules.byId.get(rule)
    if (cause === undefined) return undefined
    const areBands = cause.of === 'band' && subject?.startsWith('B')
    return Object.keys(entries).find((key) => {
      const found = splitKey(key)
      return found.rule === rule && (entries[key]?.level ?? -1) >= 0 && (!areBands || found.subject === subject)
    })
  }

  private find(key: string): { compiled: CompiledRule | undefined; rule: string; subject: string | undefined } {
    const { rule, subject } = splitKey(key)
    return { compiled: this.rules.byId.get(rule), rule, subject }
  }

  private put(key: string, entry: EntryState | undefined): void {
    if (this.entries[key] === entry) return
    if (this.entries === this.given) this.entries = { ...this.given }
    if (entry === undefined) delete this.entries[key]
    else {
      this.entries[key] = entry
      this.isBusy = true
    }
  }
}

function hasAny(entries: Record<string, EntryState>): boolean {
  for (const _ in entries) return true
  return false
}
